// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line_p.h"

#include "formats/payload.h"

#include <limits>

namespace tellwire::tool {

QString CommandLine::textFrom(const std::string &argument)
{
    const Result<QString> text = FormatOf<QString>::decode(QByteArray::fromStdString(argument));
    if (!text)
        throw CLI::ValidationError("an argument is not UTF-8 text");
    return *text;
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

void CommandLine::takesAddresses(CLI::App *command, QList<ItemAddress> &addresses)
{
    command
        ->add_option_function<std::vector<std::string>>(
            "ADDRESS",
            [&addresses](const std::vector<std::string> &texts) {
                for (const std::string &text : texts)
                    addresses.append(valueOf(ItemAddress::parse(textFrom(text))));
            },
            "One or more items")
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

void CommandLine::takesCommand(CLI::App *command, const std::string &name, const std::string &help,
                               QString &line)
{
    command
        ->add_option_function<std::string>(
            name,
            [&line, name](const std::string &text) {
                line = textFrom(text);
                if (line.trimmed().isEmpty())
                    throw CLI::ValidationError(name + " wants a command for the shell");
            },
            help)
        ->type_name("CMD");
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
    auto *service = list->add_option_function<std::string>(
        "SERVICE",
        [this](const std::string &text) {
            m_list.what = valueOf(PartialAddress::parse(textFrom(text)));
            if (m_list.what->item)
                throw CLI::ValidationError("an item has nothing to list; request it instead");
        },
        "A service, or Service|Topic");
    service->type_name("");
    list->add_option_function<std::string>(
            "TOPIC",
            [this](const std::string &text) {
                if (m_list.what->topic)
                    throw CLI::ValidationError("the topic is given twice");
                m_list.what->topic = valueOf(TopicName::fromUserText(textFrom(text)));
            },
            "One of its topics")
        ->type_name("");
    list->add_option_function<std::string>(
            "--prefix",
            [this](const std::string &text) {
                m_list.prefix = valueOf(ItemName::fromUserText(textFrom(text)));
            },
            "Only items whose names begin so")
        ->type_name("P");
    list->add_flag("--follow", m_list.follow, "Then a line for each service that comes (+) or goes (-)")
        ->excludes(service);
    writesJson(list);
    list->parse_complete_callback([this] {
        if (!m_list.prefix.isEmpty() && (!m_list.what || !m_list.what->topic))
            throw CLI::ValidationError("--prefix is about items; name their service and topic");
    });
}

void CommandLine::addRequest()
{
    auto *request = command(
        "request", "Write the value of an item to standard output, byte for byte; of several, in lines",
        "tellwire request 'Lab|bench!volts'",
        [this](const Session &session) {
            m_request.json = m_common.json;
            return tool::request(session, m_request);
        },
        inPlace);
    takesAddresses(request, m_request.addresses);
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
    takesAddresses(watch, m_watch.addresses);
    takesFormat(watch, m_watch.format);
    writesJson(watch);
    watch->add_flag("--timestamps", m_watch.timestamps, "Begin each line with the time of the value");
    auto *reconnect =
        watch->add_flag("--reconnect", m_watch.reconnect, "Wait for what is not there, and for its return");
    addPaces(watch);
    auto *warm = watch->add_flag("--warm", m_watch.warm, "Write only that they change, not to what");
    watch->add_flag("--final-value", m_watch.finalValue, "With --warm: the last value when the service ends")
        ->needs(warm)
        ->excludes(reconnect);
    watch->get_option("--whole-batches")->excludes(warm);
    watch->add_flag("--once", m_watch.once, "End after one change of each item");
    watch->add_option("--count", m_watch.count, "End after so many updates")
        ->type_name("N")
        ->check(CLI::Range(quint64{1}, quint64{1} << 32U).description(""));
}

void CommandLine::addPaces(CLI::App *watch)
{
    auto *everyUpdate = watch->add_flag("--every-update", m_watch.everyUpdate,
                                        "Skip nothing, instead of writing the newest only");
    watch
        ->add_flag("--whole-batches", m_watch.wholeBatches,
                   "With --every-update: what was set together comes together")
        ->needs(everyUpdate);
    watch->add_flag("--ack{1}", m_watch.window, "Have at most N updates on their way (default: 1)")
        ->type_name("[=N]")
        ->check(CLI::Range(1, int{std::numeric_limits<quint16>::max()}).description(""))
        ->excludes(everyUpdate);
}

void CommandLine::addPoke()
{
    auto *poke = command(
        "poke", "Hand a service a new value for one of its items", "tellwire poke 'Lab|bench!limit' 4.5",
        [this](const Session &session) { return tool::poke(session, m_poke); }, inPlace);
    takesAddress(poke, "ADDRESS", m_poke.address);
    poke->add_option_function<std::string>(
            "VALUE", [this](const std::string &value) { m_poke.value = QByteArray::fromStdString(value); },
            "The value; - reads it from standard input")
        ->type_name("")
        ->required();
    takesFormat(poke, m_poke.format);
    poke->add_option_function<quint64>(
            "--if-sequence", [this](const quint64 &sequence) { m_poke.ifSequence = sequence; },
            "Only if the item is still at this update")
        ->type_name("N")
        ->check(CLI::Range(quint64{1}, quint64{std::numeric_limits<qint64>::max()}).description(""));
}

void CommandLine::addExecute()
{
    auto *execute = command(
        "execute", "Send a service a command", "tellwire execute 'Lab|bench' '[Reset(\"volts\")]'",
        [this](const Session &session) { return tool::execute(session, m_executeAddress, m_executeCommand); },
        inPlace);
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
    auto *poke = publish->add_flag("--poke", m_publish.poke, "Let others set items, and write what they set");
    takesCommand(publish, "--on-poke", "Let CMD decide; it reads the value", m_publish.onPoke);
    takesCommand(publish, "--on-execute", "Let CMD carry out commands; it reads them", m_publish.onExecute);
    publish->get_option("--on-poke")->excludes(poke);
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

} // namespace tellwire::tool
