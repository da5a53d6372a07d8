// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "conversations/update.h"
#include "dde/protocol/names.h"
#include "dde/transport/reply.h"
#include "dde/transport/session.h"
#include "formats/payload.h"

#include <QList>
#include <QObject>

#include <chrono>
#include <optional>

namespace tellwire {

/// Name what differs: Conversation talk{session, service, topic, {.reconnect = true}};
struct ConversationOptions
{
    /// Wait for a service or topic that is not there, links also for their item, and for its return. Links
    /// keep their last value meanwhile, marked stale. Transactions that were on their way finish with
    /// PeerGone and are never sent again; those that are started meanwhile wait for the return as long as
    /// their time allows.
    bool reconnect = false;
};

/// Name what differs: talk.poke(item, value, {.ifSequence = seen.sequence});
struct PokeOptions
{
    /// Only if this is the item's update number still; otherwise the poke fails with Changed, and no handler
    /// of the service hears of it. A service that was started anew counts anew: after Conversation::lost(),
    /// request the item again before such a poke. One that is started between loss and return fails.
    std::optional<quint64> ifSequence = std::nullopt;
    std::optional<std::chrono::milliseconds> timeout = std::nullopt; ///< Instead of setTimeout()'s.
};

/// A client's talk with one service about one topic. Opens itself, with the program that published the
/// service first and still lives. Transactions that are started before it is open wait for it, and fail with
/// its error if it never opens.
///
/// An empty service or topic means any: all programs are asked at once, so that one that hangs keeps nobody
/// waiting, and the first that has a match is taken. The name of an instance (Service::instanceName())
/// reaches that instance alone.
///
/// Thread: the one that joined the session. No signal is emitted before control returns to the session's
/// processing, and no reply finished but one that could be answered in place. Needs no Qt event loop: see
/// Session::process().
class TELLWIRE_EXPORT Conversation : public QObject
{
    Q_OBJECT
public:
    enum class State { Opening, Open, Closed };
    Q_ENUM(State)

    Conversation(Session session, ServiceName service, TopicName topic, QObject *parent = nullptr);
    Conversation(Session session, ServiceName service, TopicName topic, const ConversationOptions &options,
                 QObject *parent = nullptr);
    ~Conversation() override; ///< Ends its links; unfinished replies finish with Closed.

    const ServiceName &service() const noexcept; ///< As asked for; once open, as it was registered.
    const TopicName &topic() const noexcept;     ///< Likewise.
    State state() const noexcept;                ///< Opening also while it waits for a lost service.
    std::optional<Caller> partner() const;       ///< Who serves it; while it is open.

    /// Asks once for a value. Answered in place, without asking the service, if a NewestOnly or warm link on
    /// the item in this format is active, the service keeps the value itself, and no transaction of this
    /// conversation is unfinished: then it works even while the service is busy or stopped.
    /// Errors: NoSuchItem, FormatNotOffered, Busy, Refused, AccessDenied, TimedOut, PeerGone; or why the
    /// conversation did not open: NoSuchService, NoSuchTopic, AccessDenied.
    Reply<Update> request(const ItemName &item, const Format &format = Format::text(),
                          std::optional<std::chrono::milliseconds> timeout = std::nullopt);

    /// The same in the first of the formats that the service has; if the list is empty, in the one it offers
    /// first.
    Reply<Update> request(const ItemName &item, const QList<Format> &preferred,
                          std::optional<std::chrono::milliseconds> timeout = std::nullopt);

    /// Asks for many values in one message, each in this format, or in the first of the formats that it is
    /// there in. The answer has one entry for each item, in order. Up to 512 items are answered together, as
    /// they are at one moment; more are asked for in portions. Errors of the whole: as above but for the
    /// items' own.
    Reply<QList<Result<Update>>> requestMany(const QList<ItemName> &items,
                                             const Format &format = Format::text(),
                                             std::optional<std::chrono::milliseconds> timeout = std::nullopt);
    Reply<QList<Result<Update>>> requestMany(const QList<ItemName> &items, const QList<Format> &preferred,
                                             std::optional<std::chrono::milliseconds> timeout = std::nullopt);

    /// Hands the service a new value for one of its items. Errors: NoSuchItem, Refused, AccessDenied,
    /// Busy (see Error::retryAfter), Changed, TooLarge, TimedOut. After TimedOut and PeerGone nobody knows
    /// whether it was taken; the library does not send it again.
    Reply<void> poke(const ItemName &item, const Payload &value, const PokeOptions &options = {});

    template <Exchangeable T>
    Reply<void> poke(const ItemName &item, const T &value, const PokeOptions &options = {})
    {
        return poke(item, Payload::of(value), options);
    }

    /// Sends a command, in whatever language the service documents; see dde/protocol/command_string.h for the
    /// usual one. Errors and their meaning are those of poke().
    Reply<void> execute(const QString &command,
                        std::optional<std::chrono::milliseconds> timeout = std::nullopt);

    /// How long a transaction that is started from now on may take, counted from its start. Default: 5 s.
    void setTimeout(std::chrono::milliseconds limit);

Q_SIGNALS:
    void opened();                              ///< Again after each return, if it reconnects.
    void lost(const tellwire::Error &reason);   ///< It reconnects, and waits for the service from now on.
    void closed(const tellwire::Error &reason); ///< Last signal: it never opened, or the other side ended it.

private:
    friend class AdviseLink;
    friend class AdviseLinks;
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
