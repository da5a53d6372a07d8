// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/checked_reply.h"
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/harness/started_process.h"
#include "benchmarks/harness/workloads.h"

#include <array>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

constexpr double patience = 20; // Seconds.

struct Moments
{
    std::uint64_t started = 0; // main() of the new process.
    std::uint64_t replied = 0;
};

class OneConnection
{
public:
    explicit OneConnection(Peer &peer) : m_peer(peer) {}

    std::uint64_t measure()
    {
        const std::uint64_t start = nanosecondsNow();
        m_peer.openClient();
        m_reply.ask(m_peer);
        const std::uint64_t time = nanosecondsNow() - start;
        m_peer.closeClient();
        return time;
    }
    const CheckedReply &reply() const { return m_reply; }

private:
    Peer &m_peer;
    CheckedReply m_reply{sizeof(MessageHeader)};
};

std::vector<std::string> commandOfClient(const Options &options, const char *self)
{
    return {self,
            "--workload",
            "w5",
            "--role",
            "w5client",
            "--variant",
            options.variant,
            "--endpoint",
            options.endpoint,
            "--place",
            options.place,
            "--broker",
            std::to_string(options.broker)};
}

std::optional<Moments> runClient(const std::vector<std::string> &command)
{
    std::array<int, 2> ends{};
    require(pipe2(ends.data(), O_CLOEXEC) == 0, "there is no further pipe");
    const pid_t client = startProcess(command, {.output = ends[1]});
    close(ends[1]);
    Moments moments;
    const bool isTold = read(ends[0], &moments, sizeof moments) == sizeof moments;
    close(ends[0]);
    waitForProcess(client);
    return isTold ? std::optional{moments} : std::nullopt;
}

} // namespace

void connectRepeatedly(Peer &peer, Control &control, const char *self)
{
    const Options &options = peer.options();
    const bool isNewProcess = options.mode == "proc";
    const std::vector<std::string> command = commandOfClient(options, self);
    OneConnection connection{peer};
    std::vector<std::uint64_t> times;
    if (!isNewProcess)
        connection.measure(); // What a process pays only once is not measured.
    control.ready.raise();
    require(control.go.waitUntil(1, patience), "the measurement does not begin");

    ActiveResult result{.startedAt = nanosecondsNow()};
    const std::uint64_t end = result.startedAt + nanosecondsOf(options.seconds);
    std::uint64_t sinceMain = 0;
    while (nanosecondsNow() < end && (options.count == 0 || result.sent < options.count)) {
        ++result.sent;
        if (!isNewProcess) {
            times.push_back(connection.measure());
            continue;
        }
        const std::uint64_t start = nanosecondsNow();
        if (const std::optional<Moments> moments = runClient(command)) {
            times.push_back(moments->replied - start);
            sinceMain += moments->replied - moments->started;
        } else
            ++result.bad;
    }
    result.endedAt = nanosecondsNow();
    result.bad += connection.reply().bad();
    control.active = result;
    control.meanSinceMain = times.empty() ? 0 : sinceMain / times.size();
    control.keep(times);
    control.done.raise();
    control.quit.waitUntil(1, options.timeout);
    peer.openClient();
    peer.endServer(connection.reply().sequence() + 1);
    peer.closeClient();
}

int connectOnce(Peer &peer, std::uint64_t startedAt)
{
    peer.startProcess(Role::Client);
    peer.openClient();
    CheckedReply reply{sizeof(MessageHeader)};
    reply.ask(peer);
    const Moments moments{startedAt, nanosecondsNow()};
    const bool isTold = reply.bad() == 0 && write(STDOUT_FILENO, &moments, sizeof moments) == sizeof moments;
    peer.closeClient();
    return isTold ? 0 : 1;
}

} // namespace tellwire::comparison
