// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/clipboard_commands.h"
#include "tools/command_line.h"
#include "tools/commands.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace tellwire::tool {

/// Options of all commands.
struct Common
{
    QString session = QStringLiteral("default");
    int timeoutInMilliseconds = 0; ///< 0: as configured.
    bool json = false;
};

/// What may be typed. The commands and their options: command_definitions.cpp, clipboard_definitions.cpp,
/// monitor_definition.cpp.
class CommandLine
{
public:
    /// Of the commands, only those are made whose names are among the words, as they make most of the start
    /// of this program; if there are none, all of them.
    CommandLine(int argc, char **argv);
    Decision read();

private:
    using Run = std::function<int(const Session &)>;

    /// Qt's application object, with its event loop and the locale, takes longer to make than a short command
    /// takes in all.
    enum class Waiting { InPlace, InEventLoop };
    using WaitingOf = std::function<Waiting()>;
    static Waiting inPlace() { return Waiting::InPlace; }
    static Waiting inEventLoop() { return Waiting::InEventLoop; }

    static QString textFrom(const std::string &argument); ///< Throws as CLI11 does if it is not UTF-8.

    template <typename T>
    static T valueOf(const Result<T> &read) ///< Likewise.
    {
        if (!read)
            throw CLI::ValidationError(read.error().detail.toStdString());
        return *read;
    }

    CLI::App *command(const std::string &name, const std::string &help, const std::string &example, Run run,
                      WaitingOf waiting = inEventLoop);
    template <typename Address>
    void takesAddress(CLI::App *command, const std::string &form, Address &address);
    void takesAddresses(CLI::App *command, QList<ItemAddress> &addresses);
    void takesFormat(CLI::App *command, Format &format);
    void takesCommand(CLI::App *command, const std::string &name, const std::string &help, QString &line);
    static void takesBoard(CLI::App *command, BoardName &board);
    static CLI::Option *takesType(CLI::App *command, const std::function<void(const Format &)> &use);
    void takesFormats(CLI::App *command, const std::string &name, const std::string &type,
                      const std::string &help, bool isLazy);
    void writesJson(CLI::App *command);

    void addList();
    void addRequest();
    void addWatch();
    void addPaces(CLI::App *watch);
    void addPoke();
    void addExecute();
    void addPublish();
    void addCopy();
    void addPaste();
    void addClipboard();
    void addMonitor();
    void addFormats();
    void addStatus();
    void addDoctor();

    void addCommands();
    int runInSession(const Run &run, Waiting waiting) const;
    std::string whatIsWrong(const CLI::ParseError &problem) const;
    int answer(const CLI::ParseError &problem) const;

    CLI::App m_app{"Live data exchange between programs on this machine.\n"
                   "An address is Service|Topic!Item; put it in quotes for the shell."};
    int m_wordCount;
    char **m_words;
    Common m_common;
    ListOptions m_list;
    RequestOptions m_request;
    WatchOptions m_watch;
    PokeOptions m_poke;
    TopicAddress m_executeAddress;
    QString m_executeCommand;
    PublishOptions m_publish;
    CopyOptions m_copy;
    PasteOptions m_paste;
    ClipboardOptions m_clipboard;
    MonitorCommandOptions m_monitor;
    Decision m_decision;
};

} // namespace tellwire::tool
