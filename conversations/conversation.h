// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/reply.h"
#include "conversations/update.h"
#include "dde/protocol/names.h"
#include "dde/transport/session.h"
#include "formats/payload.h"

#include <QList>
#include <QObject>

namespace tellwire {

/// A client's talk with one service about one topic. Opens itself, with the program that published the
/// service first and still lives. Transactions that are started before it is open wait for it, and fail with
/// its error if it never opens.
///
/// Thread: the one that joined the session. No signal is emitted and no reply finished before control returns
/// to the session's processing.
class TELLWIRE_EXPORT Conversation : public QObject
{
    Q_OBJECT
public:
    enum class State { Opening, Open, Closed };
    Q_ENUM(State)

    Conversation(Session session, ServiceName service, TopicName topic, QObject *parent = nullptr);
    ~Conversation() override; ///< Ends its links; unfinished replies finish with Closed.

    const ServiceName &service() const noexcept;
    const TopicName &topic() const noexcept;
    State state() const noexcept;

    /// Asks once for a value. Errors: NoSuchItem, FormatNotOffered, Busy, Refused, TimedOut, PeerGone; or why
    /// the conversation did not open: NoSuchService, NoSuchTopic.
    Reply<Update> request(const ItemName &item, const Format &format = Format::text());

    /// The same in the first of the formats that the service has; if the list is empty, in the one it offers
    /// first.
    Reply<Update> request(const ItemName &item, const QList<Format> &preferred);

    /// Hands the service a new value for one of its items. Errors: NoSuchItem, Refused, Busy, TooLarge,
    /// TimedOut. After TimedOut and PeerGone nobody knows whether it was taken; the library does not send it
    /// again.
    Reply<void> poke(const ItemName &item, const Payload &value);

    template <Exchangeable T>
    Reply<void> poke(const ItemName &item, const T &value)
    {
        return poke(item, Payload::of(value));
    }

    /// Sends a command, in whatever language the service documents; see dde/protocol/command_string.h for the
    /// usual one. Errors and their meaning are those of poke().
    Reply<void> execute(const QString &command);

    /// How long a transaction that is started from now on may take, counted from its start. Default: 5 s.
    void setTimeout(std::chrono::milliseconds limit);

Q_SIGNALS:
    void opened();
    void closed(const tellwire::Error &reason); ///< Last signal: it never opened, or the other side ended it.

private:
    friend class AdviseLink;
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
