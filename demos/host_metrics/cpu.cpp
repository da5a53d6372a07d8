// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/cpu.h"

#include "demos/host_metrics/proc_text.h"

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr const char *informationFile = "/proc/cpuinfo";

/// What the frequency control says at present. Empty where there is none, as in virtual machines.
std::optional<double> controlledMegahertz(quint64 core)
{
    const QByteArray file =
        "/sys/devices/system/cpu/cpu" + QByteArray::number(core) + "/cpufreq/scaling_cur_freq";
    const Result<QByteArray> text = contentOf(file.constData());
    const std::optional<quint64> kilohertz = text ? wholeNumber(text->trimmed()) : std::nullopt;
    return kilohertz ? std::optional{static_cast<double>(*kilohertz) / 1000} : std::nullopt;
}

QMap<quint64, double> frequenciesOf(const KernelStatistics &statistics)
{
    QMap<quint64, double> controlled;
    for (const quint64 core : statistics.cores.keys())
        if (const std::optional<double> megahertz = controlledMegahertz(core))
            controlled.insert(core, *megahertz);
    if (!controlled.isEmpty())
        return controlled;
    return contentOf(informationFile).and_then(parseCpuFrequencies).value_or(controlled);
}

void addShares(FigureList &list, const CpuTimes &passed)
{
    const auto whole = static_cast<double>(passed.total());
    list.addPercent("total", static_cast<double>(passed.busy()), whole);
    list.addPercent("user", static_cast<double>(passed.user), whole);
    list.addPercent("nice", static_cast<double>(passed.nice), whole);
    list.addPercent("system", static_cast<double>(passed.system), whole);
    list.addPercent("idle", static_cast<double>(passed.idle), whole);
    list.addPercent("iowait", static_cast<double>(passed.ioWait), whole);
    list.addPercent("irq", static_cast<double>(passed.irq + passed.softIrq), whole);
    list.addPercent("steal", static_cast<double>(passed.steal), whole);
}

} // namespace

Result<QMap<quint64, double>> parseCpuFrequencies(const QByteArray &text)
{
    QMap<quint64, double> frequencies;
    std::optional<quint64> core;
    for (const QByteArrayView line : linesOf(text)) {
        const Halves halves = partedAt(':', line).value_or(Halves{});
        if (halves.before == "processor")
            core = wholeNumber(halves.after);
        if (halves.before != "cpu MHz")
            continue;
        const std::optional<double> megahertz = decimalNumber(halves.after);
        if (!core || !megahertz)
            return notUnderstood(informationFile, line);
        frequencies.insert(*core, *megahertz);
    }
    return frequencies;
}

Result<Cpu> readCpu()
{
    return readKernelStatistics().transform([](const KernelStatistics &statistics) {
        return Cpu{statistics, frequenciesOf(statistics)};
    });
}

QList<Figure> cpuFigures(const Cpu &now, const std::optional<Earlier<Cpu>> &before)
{
    FigureList list;
    if (before)
        addShares(list, now.statistics.all - before->reading.statistics.all);
    list.addAmount("cores", static_cast<quint64>(now.statistics.cores.size()));
    for (auto core = now.statistics.cores.cbegin(); core != now.statistics.cores.cend(); ++core) {
        list.setPart(QStringLiteral("core%1").arg(core.key()));
        if (before && before->reading.statistics.cores.contains(core.key()))
            addShares(list, core.value() - before->reading.statistics.cores.value(core.key()));
        if (now.megahertz.contains(core.key()))
            list.addDecimal("frequency", now.megahertz.value(core.key()), 0, "MHz");
    }
    return list.figures();
}

} // namespace host_metrics
