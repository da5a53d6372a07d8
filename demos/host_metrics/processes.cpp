// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/processes.h"

#include "demos/host_metrics/proc_text.h"

#include <QDir>
#include <QHash>

#include <algorithm>

#include <unistd.h>

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr const char *file = "/proc/<number>/stat";
constexpr qsizetype listed = 5;

// Counted from the field behind the name, which is the state.
constexpr qsizetype userTicksField = 11;
constexpr qsizetype systemTicksField = 12;
constexpr qsizetype startField = 19;
constexpr qsizetype pagesField = 21;

/// One line of the lists: a process, and what makes it large.
struct Ranked
{
    Process process;
    double size;
};

QList<Ranked> largestFirst(QList<Ranked> all)
{
    const qsizetype count = std::min(listed, all.size());
    std::partial_sort(all.begin(), all.begin() + count, all.end(),
                      [](const Ranked &one, const Ranked &other) { return one.size > other.size; });
    return all.first(count);
}

void addRanking(FigureList &list, const char *name, const QList<Ranked> &ranking, const char *key,
                const QString &unit)
{
    QStringList words;
    nlohmann::json lines = nlohmann::json::array();
    for (const Ranked &line : ranking) {
        const QString processName = QString::fromLocal8Bit(line.process.name);
        const QString size = QString::number(line.size, 'f', 1);
        words.append(
            QStringLiteral("%1 (%2) %3 %4").arg(processName).arg(line.process.number).arg(size, unit));
        lines.push_back({{"name", processName.toStdString()},
                         {"pid", line.process.number},
                         {key, size.toDouble()},
                         {"unit", unit.toStdString()}});
    }
    list.addList(name, words.join(QStringLiteral(", ")), lines);
}

QList<Ranked> byMemory(const QList<Process> &all)
{
    QList<Ranked> sizes;
    for (const Process &process : all)
        sizes.append({process, static_cast<double>(process.bytes) / (1024 * 1024)});
    return largestFirst(std::move(sizes));
}

/// In per cent of one processor. Only processes that did something, and that were there before.
QList<Ranked> byCpu(const QList<Process> &all, const Earlier<Processes> &before)
{
    QHash<quint64, Process> earlier;
    for (const Process &process : before.reading.all)
        earlier.insert(process.number, process);
    QList<Ranked> shares;
    for (const Process &process : all) {
        const auto found = earlier.constFind(process.number);
        if (found == earlier.cend() || found->startTicks != process.startTicks)
            continue;
        if (const auto time = process.cpuTime - found->cpuTime; time.count() > 0 && before.age.count() > 0)
            shares.append({process, 100 * time / before.age});
    }
    return largestFirst(std::move(shares));
}

/// Those that end while we look are left out.
QList<Process> readAll()
{
    const KernelUnits units = KernelUnits::ofThisMachine();
    QList<Process> all;
    for (const QString &name : QDir{QStringLiteral("/proc")}.entryList(QDir::Dirs)) {
        if (!wholeNumber(name.toLatin1()))
            continue;
        const QByteArray path = "/proc/" + name.toLatin1() + "/stat";
        const Result<Process> process =
            contentOf(path.constData()).and_then([&units](const QByteArray &text) {
                return parseProcess(text, units);
            });
        if (process)
            all.append(*process);
    }
    return all;
}

} // namespace

KernelUnits KernelUnits::ofThisMachine()
{
    return {static_cast<quint64>(sysconf(_SC_CLK_TCK)), static_cast<quint64>(sysconf(_SC_PAGESIZE))};
}

Result<Process> parseProcess(const QByteArray &text, const KernelUnits &units)
{
    // The name is the process's own choice and may contain blanks and parentheses: only the last one ends it.
    const qsizetype open = text.indexOf(" (");
    const qsizetype close = text.lastIndexOf(')');
    if (open < 0 || close < open + 2)
        return notUnderstood(file, text);
    const std::optional<quint64> number = wholeNumber(QByteArrayView{text}.first(open));
    const QList<QByteArrayView> fields = fieldsOf(QByteArrayView{text}.sliced(close + 1).trimmed());
    if (!number || fields.size() <= pagesField)
        return notUnderstood(file, text);
    const std::optional<quint64> userTicks = wholeNumber(fields.at(userTicksField));
    const std::optional<quint64> systemTicks = wholeNumber(fields.at(systemTicksField));
    const std::optional<quint64> start = wholeNumber(fields.at(startField));
    const std::optional<quint64> pages = wholeNumber(fields.at(pagesField));
    if (!userTicks || !systemTicks || !start || !pages)
        return notUnderstood(file, text);
    const auto ticks = static_cast<double>(*userTicks + *systemTicks);
    return Process{.number = *number,
                   .name = text.sliced(open + 2, close - open - 2),
                   .cpuTime =
                       std::chrono::duration<double>{ticks / static_cast<double>(units.ticksPerSecond)},
                   .bytes = *pages * units.pageSize,
                   .startTicks = *start};
}

Result<Processes> readProcesses()
{
    return readKernelStatistics().transform([](const KernelStatistics &statistics) {
        return Processes{readAll(), statistics};
    });
}

QList<Figure> processFigures(const Processes &now, const std::optional<Earlier<Processes>> &before)
{
    FigureList list;
    list.addAmount("count", static_cast<quint64>(now.all.size()));
    list.addAmount("running", now.statistics.running);
    list.addAmount("blocked", now.statistics.blocked);
    addRanking(list, "largest", byMemory(now.all), "memory", QStringLiteral("MiB"));
    if (before) {
        list.addRate("created", before->reading.statistics.processesCreated, now.statistics.processesCreated,
                     before->age, "1/s");
        addRanking(list, "busiest", byCpu(now.all, *before), "cpu", QStringLiteral("%"));
    }
    return list.figures();
}

} // namespace host_metrics
