// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/disks.h"

#include "tests/demos/host_metrics/figures.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace host_metrics;
using namespace std::chrono_literals;
using host_metrics::test::textOf;

namespace {

QList<QByteArray> pointsOf(const QList<Mount> &mounts)
{
    QList<QByteArray> points;
    for (const Mount &mount : mounts)
        points.append(mount.point);
    return points;
}

} // namespace

TEST(BlockDevices, AreReadFromARecordedTextWithoutThoseNeverUsed)
{
    const Result<BlockDevices> devices = parseBlockDevices(
        "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
        " 254       0 vda 129188 34200 7118410 43761 40105 27640 10660432 43504 0 25276 90953 13971 "
        "112 8108848 3603 1440 83\n");

    ASSERT_TRUE(devices);
    EXPECT_EQ(devices->keys(), QList<QByteArray>{"vda"});
    EXPECT_EQ(devices->value("vda"), (BlockDevice{.reads = 129188,
                                                  .bytesRead = quint64{7118410} * 512,
                                                  .writes = 40105,
                                                  .bytesWritten = quint64{10660432} * 512,
                                                  .busyMilliseconds = 25276}));
}

TEST(BlockDevices, OfOldKernelsHaveFewerColumns)
{
    EXPECT_TRUE(parseBlockDevices("8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n"));
}

TEST(BlockDevices, ThatAreMalformedAreBadData)
{
    for (const char *wrong :
         {"8", "8 0 sda", "8 0 sda 1 2 3 4 5 6 7 8 9 10", "8 0 sda 1 2 3 4 5 6 7 8 9 10 x"}) {
        const Result<BlockDevices> devices = parseBlockDevices(wrong);
        ASSERT_FALSE(devices) << wrong;
        EXPECT_EQ(devices.error().code, ErrorCode::BadData);
    }
}

TEST(ADisk, IsToldPerSecondAndNeverBusierThanAllTheTime)
{
    const Disks before{{{"vda", {.reads = 10, .bytesRead = 512, .busyMilliseconds = 100}}}, {}};
    const Disks now{{{"vda", {.reads = 30, .bytesRead = 1536, .busyMilliseconds = 2200}}}, {}};

    const QList<Figure> figures = diskFigures(now, Earlier<Disks>{before, 2s});

    EXPECT_EQ(textOf(figures, "vda:reads"), "10.0");
    EXPECT_EQ(textOf(figures, "vda:read"), "512.0");
    EXPECT_EQ(textOf(figures, "vda:busy"), "100.0");
}

TEST(Mounts, AreReadWithTheirBlanks)
{
    const Result<QList<Mount>> mounts = parseMounts("/dev/vda / ext4 rw,relatime 0 0\n"
                                                    "/dev/sdb1 /media/my\\040disk vfat rw 0 0\n"
                                                    "odd\\09 /odd\\ tmpfs rw 0 0\n");

    ASSERT_TRUE(mounts);
    EXPECT_EQ(*mounts, (QList<Mount>{{"/dev/vda", "/", "ext4"},
                                     {"/dev/sdb1", "/media/my disk", "vfat"},
                                     {"odd\\09", "/odd\\", "tmpfs"}}));
    EXPECT_FALSE(parseMounts("/dev/vda /\n"));
}

TEST(Mounts, WorthMeasuringAreLocalAndNamedOnce)
{
    const QList<Mount> mounts{{"/dev/vda", "/var/cache/bound", "ext4"}, {"/dev/vda", "/", "ext4"},
                              {"server:/home", "/home", "nfs4"},        {"tmpfs", "/run", "tmpfs"},
                              {"tmpfs", "/dev/shm", "tmpfs"},           {"/dev/sdb", "/run", "ext4"},
                              {"sshfs", "/far", "fuse.sshfs"}};

    EXPECT_THAT(pointsOf(measurable(mounts)), testing::UnorderedElementsAre("/", "/run", "/dev/shm"));
}

TEST(AFileSystem, CountsAsFullWhenNobodyButTheAdministratorCanWrite)
{
    const Disks now{{}, {{"/home", {.size = 1000, .used = 900, .free = 0}}}};

    const QList<Figure> figures = diskFigures(now, {});

    EXPECT_EQ(textOf(figures, "/home:size"), "1000");
    EXPECT_EQ(textOf(figures, "/home:used%"), "100.0");
}
