// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line_p.h"

#include "tools/exit_code.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

namespace tellwire::tool {

namespace {

/// Short: what excludes what is said when it matters.
class ShortHelp : public CLI::Formatter
{
    std::string make_option_name(const CLI::Option *option, bool isPositional) const override
    {
        const std::string name = CLI::Formatter::make_option_name(option, isPositional);
        return name.substr(0, name.find('{')); // Behind it is what a flag means without a value.
    }

    std::string make_option_opts(const CLI::Option *option) const override
    {
        const std::string type = option->get_type_name();
        const std::string gap = type.empty() || type.starts_with('[') ? "" : " ";
        return gap + type + (option->get_expected_max() > 1 ? "..." : "");
    }
};

} // namespace

CommandLine::CommandLine(int argc, char **argv) : m_wordCount(argc), m_words(argv)
{
    m_app.formatter(std::make_shared<ShortHelp>());
    m_app.name("tellwire");
    m_app.require_subcommand(1);
    m_app.fallthrough();
    m_app.set_version_flag("--version", "tellwire " TELLWIRE_VERSION, "Print the version");
    m_app.footer("tellwire COMMAND --help tells more. Exit codes: docs/errors.md.");
    m_app
        .add_option_function<std::string>(
            "--session", [this](const std::string &name) { m_common.session = textFrom(name); },
            "Which session to join (default: default)")
        ->type_name("NAME");
    m_app.add_option("--timeout", m_common.timeoutInMilliseconds, "How long an answer may take")
        ->type_name("MS")
        ->check(CLI::Range(1, 3'600'000).description(""));
    addCommands();
}

void CommandLine::addCommands()
{
    struct Known
    {
        const char *name;
        void (CommandLine::*add)();
    };
    constexpr std::array all{
        Known{"list", &CommandLine::addList},           Known{"request", &CommandLine::addRequest},
        Known{"watch", &CommandLine::addWatch},         Known{"poke", &CommandLine::addPoke},
        Known{"execute", &CommandLine::addExecute},     Known{"publish", &CommandLine::addPublish},
        Known{"copy", &CommandLine::addCopy},           Known{"paste", &CommandLine::addPaste},
        Known{"clipboard", &CommandLine::addClipboard}, Known{"monitor", &CommandLine::addMonitor},
        Known{"formats", &CommandLine::addFormats},     Known{"status", &CommandLine::addStatus},
        Known{"doctor", &CommandLine::addDoctor},
    };
    const std::span words{m_words, static_cast<std::size_t>(m_wordCount)};
    const auto isNamed = [&](const Known &known) {
        return std::ranges::any_of(words,
                                   [&](const char *word) { return std::strcmp(word, known.name) == 0; });
    };
    const bool isAnyNamed = std::ranges::any_of(all, isNamed);
    for (const Known &known : all)
        if (!isAnyNamed || isNamed(known))
            (this->*known.add)();
}

CLI::App *CommandLine::command(const std::string &name, const std::string &help, const std::string &example,
                               Run run, WaitingOf waiting)
{
    CLI::App *command = m_app.add_subcommand(name, help);
    command->footer("Example: " + example);
    command->fallthrough();
    command->final_callback([this, run = std::move(run), waiting = std::move(waiting)] {
        m_decision = [this, run, waiting] { return runInSession(run, waiting()); };
    });
    return command;
}

int CommandLine::runInSession(const Run &run, Waiting waiting) const
{
    int wordsForQt = 1;
    std::optional<QCoreApplication> application;
    if (waiting == Waiting::InEventLoop)
        application.emplace(wordsForQt, m_words);
    if (m_common.timeoutInMilliseconds > 0) // So it holds for every wait of this program.
        qputenv("TELLWIRE_REQUEST_TIMEOUT", QByteArray::number(m_common.timeoutInMilliseconds));
    const Result<Session> session = Session::join(m_common.session);
    if (!session)
        return fail(QStringLiteral("join session %1").arg(m_common.session), session.error());
    return run(*session);
}

std::string CommandLine::whatIsWrong(const CLI::ParseError &problem) const
{
    std::string words;
    std::string footer;
    for (auto said = m_app.get_subcommands(); !said.empty(); said = said.front()->get_subcommands()) {
        words += (words.empty() ? "" : " ") + said.front()->get_name();
        if (!said.front()->get_footer().empty()) // The parts of a command share its example.
            footer = said.front()->get_footer();
    }
    if (words.empty()) {
        const std::vector<std::string> unknown = m_app.remaining();
        return (unknown.empty() ? "a command is missing" : "there is no command " + unknown.front()) +
               "; tellwire --help shows them";
    }
    const std::string sentence = words + ": " + problem.what();
    return sentence + (sentence.ends_with('.') ? " " : ". ") + footer;
}

int CommandLine::answer(const CLI::ParseError &problem) const
{
    if (problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
        return m_app.exit(problem); // It was a call for help.
    complain(QString::fromStdString(whatIsWrong(problem)));
    return wronglyCalled;
}

Decision CommandLine::read()
{
    try {
        m_app.parse(m_wordCount, m_words);
        return m_decision;
    } catch (const CLI::ParseError &problem) {
        return [code = answer(problem)] { return code; };
    }
}

Decision readCommandLine(int argc, char **argv)
{
    const auto commandLine = std::make_shared<CommandLine>(argc, argv);
    return [commandLine, decision = commandLine->read()] { return decision(); };
}

} // namespace tellwire::tool
