// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/monitor.h"

#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/thread_instances.h"
#include "conversations/engine/monitor_handler.h"
#include "dde/protocol/message.h"
#include "dde/transport/seat.h"

#include <QHash>

#include <cstring>

namespace tellwire::ddeml {

namespace {

constexpr std::size_t rememberedStrings = 4096;

MonitorKinds kindsFor(DWORD flags)
{
    const auto if_ = [flags](DWORD flag, MonitorKind kind) {
        return (flags & flag) != 0 ? MonitorKinds{kind} : MonitorKinds{};
    };
    return if_(MF_CONV, MonitorKind::Conversations) | if_(MF_LINKS, MonitorKind::Links) |
           if_(MF_ERRORS, MonitorKind::Errors) | if_(MF_CALLBACKS, MonitorKind::Callbacks) |
           if_(MF_HSZ_INFO, MonitorKind::Strings) | if_(MF_POSTMSGS | MF_SENDMSGS, MonitorKind::Messages);
}

DWORD timeOf(const MonitorEvent &event)
{
    return static_cast<DWORD>(
        std::chrono::floor<std::chrono::milliseconds>(event.time).time_since_epoch().count());
}

template <typename Handle>
Handle numberAsHandle(std::uint64_t number)
{
    return reinterpret_cast<Handle>(static_cast<std::uintptr_t>(number)); // NOLINT(performance-no-int-to-ptr)
}

HANDLE taskOf(const MonitorEvent &event)
{
    return numberAsHandle<HANDLE>(static_cast<std::uint64_t>(event.program.pid));
}

/// The conversation as the one or the other side might call it.
HCONV conversationOf(const MonitoredProgram &side, const MonitoredProgram &other, quint32 number)
{
    return numberAsHandle<HCONV>(qHashMulti(0, side.peer, other.peer, number) | 1U);
}

template <typename Record>
void putData(Record &record, const MonitoredData &data)
{
    static_assert(sizeof(record.Data) == MonitoredData::most);
    record.cbData = static_cast<DWORD>(std::min<quint64>(data.size, 0xFFFF'FFFF));
    std::memcpy(record.Data, data.beginning.constData(), static_cast<std::size_t>(data.beginning.size()));
}

/// The message of DDE that has the meaning. Those that only establish a conversation are sent, all others are
/// posted. Source: ddeml-semantics.md A5.
struct WindowMessage
{
    UINT number = 0;
    DWORD kind = MF_POSTMSGS;
};

WindowMessage windowMessageFor(protocol::MessageType type)
{
    constexpr UINT first = 0x03E0; // WM_DDE_FIRST
    using enum protocol::MessageType;
    switch (type) {
    case Initiate:
        return {first, MF_SENDMSGS};
    case Opened:
        return {first + 4, MF_SENDMSGS};
    case Terminate:
        return {first + 1};
    case Advise:
        return {first + 2};
    case Unadvise:
        return {first + 3};
    case Accepted:
    case Declined:
    case Advised:
    case LinkEnded:
    case Received:
        return {first + 4}; // An acknowledgement, positive or negative.
    case Answer:
    case AnswerMany:
    case Value:
    case Changed:
        return {first + 5};
    case Request:
    case RequestMany:
        return {first + 6};
    case Poke:
        return {first + 7};
    case Execute:
        return {first + 8};
    default:
        return {}; // DDE has nothing like it.
    }
}

} // namespace

Monitor::Monitor(Instance &instance) : m_instance(instance) { onFlagsChanged(); }

Monitor::~Monitor() { m_instance.seat().handler<engine::MonitorHandler>().subscriptions().remove(*this); }

void Monitor::onFlagsChanged()
{
    engine::MonitorSubscriptions &subscriptions =
        m_instance.seat().handler<engine::MonitorHandler>().subscriptions();
    subscriptions.remove(*this);
    if (const MonitorKinds kinds = kindsFor(m_instance.flags()))
        subscriptions.add(*this, kinds);
}

void Monitor::onEvent(const MonitorEvent &event)
{
    std::visit([&](const auto &what) { tell(event, what); }, event.what);
}

void Monitor::tell(const MonitorEvent &event, const MonitoredConversation &conversation)
{
    if (conversation.change == MonitoredConversation::Change::Refused)
        return;
    MONCONVSTRUCT record{};
    record.fConnect = conversation.change == MonitoredConversation::Change::Opened ? TRUE : FALSE;
    record.dwTime = timeOf(event);
    record.hTask = taskOf(event);
    record.hszSvc = handleFor(event.service.text());
    record.hszTopic = handleFor(event.topic.text());
    record.hConvClient = conversationOf(event.client, event.program, event.conversation);
    record.hConvServer = conversationOf(event.program, event.client, event.conversation);
    call(MF_CONV, record);
}

void Monitor::tell(const MonitorEvent &event, const MonitoredLink &link)
{
    if (link.change == MonitoredLink::Change::Refused)
        return;
    MONLINKSTRUCT record{};
    record.dwTime = timeOf(event);
    record.hTask = taskOf(event);
    record.fEstablished = link.change == MonitoredLink::Change::Started ? TRUE : FALSE;
    record.fNoData = link.kind == LinkKind::Warm ? TRUE : FALSE;
    record.hszSvc = handleFor(event.service.text());
    record.hszTopic = handleFor(event.topic.text());
    record.hszItem = handleFor(event.item.text());
    record.wFmt = formatOf(event);
    record.fServer = TRUE;
    record.hConvServer = conversationOf(event.program, event.client, event.conversation);
    record.hConvClient = conversationOf(event.client, event.program, event.conversation);
    call(MF_LINKS, record);
}

// DDEML has no records of these.
void Monitor::tell(const MonitorEvent &, const MonitoredTransaction &) {}
void Monitor::tell(const MonitorEvent &, const MonitoredUpdate &) {}

void Monitor::tell(const MonitorEvent &event, const MonitoredError &error)
{
    if (error.exactCode == DMLERR_NO_ERROR)
        return;
    MONERRSTRUCT record{};
    record.wLastError = error.exactCode;
    record.dwTime = timeOf(event);
    record.hTask = taskOf(event);
    call(MF_ERRORS, record);
}

void Monitor::tell(const MonitorEvent &event, const MonitoredMessage &message)
{
    const WindowMessage window = windowMessageFor(protocol::MessageType{message.type});
    if (window.number == 0 || !m_instance.has(window.kind))
        return;
    MONMSGSTRUCT record{};
    record.hwndTo = numberAsHandle<HWND>(
        numberOf(message.fromClient ? conversationOf(event.program, event.client, event.conversation)
                                    : conversationOf(event.client, event.program, event.conversation)));
    record.dwTime = timeOf(event);
    record.hTask = taskOf(event);
    record.wMsg = window.number;
    record.wParam =
        numberOf(message.fromClient ? conversationOf(event.client, event.program, event.conversation)
                                    : conversationOf(event.program, event.client, event.conversation));
    record.lParam = static_cast<LPARAM>(message.number);
    putData(record.dmhd, message.data);
    call(window.kind, record);
}

void Monitor::tell(const MonitorEvent &event, const MonitoredCallback &callback)
{
    MONCBSTRUCT record{};
    record.dwTime = timeOf(event);
    record.hTask = taskOf(event);
    record.dwRet = static_cast<DWORD>(callback.result);
    record.wType = callback.type;
    record.wFmt = callback.format;
    record.hConv = numberAsHandle<HCONV>(callback.conversation);
    record.hsz1 = handleFor(callback.string1);
    record.hsz2 = handleFor(callback.string2);
    record.hData = numberAsHandle<HDDEDATA>(callback.dataHandle);
    record.dwData1 = callback.data1;
    record.dwData2 = callback.data2;
    record.cc.cb = sizeof(record.cc);
    record.cc.wFlags = callback.context.flags;
    record.cc.wCountryID = callback.context.country;
    record.cc.iCodePage = callback.context.codePage;
    record.cc.dwLangID = callback.context.language;
    record.cc.dwSecurity = callback.context.security;
    putData(record, callback.data);
    call(MF_CALLBACKS, record);
}

void Monitor::tell(const MonitorEvent &event, const MonitoredString &string)
{
    const auto fill = [&](auto record, const auto &text) {
        record.fsAction = MH_CREATE + static_cast<int>(string.change);
        record.dwTime = timeOf(event);
        record.hsz = handleFor(string.text);
        record.hTask = taskOf(event);
        const auto textBytes = static_cast<std::size_t>(text.size()) * sizeof(text[0]);
        record.cb = static_cast<UINT>(sizeof(record) + textBytes); // Room for the zero is in the struct.
        QByteArray bytes(static_cast<qsizetype>(record.cb), '\0');
        std::memcpy(bytes.data(), &record, sizeof(record));
        std::memcpy(bytes.data() + offsetof(decltype(record), str), text.data(), textBytes);
        call(MF_HSZ_INFO, bytes);
    };
    if (m_instance.isWide())
        fill(MONHSZSTRUCTW{}, string.text.toStdU16String());
    else
        fill(MONHSZSTRUCTA{}, string.text.toStdString());
}

HSZ Monitor::handleFor(const QString &text)
{
    if (text.isEmpty())
        return nullptr;
    m_strings.emplace_back(m_instance.strings(), text);
    if (m_strings.size() > rememberedStrings)
        m_strings.pop_front();
    return m_strings.back().get();
}

UINT Monitor::formatOf(const MonitorEvent &event)
{
    return Format::fromName(event.format)
        .and_then([&](const Format &format) { return m_instance.seat().formatNames().number(format); })
        .value_or(FormatNumber{0});
}

template <typename Record>
void Monitor::call(DWORD kind, Record record)
{
    record.cb = sizeof(record);
    call(kind, QByteArray{reinterpret_cast<const char *>(&record), sizeof(record)});
}

// The callback may end the instance, and so this.
void Monitor::call(DWORD kind, const QByteArray &record)
{
    ThreadInstances &thread = m_instance.thread();
    const auto object = std::make_shared<DataObject>();
    object->instance = m_instance.id();
    object->bytes = record;
    object->owner = DataObject::Owner::Library;
    const HDDEDATA handle = thread.data().add(object);
    m_instance.call({.type = XTYP_MONITOR, .data = handle, .word2 = kind});
    thread.data().remove(handle);
}

} // namespace tellwire::ddeml
