// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/memory.h"

#include "tests/demos/host_metrics/figures.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace host_metrics;
using host_metrics::test::textOf;

namespace {

const QByteArray recorded = "MemTotal:       24684092 kB\n"
                            "MemFree:        21193888 kB\n"
                            "MemAvailable:   22283276 kB\n"
                            "Buffers:            3804 kB\n"
                            "Cached:          1214192 kB\n"
                            "SwapCached:            0 kB\n"
                            "SwapTotal:             0 kB\n"
                            "SwapFree:              0 kB\n"
                            "Shmem:              8856 kB\n"
                            "HugePages_Total:       0\n";

QByteArray recordedWith(const QByteArray &line, const QByteArray &instead)
{
    return QByteArray{recorded}.replace(line, instead);
}

} // namespace

TEST(Memory, IsReadFromARecordedTextInBytes)
{
    const Result<Memory> memory = parseMemory(recorded);

    ASSERT_TRUE(memory);
    EXPECT_EQ(memory->total, 24684092U * quint64{1024});
    EXPECT_EQ(memory->available, 22283276U * quint64{1024});
    EXPECT_EQ(memory->cached, 1214192U * quint64{1024});
    EXPECT_EQ(memory->shared, 8856U * quint64{1024});
}

TEST(Memory, ThatIsMalformedIsBadData)
{
    const QByteArray total = "MemTotal:       24684092 kB";
    for (const char *instead : {"", "MemTotal:", "MemTotal: 24684092", "MemTotal: 24684092 MB",
                                "MemTotal: -1 kB", "MemTotal: 18446744073709551615 kB"}) {
        const Result<Memory> memory = parseMemory(recordedWith(total, instead));
        ASSERT_FALSE(memory) << instead;
        EXPECT_EQ(memory.error().code, ErrorCode::BadData);
        EXPECT_THAT(memory.error().detail.toStdString(), testing::HasSubstr("MemTotal"));
    }
}

TEST(MemoryFigures, TellWhatIsUsedInBytesAndPerCent)
{
    const QList<Figure> figures =
        memoryFigures({.total = 1000, .available = 250, .swapTotal = 50, .swapFree = 40}, {});

    EXPECT_EQ(textOf(figures, "used"), "750");
    EXPECT_EQ(textOf(figures, "used%"), "75.0");
    EXPECT_EQ(textOf(figures, "swap:used"), "10");
    EXPECT_EQ(textOf(figures, "swap:used%"), "20.0");
}

TEST(MemoryFigures, LeaveOutTheShareOfASwapThatIsNotThere)
{
    const QList<Figure> figures = memoryFigures({.total = 1000, .available = 250}, {});

    EXPECT_EQ(textOf(figures, "swap:total"), "0");
    EXPECT_EQ(textOf(figures, "swap:used%"), "(left out)");
}
