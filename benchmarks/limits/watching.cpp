// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/watching.h"

#include "benchmarks/limits/program.h"
#include "benchmarks/limits/require.h"
#include "conversations/monitor.h"

namespace tellwire::benchmark {

namespace {

void watch(const Parent &parent)
{
    Program program{Loop::Blocking};
    const Monitor monitor{program.session()};
    bool isJoined = false;
    quint64 told = 0;
    QObject::connect(&monitor, &Monitor::joined, [&] { isJoined = true; });
    QObject::connect(&monitor, &Monitor::happened, [&] { ++told; });
    QObject::connect(&monitor, &Monitor::lost,
                     [&](const MonitoredProgram &, quint64 count) { told += count; });
    program.serveUntil([&] { return isJoined; });
    parent.tellReady();
    program.serveUntilGo(parent);
    require(told > 0, "the monitor was told nothing");
}

} // namespace

std::unique_ptr<Child> watcher(bool isWanted)
{
    if (!isWanted)
        return nullptr;
    auto child = std::make_unique<Child>("the monitor", &watch);
    child->waitUntilReady();
    return child;
}

void dismiss(const std::unique_ptr<Child> &watcher)
{
    if (!watcher)
        return;
    watcher->go();
    watcher->waitForEnd();
}

} // namespace tellwire::benchmark
