// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/pieces/programs.h"

#include "benchmarks/limits/require.h"
#include "dde/transport/seat.h"
#include "dde/transport/thread_sessions.h"

namespace tellwire::pieces {
namespace {

// Watched from the beginning, and not a second later in the middle of what is measured.
Session joined()
{
    Session session = benchmark::valueOf(Session::join());
    session.seat().startToWatchLog();
    return session;
}

} // namespace

Publisher::Publisher()
    : m_session(joined()),
      m_service(m_session, "Measured"_service),
      m_topic(m_service.topic("pieces"_topic)),
      m_value(Format::text(), QByteArray(64, 'x'))
{
    setItem();
    benchmark::require(m_service.publish());
}

Client::Client() : m_session(joined()), m_conversation(m_session, "Measured"_service, "pieces"_topic)
{
    serveUntil([this] { return isOpen(); });
}

void Client::watch(LinkPace pace)
{
    m_link.emplace(m_conversation, itemName(), LinkOptions{.pace = pace});
    m_link->onUpdate(&m_conversation, [this](const Update &) { ++m_received; });
    serveUntil([this] { return isWatching() && m_received == 1; });
}

void serveUntil(const std::function<bool()> &isSo)
{
    using Clock = std::chrono::steady_clock;
    for (const auto end = Clock::now() + std::chrono::seconds{30}; !isSo();) {
        benchmark::require(Clock::now() < end, "a program of this thread does not get on");
        transport::waitForSessions(std::chrono::milliseconds{10});
    }
}

} // namespace tellwire::pieces
