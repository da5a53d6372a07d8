// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/kernel_statistics.h"

#include "demos/host_metrics/proc_text.h"

#include <array>

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr const char *file = "/proc/stat";

constexpr std::array timeFields{&CpuTimes::user,   &CpuTimes::nice, &CpuTimes::system,  &CpuTimes::idle,
                                &CpuTimes::ioWait, &CpuTimes::irq,  &CpuTimes::softIrq, &CpuTimes::steal};

std::optional<CpuTimes> timesIn(const QList<QByteArrayView> &fields)
{
    const auto numbers = wholeNumbers(fields, 1, qsizetype{timeFields.size()});
    if (!numbers)
        return std::nullopt;
    CpuTimes times;
    for (std::size_t index = 0; index < timeFields.size(); ++index)
        times.*timeFields[index] = numbers->at(static_cast<qsizetype>(index));
    return times;
}

bool takeProcessor(KernelStatistics &statistics, const QList<QByteArrayView> &fields)
{
    const QByteArrayView name = fields.first();
    const std::optional<CpuTimes> times = timesIn(fields);
    if (times && name == "cpu") {
        statistics.all = *times;
        return true;
    }
    const std::optional<quint64> core = wholeNumber(name.sliced(3));
    if (times && core)
        statistics.cores.insert(*core, *times);
    return times && core;
}

bool takeCounter(quint64 &counter, const QList<QByteArrayView> &fields)
{
    const auto numbers = wholeNumbers(fields, 1, 1);
    counter = numbers ? numbers->first() : 0;
    return numbers.has_value();
}

/// False for a line that should be understood but is not; others are none of our business.
bool takeLine(KernelStatistics &statistics, const QList<QByteArrayView> &fields)
{
    if (fields.isEmpty())
        return true;
    const QByteArrayView name = fields.first();
    if (name.startsWith("cpu"))
        return takeProcessor(statistics, fields);
    if (name == "processes")
        return takeCounter(statistics.processesCreated, fields);
    if (name == "procs_running")
        return takeCounter(statistics.running, fields);
    if (name == "procs_blocked")
        return takeCounter(statistics.blocked, fields);
    return true;
}

} // namespace

CpuTimes operator-(const CpuTimes &now, const CpuTimes &before)
{
    CpuTimes passed;
    for (const auto field : timeFields)
        passed.*field = now.*field > before.*field ? now.*field - before.*field : 0;
    return passed;
}

Result<KernelStatistics> parseKernelStatistics(const QByteArray &text)
{
    KernelStatistics statistics;
    for (const QByteArrayView line : linesOf(text))
        if (!takeLine(statistics, fieldsOf(line)))
            return notUnderstood(file, line);
    if (statistics.all == CpuTimes{})
        return notUnderstood(file, "no line about all processors");
    return statistics;
}

Result<KernelStatistics> readKernelStatistics() { return contentOf(file).and_then(parseKernelStatistics); }

} // namespace host_metrics
