// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/monitor_reporter.h"
#include "conversations/engine/monitor_trace.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tellwire::transport {
class Seat;
struct ValueStamp;
} // namespace tellwire::transport

namespace tellwire::engine {

class LinkFeed;
class ServedClient;

/// Makes events of all that the clients of this program say and are told. Every conversation has a server, so
/// nothing but what clients read in place goes unseen.
class MonitorTraffic
{
public:
    MonitorTraffic(transport::Seat &seat, MonitorReporter &reporter) : m_seat(seat), m_reporter(reporter) {}

    /// To be asked before anything is reported.
    bool isObserved() const noexcept { return m_reporter.wants(kinds); }

    /// Somebody watches after nobody did; or nobody does any more, then with no clients.
    void begin(const std::vector<std::shared_ptr<ServedClient>> &clients);

    void received(const ServedClient &client,
                  const protocol::ClientMessage &message);                         ///< Before it is handled.
    void sent(const ServedClient &client, const protocol::ServerMessage &message); ///< Or about to be.
    /// `value` is null for the news of a warm link.
    void published(const LinkFeed &feed, const transport::ValueStamp &stamp, const QByteArray *value);
    void cut(const ServedClient &client, const Error &reason); ///< It does not read.
    void left(const ServedClient &client);

private:
    static constexpr MonitorKinds kinds = MonitorKind::Conversations | MonitorKind::Links |
                                          MonitorKind::Transactions | MonitorKind::Updates |
                                          MonitorKind::Errors | MonitorKind::Messages;

    /// What a message is about.
    struct Subject
    {
        const ServedClient &client;
        MonitorTrace &trace;
        protocol::ConversationId conversation = 0;
        ItemName item = {};
        QString format = {};
    };
    template <typename M>
    Subject subjectOf(const ServedClient &client, const M &message);

    // From the client.
    template <typename M>
    void note(const Subject &, const M &)
    {}
    void note(const Subject &subject, const protocol::Initiate &message);
    void note(const Subject &subject, const protocol::Terminate &message);
    void note(const Subject &subject, const protocol::Request &message);
    void note(const Subject &subject, const protocol::RequestMany &message);
    void note(const Subject &subject, const protocol::Browse &message);
    void note(const Subject &subject, const protocol::Poke &message);
    void note(const Subject &subject, const protocol::Execute &message);
    void note(const Subject &subject, const protocol::Find &message);
    void note(const Subject &subject, const protocol::Cancel &message);
    void note(const Subject &subject, const protocol::Advise &message);
    void note(const Subject &subject, const protocol::Unadvise &message);

    // From the server.
    void note(const Subject &subject, const protocol::Opened &message);
    void note(const Subject &subject, const protocol::Refused &message);
    void note(const Subject &subject, const protocol::Answer &message);
    void note(const Subject &subject, const protocol::AnswerMany &message);
    void note(const Subject &subject, const protocol::Accepted &message);
    void note(const Subject &subject, const protocol::Declined &message);
    void note(const Subject &subject, const protocol::Found &message);
    void note(const Subject &subject, const protocol::Advised &message);
    void note(const Subject &subject, const protocol::Value &message);
    void note(const Subject &subject, const protocol::Changed &message);
    void note(const Subject &subject, const protocol::LinkEnded &message);

    void start(const Subject &subject, protocol::TransactionId id, MonitorTrace::Transaction transaction);
    void finish(const Subject &subject, protocol::TransactionId id, const std::optional<Error> &refusal,
                const std::optional<MonitoredData> &answer = std::nullopt);
    void endLink(const Subject &subject, protocol::LinkId id, bool byServer,
                 const std::optional<Error> &reason);
    void endConversation(const Subject &subject, const std::optional<Error> &reason);
    void update(const Subject &subject, const MonitoredUpdate &update);
    void decline(const Subject &subject, const Error &reason);

    void report(const Subject &subject, MonitorEvent::What what);
    template <typename M>
    void reportMessage(const Subject &subject, const M &message, bool fromClient);
    QString formatName(FormatNumber number) const;

    transport::Seat &m_seat;
    MonitorReporter &m_reporter;
    std::unordered_map<std::uint32_t, MonitorTrace> m_traces; ///< By number of the client.
};

} // namespace tellwire::engine
