// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/monitor_traffic.h"

#include "conversations/engine/format_numbers.h"
#include "conversations/engine/item.h"
#include "conversations/engine/link_feed.h"
#include "conversations/engine/served_client.h"
#include "dde/transport/channel.h"

#include <utility>

namespace tellwire::engine {

namespace {

template <typename M>
std::uint32_t numberOf(const M &message)
{
    if constexpr (requires { message.link; })
        return message.link;
    else if constexpr (requires { message.transaction; })
        return message.transaction;
    else if constexpr (requires { message.conversation; })
        return message.conversation;
    else
        return 0;
}

template <typename M>
MonitoredData dataOf(const M &message)
{
    if constexpr (requires { message.value; })
        return MonitoredData::of(message.value.view());
    else if constexpr (requires { message.command; })
        return MonitoredData::of(message.command);
    else if constexpr (requires { message.values; })
        return MonitoredData::of(message.values);
    else
        return {};
}

const Error &gaveUp()
{
    static const Error error{ErrorCode::Closed, QStringLiteral("the client did not wait for the answer")};
    return error;
}

} // namespace

void MonitorTraffic::begin(const std::vector<std::shared_ptr<ServedClient>> &clients)
{
    m_traces.clear();
    for (const std::shared_ptr<ServedClient> &client : clients)
        m_traces.emplace(client->number(), client->trace());
}

void MonitorTraffic::received(const ServedClient &client, const protocol::ClientMessage &message)
{
    std::visit(
        [&](const auto &said) {
            const Subject subject = subjectOf(client, said);
            reportMessage(subject, said, true);
            note(subject, said);
        },
        message);
}

void MonitorTraffic::sent(const ServedClient &client, const protocol::ServerMessage &message)
{
    std::visit(
        [&](const auto &said) {
            const Subject subject = subjectOf(client, said);
            reportMessage(subject, said, false);
            note(subject, said);
        },
        message);
}

void MonitorTraffic::published(const LinkFeed &feed, const transport::ValueStamp &stamp,
                               const QByteArray *value)
{
    const MonitoredData data =
        value != nullptr && feed.kind() == LinkKind::Hot ? MonitoredData::of(*value) : MonitoredData{};
    for (const ServerLink *link : feed.links())
        update({*link->client, m_traces[link->client->number()], link->conversation, feed.item().name(),
                feed.format().name()},
               {link->id, feed.kind(), stamp.sequence, data});
}

void MonitorTraffic::cut(const ServedClient &client, const Error &reason)
{
    report({client, m_traces[client.number()]}, MonitoredError{MonitoredError::What::ChannelCut, reason});
}

void MonitorTraffic::left(const ServedClient &client)
{
    auto node = m_traces.extract(client.number());
    if (node.empty() || !isObserved())
        return;
    MonitorTrace &trace = node.mapped();
    const Error reason{ErrorCode::PeerGone, QStringLiteral("the client has ended")};
    while (!trace.conversations.empty())
        endConversation({client, trace, trace.conversations.begin()->first}, reason);
}

template <typename M>
MonitorTraffic::Subject MonitorTraffic::subjectOf(const ServedClient &client, const M &message)
{
    Subject subject{client, m_traces[client.number()]};
    const auto take = [&subject](const auto &known, std::uint32_t number) {
        if (const auto found = known.find(number); found != known.end()) {
            subject.conversation = found->second.conversation;
            subject.item = found->second.item;
            subject.format = found->second.format;
        }
    };
    if constexpr (requires { message.link; })
        take(subject.trace.links, message.link);
    else if constexpr (requires { message.transaction; })
        take(subject.trace.transactions, message.transaction);
    if constexpr (requires { message.conversation; })
        subject.conversation = message.conversation;
    if constexpr (requires { message.item; })
        subject.item = message.item;
    if constexpr (requires { message.format; })
        subject.format = formatName(message.format);
    return subject;
}

// Conversations

void MonitorTraffic::note(const Subject &subject, const protocol::Initiate &message)
{
    subject.trace.conversations.try_emplace(message.conversation,
                                            MonitorTrace::Conversation{message.service, message.topic});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Opened &message)
{
    MonitorTrace::Conversation &opened = subject.trace.conversations[message.conversation];
    opened.service = message.service;
    opened.topic = message.topic;
    report(subject, MonitoredConversation{MonitoredConversation::Change::Opened});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Refused &message)
{
    report(subject, MonitoredConversation{MonitoredConversation::Change::Refused, message.reason});
    decline(subject, message.reason);
    subject.trace.conversations.erase(message.conversation);
}

// Either side's; what answers it finds nothing any more.
void MonitorTraffic::note(const Subject &subject, const protocol::Terminate &message)
{
    endConversation(subject, message.reason);
}

void MonitorTraffic::endConversation(const Subject &subject, const std::optional<Error> &reason)
{
    MonitorTrace &trace = subject.trace;
    if (!trace.conversations.contains(subject.conversation))
        return;
    const MonitorTrace::Conversation ended = trace.conversations.at(subject.conversation);
    for (const protocol::TransactionId id : ended.transactions)
        finish(subject, id, gaveUp());
    for (const protocol::LinkId id : ended.links)
        endLink(subject, id, false, reason);
    report(subject, MonitoredConversation{MonitoredConversation::Change::Ended, reason});
    trace.conversations.erase(subject.conversation);
}

// Transactions

void MonitorTraffic::start(const Subject &subject, protocol::TransactionId id,
                           MonitorTrace::Transaction transaction)
{
    const auto conversation = subject.trace.conversations.find(subject.conversation);
    if (conversation != subject.trace.conversations.end())
        conversation->second.transactions.insert(id);
    else if (transaction.verb != MonitoredTransaction::Verb::Find)
        return; // It has ended: there will be no answer.
    transaction.conversation = subject.conversation;
    transaction.item = subject.item;
    transaction.format = subject.format;
    subject.trace.transactions.try_emplace(id, std::move(transaction));
}

void MonitorTraffic::note(const Subject &subject, const protocol::Request &message)
{
    start(subject, message.transaction, {.verb = MonitoredTransaction::Verb::Request});
}

void MonitorTraffic::note(const Subject &subject, const protocol::RequestMany &message)
{
    start(subject, message.transaction, {.verb = MonitoredTransaction::Verb::RequestMany});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Browse &message)
{
    start(subject, message.transaction, {.verb = MonitoredTransaction::Verb::Browse});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Poke &message)
{
    start(subject, message.transaction, {.verb = MonitoredTransaction::Verb::Poke, .data = dataOf(message)});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Execute &message)
{
    start(subject, message.transaction,
          {.verb = MonitoredTransaction::Verb::Execute, .data = dataOf(message)});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Find &message)
{
    start(subject, message.transaction, {.verb = MonitoredTransaction::Verb::Find});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Cancel &message)
{
    finish(subject, message.transaction, gaveUp());
}

void MonitorTraffic::note(const Subject &subject, const protocol::Answer &message)
{
    finish(subject, message.transaction, std::nullopt, dataOf(message));
}

void MonitorTraffic::note(const Subject &subject, const protocol::AnswerMany &message)
{
    finish(subject, message.transaction, std::nullopt, dataOf(message));
}

void MonitorTraffic::note(const Subject &subject, const protocol::Accepted &message)
{
    finish(subject, message.transaction, std::nullopt);
}

void MonitorTraffic::note(const Subject &subject, const protocol::Declined &message)
{
    finish(subject, message.transaction, message.reason);
    decline(subject, message.reason);
}

void MonitorTraffic::note(const Subject &subject, const protocol::Found &message)
{
    finish(subject, message.transaction, std::nullopt);
}

void MonitorTraffic::finish(const Subject &subject, protocol::TransactionId id,
                            const std::optional<Error> &refusal, const std::optional<MonitoredData> &answer)
{
    const auto node = subject.trace.transactions.extract(id);
    if (node.empty())
        return; // It began when nobody watched.
    const MonitorTrace::Transaction &began = node.mapped();
    if (const auto of = subject.trace.conversations.find(began.conversation);
        of != subject.trace.conversations.end())
        of->second.transactions.erase(id);
    Subject its{subject.client, subject.trace, began.conversation, began.item, began.format};
    if (answer && !subject.format.isEmpty())
        its.format = subject.format;
    report(its, MonitoredTransaction{began.verb, refusal, std::chrono::steady_clock::now() - began.arrival,
                                     answer.value_or(began.data)});
}

// Links

void MonitorTraffic::note(const Subject &subject, const protocol::Advise &message)
{
    const auto conversation = subject.trace.conversations.find(message.conversation);
    if (conversation == subject.trace.conversations.end())
        return;
    conversation->second.links.insert(message.link);
    subject.trace.links.try_emplace(message.link, MonitorTrace::Link{.conversation = message.conversation,
                                                                     .item = message.item,
                                                                     .kind = message.kind,
                                                                     .pace = message.pace});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Advised &message)
{
    const auto found = subject.trace.links.find(message.link);
    if (found == subject.trace.links.end())
        return;
    MonitorTrace::Link &link = found->second;
    link.isStarted = true;
    link.format = subject.format;
    report(subject, MonitoredLink{MonitoredLink::Change::Started, message.link, link.kind, link.pace});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Unadvise &message)
{
    endLink(subject, message.link, false, std::nullopt);
}

void MonitorTraffic::note(const Subject &subject, const protocol::LinkEnded &message)
{
    if (message.reason.code == ErrorCode::Overrun)
        report(subject, MonitoredError{MonitoredError::What::LinkCut, message.reason});
    endLink(subject, message.link, true, message.reason);
}

void MonitorTraffic::endLink(const Subject &subject, protocol::LinkId id, bool byServer,
                             const std::optional<Error> &reason)
{
    const auto node = subject.trace.links.extract(id);
    if (node.empty())
        return;
    const MonitorTrace::Link &link = node.mapped();
    if (const auto of = subject.trace.conversations.find(link.conversation);
        of != subject.trace.conversations.end())
        of->second.links.erase(id);
    const Subject its{subject.client, subject.trace, link.conversation, link.item, link.format};
    const bool isRefused = byServer && !link.isStarted;
    report(its, MonitoredLink{isRefused ? MonitoredLink::Change::Refused : MonitoredLink::Change::Ended, id,
                              link.kind, link.pace, byServer, reason});
    if (isRefused && reason)
        decline(its, *reason);
}

// Updates of links that do not hang on a feed.

void MonitorTraffic::note(const Subject &subject, const protocol::Value &message)
{
    report(subject, MonitoredUpdate{message.link, LinkKind::Hot, message.sequence, dataOf(message)});
}

void MonitorTraffic::note(const Subject &subject, const protocol::Changed &message)
{
    report(subject, MonitoredUpdate{message.link, LinkKind::Warm, message.sequence, {}});
}

void MonitorTraffic::update(const Subject &subject, const MonitoredUpdate &update)
{
    report(subject, update);
    const auto type =
        update.kind == LinkKind::Hot ? protocol::MessageType::Value : protocol::MessageType::Changed;
    report(subject, MonitoredMessage{static_cast<std::uint8_t>(type), false, update.link, update.data});
}

// Telling

void MonitorTraffic::decline(const Subject &subject, const Error &reason)
{
    report(subject, MonitoredError{MonitoredError::What::Declined, reason});
}

template <typename M>
void MonitorTraffic::reportMessage(const Subject &subject, const M &message, bool fromClient)
{
    if (m_reporter.wants(MonitorKind::Messages))
        report(subject, MonitoredMessage{static_cast<std::uint8_t>(M::type), fromClient, numberOf(message),
                                         dataOf(message)});
}

void MonitorTraffic::report(const Subject &subject, MonitorEvent::What what)
{
    MonitorEvent event{.what = std::move(what)};
    if (!m_reporter.wants(event.kind()))
        return;
    const ServedClient &client = subject.client;
    event.client = {client.channel()->peer(), client.caller().pid, client.caller().program};
    event.conversation = subject.conversation;
    const auto &conversations = subject.trace.conversations;
    if (const auto known = conversations.find(subject.conversation); known != conversations.end()) {
        event.service = known->second.service;
        event.topic = known->second.topic;
    }
    event.item = subject.item;
    event.format = subject.format;
    event.queuedMessages = static_cast<quint32>(client.channel()->queuedMessages());
    event.waitingBytes = client.channel()->waitingBytes();
    m_reporter.report(std::move(event));
}

QString MonitorTraffic::formatName(FormatNumber number) const
{
    const std::optional<Format> format =
        number == protocol::anyFormat ? std::nullopt : formatOf(m_seat, number);
    return format ? format->name() : QString{};
}

} // namespace tellwire::engine
