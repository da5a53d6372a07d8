// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/seat.h"

#include "dde/transport/event_loop_binding.h"
#include "dde/transport/listener.h"
#include "dde/transport/logging.h"
#include "dde/transport/membership.h"
#include "dde/transport/name_table.h"
#include "dde/transport/peer_watch.h"
#include "dde/transport/thread_sessions.h"

#include <QRandomGenerator>

#include <algorithm>

namespace tellwire::transport {
namespace {

PeerId randomId()
{
    const PeerId id = QRandomGenerator::system()->generate64();
    return id == 0 ? 1 : id;
}

} // namespace

Result<std::shared_ptr<Seat>> Seat::join(const QString &sessionName, SystemCalls &system)
{
    Result<Configuration> configuration = Configuration::load();
    if (!configuration)
        return configuration.error();
    Result<Policy> policy = Policy::load();
    if (!policy)
        return policy.error();
    Result<SessionDirectory> directory = SessionDirectory::openOrCreate(sessionName, Environment{}, system);
    if (!directory)
        return directory.error();
    std::shared_ptr<Seat> seat{new Seat(sessionName, std::move(configuration).value(),
                                        std::move(policy).value(), std::move(directory).value(), system)};
    if (const Result<void> started = seat->start(); !started)
        return started.error();
    return seat;
}

Seat::Seat(QString name, Configuration configuration, Policy policy, SessionDirectory directory,
           SystemCalls &system)
    : m_name(std::move(name)),
      m_system(system),
      m_id(randomId()),
      m_configuration(configuration),
      m_policy(std::move(policy)),
      m_directory(std::move(directory)),
      m_reactor(system),
      m_loanReturns(std::make_shared<LoanReturns>(m_reactor.wakeDescriptor())),
      m_arena(system, configuration.arenaLimit)
{}

Result<void> Seat::start()
{
    if (!m_reactor.isValid())
        return Error{ErrorCode::OutOfSpace,
                     QStringLiteral("join session %1: this program has too many open files; "
                                    "raise its limit (ulimit -n)")
                         .arg(m_name)};
    if (const Result<void> opened = m_arena.open(); !opened)
        return opened.error();
    Result<std::unique_ptr<SessionLog>> log = SessionLog::open(m_directory, m_system, m_id);
    if (!log)
        return log.error();
    m_log = std::move(log).value();
    m_names = std::make_unique<NameTable>(*m_log);
    m_membership = std::make_unique<Membership>(*this);
    m_arena.onSegmentGone([this](std::uint16_t segment) {
        for (const std::shared_ptr<Channel> &channel : m_channels)
            channel->segmentGone(segment);
    });
    followLog();
    registerSeat(*this);
    attachToEventLoop();
    fallAsleep();
    return {};
}

Seat::~Seat()
{
    unregisterSeat(*this);
    if (m_isDead)
        return;
    m_binding.reset();
    if (m_membership)
        m_membership->leave();
    const std::vector<std::shared_ptr<Channel>> channels = std::exchange(m_channels, {});
    for (const std::shared_ptr<Channel> &channel : channels)
        channel->sayGoodbye();
    m_arena.leave();
    m_handlers.clear();
    for (const std::shared_ptr<Channel> &channel : channels)
        channel->abandonMemory();
}

void Seat::abandon()
{
    m_isDead = true;
    m_reactor.abandon();
    m_arena.abandon();
    if (m_log)
        m_log->abandon();
    if (m_membership)
        m_membership->abandon();
    for (const std::shared_ptr<Channel> &channel : m_channels)
        channel->abandon();
    for (PeerWatch *watch : m_watches)
        watch->abandon();
    m_directory.abandon();
}

FormatNames &Seat::formatNames() noexcept { return *m_names; }

// Peers

Result<void> Seat::listen() { return m_membership->enter(); }
bool Seat::isListening() const noexcept { return m_membership->isEntered(); }
bool Seat::isAlive(PeerId peer) { return m_membership->isAlive(peer); }

std::shared_ptr<Channel> Seat::channelTo(PeerId peer)
{
    for (const std::shared_ptr<Channel> &channel : m_channels)
        if (channel->isClient() && channel->peer() == peer && !channel->isClosed())
            return channel;
    auto channel = std::make_shared<Channel>(*this, peer, true);
    m_channels.push_back(channel);
    channel->start();
    return channel;
}

bool Seat::hasRoomForPeer() const
{
    const auto peers =
        std::count_if(m_channels.begin(), m_channels.end(), [](const std::shared_ptr<Channel> &channel) {
            return !channel->isClient() && channel->isOpen();
        });
    return static_cast<std::size_t>(peers) < m_configuration.maxPeers;
}

// Who comes to talk introduces himself at once: those who say nothing must not keep him out. But a busy
// machine may need its time for that.
bool Seat::makeRoomAtTheDoor()
{
    constexpr auto mostAtTheDoor = 64;
    constexpr auto patience = std::chrono::milliseconds{100};
    const auto isAtTheDoor = [](const auto &channel) { return channel->isAtTheDoor(); };
    if (std::ranges::count_if(m_channels, isAtTheDoor) < mostAtTheDoor)
        return true;
    const std::shared_ptr<Channel> longest = *std::ranges::find_if(m_channels, isAtTheDoor);
    if (Reactor::Clock::now() - longest->since() < patience)
        return false;
    qCWarning(logTransport) << "ended a connection that said nothing: others want to come in";
    longest->close({ErrorCode::TimedOut, QStringLiteral("make room for others: it said nothing")});
    return true;
}

void Seat::adopt(FileDescriptor accepted)
{
    auto channel = std::make_shared<Channel>(*this, PeerId{0}, false);
    m_channels.push_back(channel);
    channel->start(std::move(accepted));
}

void Seat::watched(const Channel &channel, const FileDescriptor &socket)
{
    remove(channel);
    m_membership->showLife(socket.get());
}

void Seat::remove(const Channel &channel)
{
    std::erase(m_touched, &channel);
    std::erase_if(m_channels, [&](const auto &other) { return other.get() == &channel; });
}

void Seat::closed(const std::shared_ptr<Channel> &channel, const Error &reason)
{
    remove(*channel);
    std::vector<MessageHandler *> told;
    for (const Range &range : m_handlers)
        told.push_back(range.handler.get());
    for (MessageHandler *handler : told)
        handler->onClosed(channel, reason);
    channel->abandonMemory();
    if (reason.code == ErrorCode::PeerGone)
        m_membership->suspect(channel->peer());
}

MessageHandler *Seat::handlerFor(std::uint8_t type) const
{
    for (const Range &range : m_handlers)
        if (type >= range.first && type <= range.last)
            return range.handler.get();
    return nullptr;
}

void Seat::deliver(const std::shared_ptr<Channel> &from, Message &&message)
{
    if (MessageHandler *handler = handlerFor(message.type))
        handler->onMessage(from, std::move(message));
    else
        qCDebug(logTransport) << "skipped a message of unknown type" << message.type;
}

void Seat::reportUnreadable(const std::shared_ptr<Channel> &from, std::uint8_t type, std::uint32_t id)
{
    if (MessageHandler *handler = handlerFor(type))
        handler->onUnreadable(from, type, id);
}

void Seat::reportCut(const std::shared_ptr<Channel> &to, std::uint8_t type, std::uint32_t id,
                     const Error &reason)
{
    if (MessageHandler *handler = handlerFor(type))
        handler->onCut(to, type, id, reason);
}

void Seat::attachToEventLoop()
{
    if (!m_binding && !m_isDead)
        m_binding = EventLoopBinding::make(*this);
}

} // namespace tellwire::transport
