// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/processes.h"

#include "tests/demos/host_metrics/figures.h"

#include <gtest/gtest.h>

using namespace tellwire;
using namespace host_metrics;
using namespace std::chrono_literals;
using host_metrics::test::textOf;

namespace {

const QByteArray numbers =
    " R 22351 22351 17763 0 -1 4194304 99 0 0 0 150 50 0 0 20 0 1 0 260591 3133440 414 "
    "18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n";

Result<Process> parsed(const QByteArray &text)
{
    return parseProcess(text, {.ticksPerSecond = 100, .pageSize = 4096});
}

Process process(quint64 number, std::chrono::duration<double> cpuTime, quint64 startTicks = 1)
{
    return {.number = number, .name = "worker", .cpuTime = cpuTime, .bytes = 0, .startTicks = startTicks};
}

} // namespace

TEST(AProcess, IsReadFromARecordedText)
{
    const Result<Process> cat = parsed("22362 (cat)" + numbers);

    ASSERT_TRUE(cat);
    EXPECT_EQ(cat->number, 22362U);
    EXPECT_EQ(cat->name, "cat");
    EXPECT_EQ(cat->cpuTime, 2s);
    EXPECT_EQ(cat->bytes, 414U * 4096U);
    EXPECT_EQ(cat->startTicks, 260591U);
}

TEST(AProcess, MayCallItselfWhatItLikes)
{
    EXPECT_EQ(parsed("7 (a) R 1 (b)" + numbers)->name, "a) R 1 (b");
    EXPECT_EQ(parsed("7 ()" + numbers)->name, "");
    EXPECT_EQ(parsed("7 (new\nline)" + numbers)->name, "new\nline");
}

TEST(AProcess, ThatIsMalformedIsBadData)
{
    for (const char *wrong :
         {"", "7", "7 (", "7 )", "7 (cat", "7 (cat)", "7 (cat) R 1 2 3", "(cat) R", "x (cat) R"}) {
        const Result<Process> process = parsed(wrong);
        ASSERT_FALSE(process) << wrong;
        EXPECT_EQ(process.error().code, ErrorCode::BadData);
    }
    EXPECT_FALSE(parsed("x (cat)" + numbers));
}

TEST(TheLargestProcesses, AreFiveAndSorted)
{
    Processes now;
    for (quint64 number = 1; number <= 7; ++number)
        now.all.append({.number = number, .name = "p", .bytes = number << 20});

    const QList<Figure> figures = processFigures(now, {});

    EXPECT_EQ(textOf(figures, "largest"),
              "p (7) 7.0 MiB, p (6) 6.0 MiB, p (5) 5.0 MiB, p (4) 4.0 MiB, p (3) 3.0 MiB");
    EXPECT_EQ(textOf(figures, "count"), "7");
}

TEST(TheBusiestProcesses, AreMeasuredBetweenTwoReadings)
{
    const Processes before{{process(1, 10s), process(2, 1s), process(3, 5s)}, {}};
    const Processes now{{process(1, 10.5s), process(2, 3s), process(3, 5s)}, {}};

    EXPECT_EQ(textOf(processFigures(now, Earlier<Processes>{before, 2s}), "busiest"),
              "worker (2) 100.0 %, worker (1) 25.0 %");
    EXPECT_EQ(textOf(processFigures(now, {}), "busiest"), "(left out)");
}

TEST(TheBusiestProcesses, DoNotIncludeOneThatTookOverANumber)
{
    const Processes before{{process(1, 1s, 100)}, {}};
    const Processes now{{process(1, 2s, 900)}, {}};

    EXPECT_EQ(textOf(processFigures(now, Earlier<Processes>{before, 2s}), "busiest"), "");
}
