// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/program.h"

#include "benchmarks/limits/require.h"
#include "dde/transport/reply.h"
#include "tests/support/wait_readable.h"

#include <QTimer>

#include <array>
#include <cstring>

#include <poll.h>

namespace tellwire::benchmark {
namespace {

constexpr std::chrono::milliseconds patience = std::chrono::seconds{60};
constexpr const char *tooLong = "what was waited for did not come";

// Qt keeps references to both for as long as there is an application.
struct Arguments
{
    int count = 1;
    std::array<char, 19> name{"tellwire_benchmark"};
    std::array<char *, 2> words{name.data(), nullptr};
};

} // namespace

Program::Program(Loop loop)
    : m_session([&] {
          static Arguments arguments;
          if (loop == Loop::Qt)
              m_application.emplace(arguments.count, arguments.words.data());
          return valueOf(Session::join(QStringLiteral("benchmark")));
      }())
{}

void Program::serveUntil(const std::function<bool()> &isDone)
{
    if (m_application)
        return serveQtUntil(isDone);
    require(tellwire::serveUntil(isDone, patience), tooLong);
}

void Program::serveQtUntil(const std::function<bool()> &isDone)
{
    QTimer deadline;
    deadline.setSingleShot(true);
    deadline.start(patience);
    while (!isDone()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        require(deadline.isActive(), tooLong);
    }
}

void Program::serveUntilGo(const Parent &parent)
{
    std::array<pollfd, 2> waited{pollfd{m_session.fd(), POLLIN, 0}, pollfd{parent.descriptor(), POLLIN, 0}};
    do {
        require(poll(waited.data(), waited.size(), static_cast<int>(patience.count())) > 0, tooLong);
        m_session.process();
    } while (waited[1].revents == 0);
    parent.waitForGo();
}

const ServiceName &serviceName()
{
    static const ServiceName name{QStringLiteral("Benchmark")};
    return name;
}

const TopicName &topicName()
{
    static const TopicName name{QStringLiteral("Measurement")};
    return name;
}

const ItemName &itemName()
{
    static const ItemName name{QStringLiteral("Value")};
    return name;
}

Payload numbered(std::int64_t number, QByteArray bytes)
{
    std::memcpy(bytes.data(), &number, sizeof number);
    return {Format::text(), std::move(bytes)};
}

Payload numbered(std::int64_t number, qsizetype sizeInBytes)
{
    return numbered(number, QByteArray(sizeInBytes, '\0'));
}

std::int64_t numberOf(const Payload &payload)
{
    std::int64_t number = 0;
    require(payload.bytes().size() >= qsizetype{sizeof number}, "a value is shorter than it was sent");
    std::memcpy(&number, payload.bytes().constData(), sizeof number);
    return number;
}

} // namespace tellwire::benchmark
