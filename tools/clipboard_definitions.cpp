// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line_p.h"

#include "tools/background.h"

#include <algorithm>
#include <limits>

namespace tellwire::tool {

namespace {

/// "text/plain;charset=utf-8=FILE": an equals sign that gives a parameter of a MIME type its value does not
/// end the type.
std::size_t endOfType(const std::string &text)
{
    std::size_t end = text.find('=');
    while (end != std::string::npos) {
        const std::string before = text.substr(0, end);
        const std::size_t parameter = before.rfind(';');
        const bool isOfParameter =
            parameter != std::string::npos && before.find('=', parameter) == std::string::npos;
        if (!isOfParameter)
            return end;
        end = text.find('=', end + 1);
    }
    return end;
}

} // namespace

void CommandLine::takesBoard(CLI::App *command, BoardName &board)
{
    command
        ->add_option_function<std::string>(
            "--board",
            [&board](const std::string &name) { board = valueOf(BoardName::fromUserText(textFrom(name))); },
            "clipboard (the default), primary, find, or any name")
        ->type_name("B");
}

void CommandLine::takesFormats(CLI::App *command, const std::string &name, const std::string &type,
                               const std::string &help, bool isLazy)
{
    command
        ->add_option_function<std::string>(
            name,
            [this, name, type, isLazy](const std::string &text) {
                const std::size_t end = endOfType(text);
                if (end == std::string::npos || end + 1 == text.size())
                    throw CLI::ValidationError(name + " wants " + type);
                const Format format = valueOf(Format::fromUserText(textFrom(text.substr(0, end))));
                for (const CopiedFormat &copied : m_copy.formats)
                    if (copied.format == format)
                        throw CLI::ValidationError(format.name().toStdString() + " is given twice");
                m_copy.formats.append({format, textFrom(text.substr(end + 1)), isLazy});
            },
            help)
        ->type_name(type)
        ->trigger_on_parse(); // Each in its turn: their order counts.
}

void CommandLine::addCopy()
{
    auto *copy = command("copy", "Put standard input or files on the clipboard",
                         "tellwire copy --offer html=page.html --lazy 'png=render page.html'", {});
    copy->final_callback([this] {
        m_decision = [this] {
            const auto work = [this](const Detach &detach) {
                return runInSession(
                    [&](const Session &session) { return tool::copy(session, m_copy, detach); },
                    m_copy.hasLazy() ? Waiting::InEventLoop : Waiting::InPlace);
            };
            return m_copy.hasLazy() && !m_copy.foreground ? runInBackground(work) : work([] {});
        };
    });
    auto *files = copy->add_option_function<std::vector<std::string>>(
        "FILE",
        [this](const std::vector<std::string> &names) {
            for (const std::string &name : names)
                m_copy.files.append(textFrom(name));
        },
        "What to copy, one after another; without one, standard input");
    files->type_name("");
    auto *type = takesType(copy, [this](const Format &format) { m_copy.type = format; });
    auto *themselves =
        copy->add_flag("--files", m_copy.themselves, "Copy the files themselves, not what is in them");
    themselves->needs(files)->excludes(type);
    takesFormats(copy, "--offer", "TYPE=FILE", "Several types, richest first; - is standard input", false);
    takesFormats(copy, "--lazy", "TYPE=CMD", "A type that CMD writes when somebody asks for it", true);
    for (const char *option : {"--offer", "--lazy"})
        copy->get_option(option)->excludes(files)->excludes(type);
    copy->add_flag("--foreground", m_copy.foreground, "Do not go to the background")
        ->needs(copy->get_option("--lazy"));
    copy->add_option_function<quint32>(
            "--if-sequence", [this](const quint32 &number) { m_copy.ifSequence = number; },
            "Only if the board is still at this number")
        ->type_name("N");
    takesBoard(copy, m_copy.board);
}

CLI::Option *CommandLine::takesType(CLI::App *command, const std::function<void(const Format &)> &use)
{
    return command
        ->add_option_function<std::string>(
            "--type", [use](const std::string &name) { use(valueOf(Format::fromUserText(textFrom(name)))); },
            "text, html, json, png, uri-list, or any name (default: text)")
        ->type_name("T");
}

void CommandLine::addPaste()
{
    auto *paste = command(
        "paste", "Write what is on the clipboard to standard output, byte for byte",
        "tellwire paste --type png > picture.png",
        [this](const Session &session) {
            m_paste.json = m_common.json;
            return tool::paste(session, m_paste);
        },
        // What a table lines up depends on the locale.
        [this] { return m_paste.list ? Waiting::InEventLoop : Waiting::InPlace; });
    auto *type = takesType(paste, [this](const Format &format) { m_paste.type = format; });
    auto *list = paste->add_flag("--list", m_paste.list, "Show what is there, and whose it is");
    auto *all = paste->add_option_function<std::string>(
        "--all", [this](const std::string &directory) { m_paste.directory = textFrom(directory); },
        "Write each type to a file of its own in DIR");
    all->type_name("DIR");
    paste->add_flag("--force", m_paste.force, "Replace files that are there already")->needs(all);
    writesJson(paste);
    paste->get_option("--json")->needs(list);
    list->excludes(type)->excludes(all);
    type->excludes(all);
    takesBoard(paste, m_paste.board);
}

void CommandLine::addClipboard()
{
    auto *clipboard = command("clipboard", "Watch, save, load or clear the clipboard",
                              "tellwire clipboard watch --exec 'cat >> history'", {});
    clipboard->final_callback({});
    clipboard->require_subcommand(1);
    const auto part = [this, clipboard](const std::string &name, const std::string &help, Run run) {
        CLI::App *added = clipboard->add_subcommand(name, help);
        added->fallthrough();
        added->final_callback([this, run = std::move(run)] {
            m_decision = [this, run] { return runInSession(run, Waiting::InEventLoop); };
        });
        takesBoard(added, m_clipboard.board);
        return added;
    };
    auto *watch =
        part("watch", "A line for what is there, and for each change", [this](const Session &session) {
            m_clipboard.json = m_common.json;
            return watchClipboard(session, m_clipboard);
        });
    takesCommand(watch, "--exec", "Run CMD instead; it reads the text", m_clipboard.command);
    writesJson(watch);
    watch->get_option("--json")->excludes(watch->get_option("--exec"));
    auto *save = part("save", "Write all types to one file",
                      [this](const Session &session) { return saveClipboard(session, m_clipboard); });
    auto *load = part("load", "Put on the board what was saved",
                      [this](const Session &session) { return loadClipboard(session, m_clipboard); });
    for (CLI::App *withFile : {save, load})
        withFile
            ->add_option_function<std::string>(
                "FILE", [this](const std::string &name) { m_clipboard.file = textFrom(name); },
                "The file; - is standard input or output")
            ->type_name("")
            ->required();
    part("clear", "Leave the board empty",
         [this](const Session &session) { return clearClipboard(session, m_clipboard); });
}

} // namespace tellwire::tool
