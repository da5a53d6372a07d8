// SPDX-License-Identifier: Apache-2.0
#include "tools/monitor_lines.h"

#include "tools/output.h"
#include "tools/update_text.h"

#include <nlohmann/json.hpp>

#include <QMap>
#include <QStringDecoder>

#include <array>

namespace tellwire::tool {

namespace {

template <typename... Cases>
struct Overloaded : Cases...
{
    using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>; // Not every compiler of C++20 deduces it by itself.

struct NamedKind
{
    QLatin1StringView name;
    MonitorKind kind;
};
constexpr std::array namedKinds{NamedKind{QLatin1StringView{"conversations"}, MonitorKind::Conversations},
                                NamedKind{QLatin1StringView{"links"}, MonitorKind::Links},
                                NamedKind{QLatin1StringView{"transactions"}, MonitorKind::Transactions},
                                NamedKind{QLatin1StringView{"updates"}, MonitorKind::Updates},
                                NamedKind{QLatin1StringView{"errors"}, MonitorKind::Errors},
                                NamedKind{QLatin1StringView{"messages"}, MonitorKind::Messages},
                                NamedKind{QLatin1StringView{"callbacks"}, MonitorKind::Callbacks},
                                NamedKind{QLatin1StringView{"strings"}, MonitorKind::Strings}};

// By the number of the enumerator.
template <typename Enumeration, std::size_t count>
QString wordFor(Enumeration value, const std::array<const char *, count> &words)
{
    return QString::fromLatin1(words.at(static_cast<std::size_t>(value)));
}
constexpr std::array conversationChanges{"opened", "refused", "ended"};
constexpr std::array linkChanges{"started", "refused", "ended"};
constexpr std::array linkKinds{"hot", "warm"};
constexpr std::array paces{"newest", "every-update", "acknowledged"};
constexpr std::array verbs{"request", "request-many", "browse", "poke", "execute", "find"};
constexpr std::array errors{"declined", "link-cut", "channel-cut", "violation", "exact-face"};
constexpr std::array stringChanges{"created", "kept", "freed", "cleaned-up"};

QString messageName(quint8 type)
{
    static const QMap<quint8, QString> names{
        {0x10, QStringLiteral("Initiate")}, {0x11, QStringLiteral("Terminate")},
        {0x12, QStringLiteral("Request")},  {0x13, QStringLiteral("Poke")},
        {0x14, QStringLiteral("Execute")},  {0x15, QStringLiteral("Advise")},
        {0x16, QStringLiteral("Unadvise")}, {0x17, QStringLiteral("Fetch")},
        {0x18, QStringLiteral("Cancel")},   {0x19, QStringLiteral("Received")},
        {0x1A, QStringLiteral("Find")},     {0x1B, QStringLiteral("RequestMany")},
        {0x1C, QStringLiteral("Browse")},   {0x20, QStringLiteral("Opened")},
        {0x21, QStringLiteral("Refused")},  {0x22, QStringLiteral("Answer")},
        {0x23, QStringLiteral("Accepted")}, {0x24, QStringLiteral("Declined")},
        {0x25, QStringLiteral("Advised")},  {0x26, QStringLiteral("Value")},
        {0x27, QStringLiteral("Changed")},  {0x28, QStringLiteral("LinkEnded")},
        {0x29, QStringLiteral("Found")},    {0x2A, QStringLiteral("AnswerMany")},
        {0x2B, QStringLiteral("BatchEnd")},
    };
    return names.value(type, QStringLiteral("0x%1").arg(type, 2, 16, QLatin1Char{'0'}));
}

QString callbackName(quint32 type)
{
    static const QMap<quint32, QString> names{
        {0x8002, QStringLiteral("XTYP_ERROR")},         {0x4010, QStringLiteral("XTYP_ADVDATA")},
        {0x2022, QStringLiteral("XTYP_ADVREQ")},        {0x1030, QStringLiteral("XTYP_ADVSTART")},
        {0x8040, QStringLiteral("XTYP_ADVSTOP")},       {0x4050, QStringLiteral("XTYP_EXECUTE")},
        {0x1062, QStringLiteral("XTYP_CONNECT")},       {0x8072, QStringLiteral("XTYP_CONNECT_CONFIRM")},
        {0x8080, QStringLiteral("XTYP_XACT_COMPLETE")}, {0x4090, QStringLiteral("XTYP_POKE")},
        {0x80A2, QStringLiteral("XTYP_REGISTER")},      {0x20B0, QStringLiteral("XTYP_REQUEST")},
        {0x80C2, QStringLiteral("XTYP_DISCONNECT")},    {0x80D2, QStringLiteral("XTYP_UNREGISTER")},
        {0x20E2, QStringLiteral("XTYP_WILDCONNECT")},
    };
    return names.value(type, QStringLiteral("0x%1").arg(type, 4, 16, QLatin1Char{'0'}));
}

/// "Quotes|NYSE!ZAXX", as much of it as there is.
QString addressOf(const MonitorEvent &event)
{
    QString address = event.service.text();
    if (!event.topic.isEmpty())
        address += QLatin1Char{'|'} + event.topic.text();
    if (!event.item.isEmpty())
        address += QLatin1Char{'!'} + event.item.text();
    return address.isEmpty() ? QStringLiteral("-") : address;
}

QString reasonOf(const std::optional<Error> &reason)
{
    return reason ? QStringLiteral(" %1: %2").arg(errorName(reason->code), reason->detail) : QString{};
}

QString outcomeOf(const std::optional<Error> &refusal)
{
    return refusal ? reasonOf(refusal).sliced(1) : QStringLiteral("done");
}

QString latencyOf(const MonitoredTransaction &transaction)
{
    const double microseconds = static_cast<double>(transaction.latency.count()) / 1000;
    return microseconds < 1000 ? QStringLiteral("%1 µs").arg(microseconds, 0, 'f', 1)
                               : QStringLiteral("%1 ms").arg(microseconds / 1000, 0, 'f', 1);
}

QString sizeOf(const MonitoredData &data)
{
    return data.size == 1 ? QStringLiteral("1 byte") : QStringLiteral("%1 bytes").arg(data.size);
}

/// If the bytes are text, even if its last character is cut off.
std::optional<QString> textIn(const MonitoredData &data)
{
    QStringDecoder decoder{QStringDecoder::Utf8};
    const QString text = decoder(data.beginning);
    return decoder.hasError() ? std::nullopt : std::optional{text};
}

const MonitoredData *dataOf(const MonitorEvent::What &what)
{
    return std::visit(
        [](const auto &is) -> const MonitoredData * {
            if constexpr (requires { is.data; })
                return &is.data;
            else
                return nullptr;
        },
        what);
}

QStringList cellsOf(const MonitorEvent::What &what)
{
    return std::visit(
        Overloaded{
            [](const MonitoredConversation &is) {
                return QStringList{QStringLiteral("conversation"),
                                   wordFor(is.change, conversationChanges) + reasonOf(is.reason)};
            },
            [](const MonitoredLink &is) {
                return QStringList{QStringLiteral("link"), wordFor(is.kind, linkKinds),
                                   wordFor(is.change, linkChanges) + reasonOf(is.reason)};
            },
            [](const MonitoredTransaction &is) {
                return QStringList{wordFor(is.verb, verbs), outcomeOf(is.refusal), latencyOf(is),
                                   sizeOf(is.data)};
            },
            [](const MonitoredUpdate &is) {
                const QString number = QString::number(is.sequence);
                return is.kind == LinkKind::Hot
                           ? QStringList{QStringLiteral("update"), number, sizeOf(is.data)}
                           : QStringList{QStringLiteral("news"), number};
            },
            [](const MonitoredError &is) {
                return QStringList{QStringLiteral("error"), wordFor(is.what, errors) + reasonOf(is.reason)};
            },
            [](const MonitoredMessage &is) {
                return QStringList{is.fromClient ? QStringLiteral("got") : QStringLiteral("sent"),
                                   messageName(is.type), QString::number(is.number), sizeOf(is.data)};
            },
            [](const MonitoredCallback &is) {
                return QStringList{QStringLiteral("callback"),
                                   callbackName(is.type),
                                   QStringLiteral("0x%1").arg(is.result, 0, 16),
                                   is.string1,
                                   is.string2,
                                   sizeOf(is.data)};
            },
            [](const MonitoredString &is) {
                return QStringList{QStringLiteral("string"), wordFor(is.change, stringChanges), is.text};
            }},
        what);
}

void addReason(nlohmann::json &json, const std::optional<Error> &reason)
{
    if (reason)
        json["reason"] = {{"code", errorName(reason->code).toStdString()},
                          {"detail", reason->detail.toStdString()}};
}

nlohmann::json particulars(const MonitorEvent::What &what)
{
    nlohmann::json json;
    std::visit(Overloaded{[&](const MonitoredConversation &is) {
                              json["kind"] = "conversation";
                              json["change"] = wordFor(is.change, conversationChanges).toStdString();
                              addReason(json, is.reason);
                          },
                          [&](const MonitoredLink &is) {
                              json["kind"] = "link";
                              json["change"] = wordFor(is.change, linkChanges).toStdString();
                              json["link"] = is.number;
                              json["linkKind"] = wordFor(is.kind, linkKinds).toStdString();
                              json["pace"] = wordFor(is.pace, paces).toStdString();
                              json["endedByServer"] = is.endedByServer;
                              addReason(json, is.reason);
                          },
                          [&](const MonitoredTransaction &is) {
                              json["kind"] = "transaction";
                              json["verb"] = wordFor(is.verb, verbs).toStdString();
                              json["done"] = !is.refusal;
                              json["latencyMicroseconds"] = static_cast<double>(is.latency.count()) / 1000;
                              addReason(json, is.refusal);
                          },
                          [&](const MonitoredUpdate &is) {
                              json["kind"] = "update";
                              json["link"] = is.link;
                              json["linkKind"] = wordFor(is.kind, linkKinds).toStdString();
                              json["sequence"] = is.sequence;
                          },
                          [&](const MonitoredError &is) {
                              json["kind"] = "error";
                              json["error"] = wordFor(is.what, errors).toStdString();
                              if (is.exactCode != 0)
                                  json["exactCode"] = is.exactCode;
                              addReason(json, is.reason);
                          },
                          [&](const MonitoredMessage &is) {
                              json["kind"] = "message";
                              json["message"] = messageName(is.type).toStdString();
                              json["fromClient"] = is.fromClient;
                              json["number"] = is.number;
                          },
                          [&](const MonitoredCallback &is) {
                              json["kind"] = "callback";
                              json["callback"] = callbackName(is.type).toStdString();
                              json["formatNumber"] = is.format;
                              json["handle"] = is.conversation;
                              json["string1"] = is.string1.toStdString();
                              json["string2"] = is.string2.toStdString();
                              json["data1"] = is.data1;
                              json["data2"] = is.data2;
                              json["result"] = is.result;
                          },
                          [&](const MonitoredString &is) {
                              json["kind"] = "string";
                              json["change"] = wordFor(is.change, stringChanges).toStdString();
                              json["handle"] = is.handle;
                              json["text"] = is.text.toStdString();
                          }},
               what);
    return json;
}

} // namespace

Result<MonitorKinds> monitorKindsFrom(const QString &text)
{
    MonitorKinds kinds;
    for (const QString &name : text.split(QLatin1Char{','})) {
        const auto found = std::ranges::find_if(namedKinds, [&](const NamedKind &kind) {
            return name.trimmed().compare(kind.name, Qt::CaseInsensitive) == 0;
        });
        if (found == namedKinds.end())
            return Error{ErrorCode::BadData, QStringLiteral("there is no kind '%1' of events").arg(name)};
        kinds |= found->kind;
    }
    return kinds;
}

QString nameOf(const MonitoredProgram &program)
{
    return QStringLiteral("%1 %2")
        .arg(program.name.isEmpty() ? QStringLiteral("?") : program.name)
        .arg(program.pid);
}

QString toLine(const MonitorEvent &event, bool withData)
{
    QString program = nameOf(event.program);
    if (event.client.peer != 0)
        program += QStringLiteral(" < ") + nameOf(event.client);
    QStringList cells = QStringList{timeOfDay(event.time), program, addressOf(event)} + cellsOf(event.what);
    if (event.queuedMessages > 0 || event.waitingBytes > 0)
        cells.append(QStringLiteral("(%1 messages and %2 bytes wait)")
                         .arg(event.queuedMessages)
                         .arg(event.waitingBytes));
    if (const MonitoredData *data = dataOf(event.what); withData && data != nullptr && data->size > 0)
        cells.append(textIn(*data).value_or(QString::fromLatin1(data->beginning.toHex(' '))));
    return inOneLine(cells.join(QStringLiteral("  ")));
}

nlohmann::json toJson(const MonitoredProgram &program)
{
    return {{"program", program.name.toStdString()}, {"pid", program.pid}};
}

nlohmann::json toJson(const MonitorEvent &event, bool withData)
{
    nlohmann::json json = particulars(event.what);
    json.update(toJson(event.program));
    json["time"] = isoTime(event.time).toStdString();
    if (event.client.peer != 0) {
        json["client"] = toJson(event.client);
        json["queuedMessages"] = event.queuedMessages;
        json["waitingBytes"] = event.waitingBytes;
    }
    if (event.conversation != 0)
        json["conversation"] = QStringLiteral("%1-%2-%3")
                                   .arg(event.program.peer, 16, 16, QLatin1Char{'0'})
                                   .arg(event.client.peer, 16, 16, QLatin1Char{'0'})
                                   .arg(event.conversation)
                                   .toStdString();
    const auto addText = [&json](const char *member, const QString &text) {
        if (!text.isEmpty())
            json[member] = text.toStdString();
    };
    addText("service", event.service.text());
    addText("topic", event.topic.text());
    addText("item", event.item.text());
    addText("format", event.format);
    const MonitoredData *data = dataOf(event.what);
    if (data == nullptr)
        return json;
    json["bytes"] = data->size;
    if (withData && data->size > 0) {
        if (const std::optional<QString> text = textIn(*data))
            json["data"] = text->toStdString();
        else
            json["base64"] = data->beginning.toBase64().toStdString();
    }
    return json;
}

} // namespace tellwire::tool
