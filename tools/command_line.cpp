// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line.h"

#include "formats/payload.h"
#include "tools/commands.h"
#include "tools/exit_code.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <functional>
#include <memory>

namespace tellwire::tool {

namespace {

/// Options of all commands.
struct Common
{
    QString session = QStringLiteral("default");
    int timeoutInMilliseconds = 0; ///< 0: as configured.
    bool json = false;
};

QString textFrom(const std::string &argument)
{
    const Result<QString> text = FormatOf<QString>::decode(QByteArray::fromStdString(argument));
    if (!text)
        throw CLI::ValidationError("an argument is not UTF-8 text");
    return *text;
}

template <typename T>
T valueOf(const Result<T> &read)
{
    if (!read)
        throw CLI::ValidationError(read.error().detail.toStdString());
    return *read;
}

class CommandLine
{
public:
    CommandLine();
    Decision read(int argc, char **argv);

private:
    using Run = std::function<int(const Session &)>;

    CLI::App *command(const std::string &name, const std::string &help, const std::string &example, Run run);
    template <typename Address>
    void takesAddress(CLI::App *command, const std::string &form, Address &address);
    void takesFormat(CLI::App *command, Format &format);
    void writesJson(CLI::App *command);

    void addList();
    void addRequest();
    void addWatch();
    void addPoke();
    void addExecute();
    void addPublish();
    void addFormats();
    void addStatus();
    void addDoctor();

    int runInSession(const Run &run) const;
    std::string whatIsWrong(const CLI::ParseError &problem) const;
    int answer(const CLI::ParseError &problem) const;

    CLI::App m_app{"Live data exchange between programs on this machine.\n"
                   "An address is Service|Topic!Item; put it in quotes for the shell."};
    Common m_common;
    ListOptions m_list;
    RequestOptions m_request;
    WatchOptions m_watch;
    PokeOptions m_poke;
    TopicAddress m_executeAddress;
    QString m_executeCommand;
    PublishOptions m_publish;
    Decision m_decision;
};

CommandLine::CommandLine()
{
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
    addList();
    addRequest();
    addWatch();
    addPoke();
    addExecute();
    addPublish();
    addFormats();
    addStatus();
    addDoctor();
}

CLI::App *CommandLine::command(const std::string &name, const std::string &help, const std::string &example,
                               Run run)
{
    CLI::App *command = m_app.add_subcommand(name, help);
    command->footer("Example: " + example);
    command->fallthrough();
    command->final_callback(
        [this, run = std::move(run)] { m_decision = [this, run] { return runInSession(run); }; });
    return command;
}

template <typename Address>
void CommandLine::takesAddress(CLI::App *command, const std::string &form, Address &address)
{
    command
        ->add_option_function<std::string>(
            form, [&address](const std::string &text) { address = valueOf(Address::parse(textFrom(text))); },
            "What it is about")
        ->type_name("")
        ->required();
}

void CommandLine::takesFormat(CLI::App *command, Format &format)
{
    command
        ->add_option_function<std::string>(
            "--format",
            [&format](const std::string &name) { format = valueOf(Format::fromUserText(textFrom(name))); },
            "text, html, json, png, uri-list, or any name (default: text)")
        ->type_name("FORMAT");
}

void CommandLine::writesJson(CLI::App *command)
{
    command->add_flag("--json", m_common.json, "Write JSON, for programs");
}

void CommandLine::addList()
{
    auto *list = command("list", "Show services, the topics of one, or the items of a topic",
                         "tellwire list Lab bench", [this](const Session &session) {
                             m_list.json = m_common.json;
                             return tool::list(session, m_list);
                         });
    list->add_option_function<std::string>(
            "SERVICE",
            [this](const std::string &text) {
                m_list.what = valueOf(PartialAddress::parse(textFrom(text)));
                if (m_list.what->item)
                    throw CLI::ValidationError("an item has nothing to list; request it instead");
            },
            "A service, or Service|Topic")
        ->type_name("");
    list->add_option_function<std::string>(
            "TOPIC",
            [this](const std::string &text) {
                if (m_list.what->topic)
                    throw CLI::ValidationError("the topic is given twice");
                m_list.what->topic = valueOf(TopicName::fromUserText(textFrom(text)));
            },
            "One of its topics")
        ->type_name("");
    writesJson(list);
}

void CommandLine::addRequest()
{
    auto *request = command("request", "Write the value of an item to standard output, byte for byte",
                            "tellwire request 'Lab|bench!volts'", [this](const Session &session) {
                                m_request.json = m_common.json;
                                return tool::request(session, m_request);
                            });
    takesAddress(request, "ADDRESS", m_request.address);
    takesFormat(request, m_request.format);
    writesJson(request);
}

void CommandLine::addWatch()
{
    auto *watch = command("watch", "Write the value of items whenever they change",
                          "tellwire watch 'Lab|bench!volts' --timestamps", [this](const Session &session) {
                              m_watch.json = m_common.json;
                              return tool::watch(session, m_watch);
                          });
    watch
        ->add_option_function<std::vector<std::string>>(
            "ADDRESS",
            [this](const std::vector<std::string> &texts) {
                for (const std::string &text : texts)
                    m_watch.addresses.append(valueOf(ItemAddress::parse(textFrom(text))));
            },
            "One or more items")
        ->type_name("")
        ->required();
    takesFormat(watch, m_watch.format);
    writesJson(watch);
    watch->add_flag("--every-update", m_watch.everyUpdate,
                    "Skip nothing, instead of writing the newest only");
    watch->add_option("--count", m_watch.count, "End after so many updates")
        ->type_name("N")
        ->check(CLI::Range(quint64{1}, quint64{1} << 32U).description(""));
    watch->add_flag("--timestamps", m_watch.timestamps, "Begin each line with the time of the value");
    watch->add_flag("--wait", m_watch.wait, "Wait for services that are not there, and for their return");
}

void CommandLine::addPoke()
{
    auto *poke = command("poke", "Hand a service a new value for one of its items",
                         "tellwire poke 'Lab|bench!limit' 4.5",
                         [this](const Session &session) { return tool::poke(session, m_poke); });
    takesAddress(poke, "ADDRESS", m_poke.address);
    poke->add_option_function<std::string>(
            "VALUE", [this](const std::string &value) { m_poke.value = QByteArray::fromStdString(value); },
            "The value; - reads it from standard input")
        ->type_name("")
        ->required();
    takesFormat(poke, m_poke.format);
}

void CommandLine::addExecute()
{
    auto *execute =
        command("execute", "Send a service a command", "tellwire execute 'Lab|bench' '[Reset(\"volts\")]'",
                [this](const Session &session) {
                    return tool::execute(session, m_executeAddress, m_executeCommand);
                });
    takesAddress(execute, "TOPIC", m_executeAddress);
    execute
        ->add_option_function<std::string>(
            "COMMAND", [this](const std::string &text) { m_executeCommand = textFrom(text); },
            "In the language of the service")
        ->type_name("")
        ->required();
}

void CommandLine::addPublish()
{
    auto *publish = command("publish", "Offer what comes on standard input as items of a topic",
                            "sensor | tellwire publish 'Lab|bench'",
                            [this](const Session &session) { return tool::publish(session, m_publish); });
    publish
        ->add_option_function<std::string>(
            "TOPIC",
            [this](const std::string &text) {
                m_publish.address = valueOf(TopicAddress::parse(textFrom(text)));
                if (m_publish.address.topic == "System"_topic)
                    throw CLI::ValidationError("every service has a topic System already; name another one");
            },
            "Service|Topic")
        ->type_name("")
        ->required();
    publish->add_flag("--keep", m_publish.keep, "Serve the last values after the end of input, until Ctrl-C");
    publish->add_flag("--poke", m_publish.poke, "Let others set items, and write what they set");
}

void CommandLine::addFormats()
{
    auto *formats =
        command("formats", "Show the formats of the session and their numbers", "tellwire formats",
                [this](const Session &session) { return tool::formats(session, m_common.json); });
    writesJson(formats);
}

void CommandLine::addStatus()
{
    auto *status = command("status", "Show the session: its programs, its log, its limits", "tellwire status",
                           [this](const Session &session) { return tool::status(session, m_common.json); });
    writesJson(status);
}

void CommandLine::addDoctor()
{
    auto *doctor =
        command("doctor", "Check what sessions need, and say how to mend it", "tellwire doctor", {});
    doctor->final_callback(
        [this] { m_decision = [this] { return tool::doctor(m_common.session, m_common.json); }; });
    writesJson(doctor);
}

int CommandLine::runInSession(const Run &run) const
{
    if (m_common.timeoutInMilliseconds > 0) // So it holds for every wait of this program.
        qputenv("TELLWIRE_REQUEST_TIMEOUT", QByteArray::number(m_common.timeoutInMilliseconds));
    const Result<Session> session = Session::join(m_common.session);
    if (!session)
        return fail(QStringLiteral("join session %1").arg(m_common.session), session.error());
    return run(*session);
}

std::string CommandLine::whatIsWrong(const CLI::ParseError &problem) const
{
    const auto commands = m_app.get_subcommands();
    if (commands.empty()) {
        const std::vector<std::string> unknown = m_app.remaining();
        return (unknown.empty() ? "a command is missing" : "there is no command " + unknown.front()) +
               "; tellwire --help shows them";
    }
    const std::string sentence = commands.front()->get_name() + ": " + problem.what();
    return sentence + (sentence.ends_with('.') ? " " : ". ") + commands.front()->get_footer();
}

int CommandLine::answer(const CLI::ParseError &problem) const
{
    if (problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
        return m_app.exit(problem); // It was a call for help.
    complain(QString::fromStdString(whatIsWrong(problem)));
    return wronglyCalled;
}

Decision CommandLine::read(int argc, char **argv)
{
    try {
        m_app.parse(argc, argv);
        return m_decision;
    } catch (const CLI::ParseError &problem) {
        return [code = answer(problem)] { return code; };
    }
}

} // namespace

Decision readCommandLine(int argc, char **argv)
{
    const auto commandLine = std::make_shared<CommandLine>();
    return [commandLine, decision = commandLine->read(argc, argv)] { return decision(); };
}

} // namespace tellwire::tool
