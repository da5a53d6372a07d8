// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/cpu.h"

#include "tests/demos/host_metrics/figures.h"

#include <gtest/gtest.h>

using namespace tellwire;
using namespace host_metrics;
using namespace std::chrono_literals;
using host_metrics::test::textOf;

namespace {

const QByteArray recorded = "cpu  1000 10 300 8000 90 0 5 20 0 0\n"
                            "cpu0 600 10 100 4000 40 0 5 10 0 0\n"
                            "cpu1 400 0 200 4000 50 0 0 10 0 0\n"
                            "intr 959084 0 0 0\n"
                            "ctxt 1990473\n"
                            "btime 1763800000\n"
                            "processes 22362\n"
                            "procs_running 8\n"
                            "procs_blocked 1\n"
                            "softirq 1 2 3\n";

Cpu cpuWith(const CpuTimes &all)
{
    return {.statistics = {.all = all, .cores = {{0, all}}}, .megahertz = {}};
}

} // namespace

TEST(KernelStatistics, AreReadFromARecordedText)
{
    const Result<KernelStatistics> statistics = parseKernelStatistics(recorded);

    ASSERT_TRUE(statistics);
    EXPECT_EQ(statistics->all, (CpuTimes{1000, 10, 300, 8000, 90, 0, 5, 20}));
    EXPECT_EQ(statistics->cores.keys(), (QList<quint64>{0, 1}));
    EXPECT_EQ(statistics->cores.value(1), (CpuTimes{400, 0, 200, 4000, 50, 0, 0, 10}));
    EXPECT_EQ(statistics->processesCreated, 22362U);
    EXPECT_EQ(statistics->running, 8U);
    EXPECT_EQ(statistics->blocked, 1U);
}

TEST(KernelStatistics, ThatAreMalformedAreBadData)
{
    for (const char *wrong : {"", "cpu", "cpu 1 2 3", "cpu 1 2 3 4 5 6 7 x", "cpu 1 2 3 4 5 6 7 -8",
                              "cpux 1 2 3 4 5 6 7 8", "cpu 1 2 3 4 5 6 7 8\nprocesses many", "\n\n"}) {
        const Result<KernelStatistics> statistics = parseKernelStatistics(wrong);
        ASSERT_FALSE(statistics) << wrong;
        EXPECT_EQ(statistics.error().code, ErrorCode::BadData);
    }
}

TEST(Shares, AreThoseOfTheTimeBetweenTwoReadings)
{
    const Cpu before = cpuWith({.user = 100, .system = 50, .idle = 800});
    const Cpu now = cpuWith({.user = 130, .system = 60, .idle = 850, .ioWait = 10});

    const QList<Figure> figures = cpuFigures(now, Earlier<Cpu>{before, 1s});

    EXPECT_EQ(textOf(figures, "total"), "40.0");
    EXPECT_EQ(textOf(figures, "user"), "30.0");
    EXPECT_EQ(textOf(figures, "system"), "10.0");
    EXPECT_EQ(textOf(figures, "idle"), "50.0");
    EXPECT_EQ(textOf(figures, "iowait"), "10.0");
    EXPECT_EQ(textOf(figures, "core0:total"), "40.0");
}

TEST(Shares, TakeATimeThatRanBackwardsForUnchanged)
{
    const Cpu before = cpuWith({.user = 100, .idle = 800, .ioWait = 20});
    const Cpu now = cpuWith({.user = 110, .idle = 810, .ioWait = 19});

    const QList<Figure> figures = cpuFigures(now, Earlier<Cpu>{before, 1s});

    EXPECT_EQ(textOf(figures, "total"), "50.0");
    EXPECT_EQ(textOf(figures, "iowait"), "0.0");
}

TEST(Shares, AreLeftOutUntilThereAreTwoReadings)
{
    const QList<Figure> figures = cpuFigures(cpuWith({.user = 100, .idle = 800}), std::nullopt);

    EXPECT_EQ(textOf(figures, "total"), "(left out)");
    EXPECT_EQ(textOf(figures, "cores"), "1");
}

TEST(Shares, OfACoreThatWasSwitchedOnSinceAreLeftOut)
{
    Cpu before = cpuWith({.user = 100, .idle = 800});
    before.statistics.cores.clear();

    const QList<Figure> figures = cpuFigures(cpuWith({.user = 110, .idle = 810}), Earlier<Cpu>{before, 1s});

    EXPECT_EQ(textOf(figures, "total"), "50.0");
    EXPECT_EQ(textOf(figures, "core0:total"), "(left out)");
}

TEST(Frequencies, AreThoseTheProcessorTells)
{
    const Result<QMap<quint64, double>> told = parseCpuFrequencies("processor\t: 0\ncpu MHz\t\t: 2596.132\n\n"
                                                                   "processor\t: 1\ncpu MHz\t\t: 1800.000\n");
    const Result<QMap<quint64, double>> silent = parseCpuFrequencies("processor\t: 0\nBogoMIPS\t: 50.00\n");

    ASSERT_TRUE(told && silent);
    EXPECT_EQ(*told, (QMap<quint64, double>{{0, 2596.132}, {1, 1800.0}}));
    EXPECT_TRUE(silent->isEmpty());
}

TEST(Frequencies, ThatAreMalformedAreBadData)
{
    EXPECT_FALSE(parseCpuFrequencies("cpu MHz : 2596.132\n"));
    EXPECT_FALSE(parseCpuFrequencies("processor : 0\ncpu MHz : fast\n"));
}
