// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/arena.h"
#include "dde/transport/channel.h"
#include "dde/transport/configuration.h"
#include "dde/transport/loan_returns.h"
#include "dde/transport/message_handler.h"
#include "dde/transport/policy.h"
#include "dde/transport/reactor.h"
#include "dde/transport/session_directory.h"
#include "dde/transport/session_log.h"
#include "dde/transport/system_calls.h"
#include "formats/format_names.h"
#include "formats/result.h"

#include <chrono>
#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

namespace tellwire::transport {

class EventLoopBinding;
class Membership;
class NameTable;
class PeerWatch;

/// What stands behind a Session: one identity, one arena, the session log, and the channels to
/// other programs.
///
/// Thread: the one that joined. Re-entrant: user code called from process() may call process() again.
class Seat : public std::enable_shared_from_this<Seat>
{
public:
    /// Opens the session's directory and log. Leaves no trace there before listen(). Errors: see
    /// Session::join().
    static Result<std::shared_ptr<Seat>> join(const QString &sessionName,
                                              SystemCalls &system = realSystemCalls());
    ~Seat();
    Seat(const Seat &) = delete;
    Seat &operator=(const Seat &) = delete;

    const QString &name() const noexcept { return m_name; }
    PeerId id() const noexcept { return m_id; }
    const Configuration &configuration() const noexcept { return m_configuration; }
    const Policy &policy() const noexcept { return m_policy; }

    /// This program's place in the session, for those who offer something there. A program that only asks
    /// others needs none.
    Membership &membership() noexcept { return *m_membership; }

    /// Makes this program reachable; see Membership::enter().
    Result<void> listen();
    bool isListening() const noexcept;

    /// The channel on which this program is the client of `peer`; made if there is none. Returns at once:
    /// what is sent before the channel is open waits, and a program that cannot be reached shows by
    /// MessageHandler::onClosed.
    std::shared_ptr<Channel> channelTo(PeerId peer);

    /// The one handler of class H, made at first use as H{*this}; H::firstType and H::lastType are its range.
    template <typename H>
    H &handler()
    {
        for (const Range &range : m_handlers)
            if (auto *found = dynamic_cast<H *>(range.handler.get()))
                return *found;
        auto made = std::make_unique<H>(*this);
        H &result = *made;
        m_handlers.push_back({H::firstType, H::lastType, std::move(made)});
        return result;
    }

    Reactor &reactor() noexcept { return m_reactor; }
    Arena &arena() noexcept { return m_arena; }
    SessionLog &log() noexcept { return *m_log; }
    FormatNames &formatNames() noexcept;
    SystemCalls &system() noexcept { return m_system; }
    const SessionDirectory &directory() const noexcept { return m_directory; }
    const std::shared_ptr<LoanReturns> &loanReturns() const noexcept { return m_loanReturns; }
    const std::vector<std::shared_ptr<Channel>> &channels() const noexcept { return m_channels; }

    /// Calls back, from the session's event processing, whenever the log has changed, as long as `guard`
    /// lives.
    void onLogChange(std::weak_ptr<void> guard, std::function<void()> callback);

    /// True if `peer` accepts connections. False is a proof of death, and is recorded in the log.
    bool isAlive(PeerId peer);

    int fd(); ///< For who sleeps on it. The session log is watched from the first call on, or soon after.
    bool process(); ///< Handles a bounded amount of what there is to do; true if there was any. Never blocks.
    bool spin();    ///< See Session::spin(); true as above.
    bool wait(std::chrono::milliseconds limit); ///< See Session::wait().

    /// To be called before this thread sleeps on fd() from inside a handler: wakes those who have something
    /// new, and lets others know that this program has to be woken. Outside of handlers it sleeps in this way
    /// already.
    void prepareToSleep();

    /// Watches fd() with the event loop of this thread, if it has one and nobody does yet.
    void attachToEventLoop();

    bool isDead() const noexcept { return m_isDead; } ///< In a forked child.
    void abandon();                                   ///< Called in a forked child.

    /// While one lives, receivers are woken only at its end, each at most once.
    class Batch
    {
    public:
        explicit Batch(Seat &seat) : m_seat(seat) { ++m_seat.m_batches; }
        ~Batch();
        Batch(const Batch &) = delete;
        Batch &operator=(const Batch &) = delete;

    private:
        Seat &m_seat;
    };

    // For Channel and Listener.
    void deliver(const std::shared_ptr<Channel> &from, Message &&message);
    void reportCut(const std::shared_ptr<Channel> &to, std::uint8_t type, std::uint32_t id,
                   const Error &reason); ///< For Publication.
    void reportUnreadable(const std::shared_ptr<Channel> &from, std::uint8_t type, std::uint32_t id);
    void touched(Channel &channel); ///< It has something new for its peer.
    void closed(const std::shared_ptr<Channel> &channel, const Error &reason);
    /// For one more connection that has not introduced itself yet; ends one that is silent for long.
    bool makeRoomAtTheDoor();
    bool hasRoomForPeer() const; ///< For one more channel from elsewhere (maxPeers).
    void adopt(FileDescriptor accepted);
    void watched(const Channel &channel, const FileDescriptor &socket); ///< It was none, but a PeerWatch.

    void startToWatchLog(); ///< Now, whether this program sleeps or not. Idempotent.
    void followIfAsleep();  ///< To be called when somebody begins to need what is new in the log.

private:
    friend class PeerWatch;
    struct Range
    {
        std::uint8_t first;
        std::uint8_t last;
        std::unique_ptr<MessageHandler> handler;
    };
    struct LogWatcher
    {
        std::weak_ptr<void> guard;
        std::function<void()> callback;
    };

    Seat(QString name, Configuration configuration, Policy policy, SessionDirectory directory,
         SystemCalls &system);
    Result<void> start();
    void followLog();
    bool isLogFollowed() const;
    void watchLog();
    void compareLog();
    void readLog();
    bool readUnwatchedLog();
    void readLogAgain();
    enum class Yields : bool { No, Yes };
    bool handle(const Reactor::Events &events, Yields yields);
    bool work(const Reactor::Events &events, Yields yields);
    bool exchangeMessages(Yields yields);
    bool receiveFromAll(Yields yields);
    int receiveFromEach();
    void wakeUp();
    void fallAsleep();
    void ringTouched();
    void remove(const Channel &channel);
    bool beginAgain();
    MessageHandler *handlerFor(std::uint8_t type) const;

    QString m_name;
    SystemCalls &m_system;
    PeerId m_id;
    Configuration m_configuration;
    Policy m_policy;
    SessionDirectory m_directory;
    Reactor m_reactor;
    std::shared_ptr<LoanReturns> m_loanReturns;
    Arena m_arena;
    std::uint32_t m_epoch = 0;
    std::unique_ptr<SessionLog> m_log;
    bool m_hasSlept = false;
    bool m_watchesLog = false;
    Reactor::TimerId m_watchTimer = 0;
    bool m_isWatchNew = false;
    bool m_isLogUntold = false; ///< Something came that its watchers have not been told of.
    std::unique_ptr<NameTable> m_names;
    std::unique_ptr<Membership> m_membership;
    std::vector<std::shared_ptr<Channel>> m_channels;
    std::vector<Channel *> m_touched; ///< Some of m_channels.
    std::unordered_set<PeerWatch *> m_watches;
    std::vector<Range> m_handlers;
    std::vector<LogWatcher> m_logWatchers;
    std::unique_ptr<EventLoopBinding> m_binding;
    Reactor::TimerId m_comparison = 0;
    int m_failedReads = 0; ///< Of the log, one after the other.
    std::size_t m_nextChannel = 0;
    int m_batches = 0;
    unsigned m_turns = 0; ///< Of spin().
    bool m_isDead = false;
};

} // namespace tellwire::transport
