// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/run.h"

#include "benchmarks/harness/clipboard_commands.h"
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/measurement.h"
#include "benchmarks/harness/private_directory.h"
#include "benchmarks/harness/processes.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/harness/start_ups.h"
#include "benchmarks/harness/workloads.h"

#include <cstdio>
#include <exception>
#include <optional>

#include <csignal>

namespace tellwire::comparison {
namespace {

/// How many times all processes say together that they are ready, and that they are done.
struct Announcements
{
    std::uint32_t ready;
    std::uint32_t done;
};

Announcements startRequests(Peer &peer, Control &control, Processes &processes, const char *self)
{
    const Options &options = peer.options();
    processes.start(options.place, [&] {
        peer.startProcess(Role::Server);
        peer.openServer();
        control.ready.raise();
        peer.runServer();
        control.quit.waitUntil(1, options.timeout);
    });
    processes.start(options.place, [&] {
        const bool isNewProcess = options.workload == "w5" && options.mode == "proc";
        if (!isNewProcess)
            peer.startProcess(Role::Client);
        require(control.ready.waitUntil(1, options.timeout), "the server does not come");
        options.workload == "w1" ? askRepeatedly(peer, control) : connectRepeatedly(peer, control, self);
    });
    return {2, 1};
}

Announcements startUpdates(Peer &peer, Control &control, Processes &processes)
{
    const Options &options = peer.options();
    processes.start(options.place, [&] {
        peer.startProcess(Role::Publisher);
        publishAll(peer, control);
    });
    for (unsigned index = 0; index < options.subscribers; ++index)
        processes.start(options.place, [&, index] {
            peer.startProcess(Role::Subscriber);
            subscribe(peer, control, index);
        });
    return {options.subscribers + 2,
            options.subscribers + 1}; // The publisher is ready twice: open, and warm.
}

/// Adds what the processes have used since they began, or subtracts it at the beginning.
void countTimes(Measurement &measurement, const Processes &processes, pid_t broker)
{
    std::uint64_t others = 0;
    for (const pid_t process : processes.ids())
        others += process == processes.ids().front() ? 0 : processorTime(process);
    measurement.publisherTime = processorTime(processes.ids().front()) - measurement.publisherTime;
    measurement.subscribersTime = others - measurement.subscribersTime;
    measurement.brokerTime = processorTime(broker) - measurement.brokerTime;
}

MemoryOfSides memoryOf(const Processes &processes, pid_t broker)
{
    MemoryOfSides memory;
    memory.broker = memoryFigures(broker);
    for (const pid_t process : processes.ids())
        (process == processes.ids().front() ? memory.publisher : memory.subscribers) +=
            memoryFigures(process);
    return memory;
}

void measure(Peer &peer, Control &control, const char *self, Measurement &measurement)
{
    const Options &options = peer.options();
    Processes processes{options.timeout};
    const bool isAboutRequests = options.workload == "w1" || options.workload == "w5";
    const Announcements wanted = isAboutRequests ? startRequests(peer, control, processes, self)
                                                 : startUpdates(peer, control, processes);
    processes.waitFor(control.ready, wanted.ready);
    countTimes(measurement, processes, options.broker);
    control.go.raise();
    processes.waitFor(control.done, wanted.done);
    countTimes(measurement, processes, options.broker);
    if (options.workload == "w2" || options.workload == "w5" || options.workload == "w7")
        measurement.memory = memoryOf(processes, options.broker);
    control.quit.raise();
    processes.waitForEnd();
}

int measureWorkload(Peer &peer, const char *self)
{
    const Control::Owner control = Control::make();
    peer.setControl(*control);
    if (peer.options().role == "w5client")
        return connectOnce(peer, peer.options().startedAt);
    Measurement measurement;
    measurement.peer = peer.name();
    try {
        measure(peer, *control, self, measurement);
    } catch (const std::exception &problem) {
        measurement.problem = problem.what();
    }
    std::puts(lineOf(measurement, peer.options(), *control).c_str());
    return measurement.problem.empty() ? 0 : 1;
}

int measureClipboard(const Options &options, const Parts &parts)
{
    if (options.variant == "command")
        return measureClipboardCommands(options);
    require(bool{parts.makeClipboardProgram}, "this peer has no clipboard");
    return measureClipboardPair(options, parts.makeClipboardProgram);
}

int run(Options options, const char *self, const Parts &parts)
{
    std::optional<PrivateDirectory> directory;
    if (options.endpoint.empty())
        options.endpoint = directory.emplace().path();
    if (parts.prepare)
        parts.prepare(options);
    if (options.workload == "start")
        return measureStartUps(options);
    if (options.workload == "w6")
        return measureClipboard(options, parts);
    return measureWorkload(*parts.makePeer(options), self);
}

} // namespace

int runProgram(int argumentCount, char **arguments, const Parts &parts)
{
    std::signal(SIGPIPE, SIG_IGN);
    const std::uint64_t startedAt = nanosecondsNow();
    try {
        Options options = parseOptions(argumentCount, arguments);
        options.startedAt = startedAt;
        return run(options, arguments[0], parts);
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "%s: %s\n", arguments[0], problem.what());
        return 1;
    }
}

} // namespace tellwire::comparison
