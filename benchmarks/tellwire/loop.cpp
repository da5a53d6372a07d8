// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/tellwire/loop.h"

#include "benchmarks/harness/clock.h"
#include "benchmarks/tellwire/words.h"
#include "dde/transport/reply.h"

#include <QEventLoop>
#include <QSocketNotifier>
#include <QTimer>

#include <array>

#include <poll.h>

namespace tellwire::comparison {
namespace {

// Qt keeps references to both for as long as there is an application.
struct Arguments
{
    int count = 1;
    std::array<char, 15> name{"tellwire-bench"};
    std::array<char *, 2> words{name.data(), nullptr};
};

} // namespace

Loop::Kind Loop::kindOf(const std::string &variant)
{
    if (variant.starts_with("qt"))
        return Kind::Qt;
    return variant == "spin" ? Kind::Spinning : Kind::Blocking;
}

Loop::Loop(Kind kind)
    : m_kind(kind),
      m_session([&] {
          static Arguments arguments;
          if (kind == Kind::Qt)
              m_application.emplace(arguments.count, arguments.words.data());
          return valueOf(Session::join(QStringLiteral("benchmark")));
      }())
{}

bool Loop::serveUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit)
{
    switch (m_kind) {
    case Kind::Blocking:
        break;
    case Kind::Qt:
        return serveQtUntil(isDone, limit);
    case Kind::Spinning:
        return spinUntil(isDone, limit);
    }
    return tellwire::serveUntil(isDone, limit);
}

bool Loop::serveQtUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit)
{
    if (isDone())
        return true;
    QTimer deadline;
    deadline.setSingleShot(true);
    deadline.start(limit);
    while (deadline.isActive()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (isDone())
            return true;
    }
    return false;
}

bool Loop::spinUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit)
{
    constexpr int turns = 64; // Between two looks at the clock.
    const std::uint64_t end =
        nanosecondsNow() + static_cast<std::uint64_t>(std::chrono::nanoseconds{limit}.count());
    do
        for (int turn = 0; turn < turns; ++turn) {
            if (isDone())
                return true;
            m_session.spin();
        }
    while (nanosecondsNow() < end);
    return isDone();
}

void Loop::serveUntilReadable(int descriptor, std::chrono::milliseconds limit)
{
    if (m_kind == Kind::Qt) {
        bool isReadable = false;
        QSocketNotifier notifier{descriptor, QSocketNotifier::Read};
        QObject::connect(&notifier, &QSocketNotifier::activated, [&] { isReadable = true; });
        serveQtUntil([&] { return isReadable; }, limit);
        return;
    }
    std::array<pollfd, 2> waited{pollfd{m_session.fd(), POLLIN, 0}, pollfd{descriptor, POLLIN, 0}};
    const auto end = std::chrono::steady_clock::now() + limit;
    do {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() < 0 || poll(waited.data(), waited.size(), static_cast<int>(left.count())) <= 0)
            return;
        m_session.process();
    } while (waited[1].revents == 0);
}

} // namespace tellwire::comparison
