// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/volumes.h"

#include "dde/transport/seat.h"
#include "tests/clipboard/clipboard_test_support.h"

#include <QTemporaryFile>

#include <cerrno>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

// Where content files lie, and what is done about places and files that are not what they should be.

namespace tellwire::store {

namespace {

namespace fs = std::filesystem;

/// Has no room on the first volumes that are tried.
class FullVolumes : public transport::SystemCalls
{
public:
    int full = 0;

    int allocate(int file, off_t start, off_t length) override
    {
        struct stat status
        {};
        if (::fstat(file, &status) == 0 && status.st_nlink == 0 && S_ISREG(status.st_mode) && full > 0 &&
            (status.st_mode & S_IRWXU) == S_IRUSR) { // A content file; not the log, nor memory.
            --full;
            errno = ENOSPC;
            return -1;
        }
        return SystemCalls::allocate(file, start, length);
    }
};

struct WithVolumes
{
    test::FreshSession fresh;
    FullVolumes system;
    std::shared_ptr<transport::Seat> seat = transport::Seat::join(QStringLiteral("test"), system).value();
    fs::path memory = fresh.directory() / "memory";
    fs::path cache = fresh.directory() / "cache";
    Volumes volumes{*seat, {QString::fromStdString(memory), QString::fromStdString(cache)}};

    fs::path clip() const { return fs::path{seat->directory().path().toStdString()} / "clip"; }

    ContentPlace kept(const QByteArray &bytes)
    {
        Result<WritingFile> file = volumes.write({bytes});
        EXPECT_TRUE(file) << file.error().detail.toStdString();
        file->keep();
        return file->place();
    }

    QByteArray read(const ContentPlace &place) const
    {
        const auto bytes = volumes.open(place).and_then(
            [&](const auto &file) { return readPiece(file.get(), 0, place.size); });
        return bytes ? *bytes : "error: " + errorName(bytes.error().code).toUtf8();
    }

    fs::path pathOf(const ContentPlace &place) const
    {
        return clip() / QByteArray::number(place.name, 16).rightJustified(16, '0').toStdString();
    }
};

std::size_t filesBelow(const fs::path &directory)
{
    std::size_t count = 0;
    if (fs::exists(directory))
        for (const auto &entry : fs::recursive_directory_iterator{directory})
            count += entry.is_regular_file() ? 1U : 0U;
    return count;
}

} // namespace

TEST(AContentFile, HoldsItsPiecesAndCannotBeWritten)
{
    WithVolumes with;

    Result<WritingFile> file = with.volumes.write({"one", "", "two"});
    ASSERT_TRUE(file);
    file->keep();

    EXPECT_EQ(with.read(file->place()), "onetwo");
    struct stat status
    {};
    ASSERT_EQ(::stat(with.pathOf(file->place()).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0400U);
}

TEST(AContentFile, TakesPartsOfOtherFiles)
{
    WithVolumes with;
    QTemporaryFile source;
    ASSERT_TRUE(source.open());
    const QByteArray large(1'000'000, 'x'); // More than is copied at once.
    source.write("before " + large + " behind");
    source.flush();
    const Offer::FilePart part{.descriptor = source.handle(), .offset = 7, .size = large.size()};

    Result<WritingFile> file = with.volumes.write({"one", part, "two"});
    ASSERT_TRUE(file);
    file->keep();

    EXPECT_TRUE(with.read(file->place()) == "one" + large + "two");
}

TEST(AContentFile, IsNotMadeOfAFileThatCannotBeReadOrIsTooShort)
{
    WithVolumes with;
    QTemporaryFile shorter;
    ASSERT_TRUE(shorter.open());
    shorter.write("four");
    shorter.flush();

    const Result<WritingFile> cut = with.volumes.write({Offer::FilePart{shorter.handle(), 0, 5}});
    const Result<WritingFile> none = with.volumes.write({Offer::FilePart{-1, 0, 5}});

    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::BadData);
    EXPECT_FALSE(none);
    EXPECT_EQ(filesBelow(with.clip()) + filesBelow(with.memory) + filesBelow(with.cache), 0U);
}

TEST(AContentFile, GoesUnlessItIsKept)
{
    WithVolumes with;

    EXPECT_TRUE(with.volumes.write({"one"}));

    EXPECT_EQ(filesBelow(with.clip()), 0U);
}

TEST(AContentFile, LiesOnTheFirstVolumeThatHasRoom)
{
    WithVolumes with;
    with.system.full = 1;
    const ContentPlace inMemory = with.kept("one");
    with.system.full = 2;
    const ContentPlace inCache = with.kept("two");

    EXPECT_EQ(inMemory.volume, VolumeKind::Memory);
    EXPECT_EQ(inCache.volume, VolumeKind::Cache);
    EXPECT_EQ(with.read(inMemory), "one");
    EXPECT_EQ(with.read(inCache), "two");
    EXPECT_EQ(filesBelow(with.clip()), 0U);
}

TEST(AContentFile, IsRefusedWhenNoVolumeHasRoom)
{
    WithVolumes with;
    with.system.full = 3;

    const Result<WritingFile> file = with.volumes.write({"one"});

    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::OutOfSpace);
    EXPECT_EQ(filesBelow(with.clip()) + filesBelow(with.memory) + filesBelow(with.cache), 0U);
}

TEST(AVolume, IsNotUsedBeyondTheConfiguration)
{
    qputenv("TELLWIRE_CLIPBOARD_VOLUMES", "1");
    WithVolumes with;
    qunsetenv("TELLWIRE_CLIPBOARD_VOLUMES");
    with.system.full = 1;

    EXPECT_FALSE(with.volumes.write({"one"}));
    EXPECT_FALSE(fs::exists(with.memory));
}

TEST(AVolume, IsNotUsedWhenItIsOpenToOthersOrALink)
{
    WithVolumes with;
    fs::create_directory(with.memory);
    fs::permissions(with.memory, fs::perms{0755});
    with.system.full = 1;
    const ContentPlace opened = with.kept("one");
    fs::remove_all(with.memory);
    fs::create_directory(with.fresh.directory() / "elsewhere");
    fs::create_directory_symlink(with.fresh.directory() / "elsewhere", with.memory);
    with.system.full = 1;
    const ContentPlace linked = with.kept("two");
    fs::remove(with.memory);
    std::ofstream{with.memory} << "a file";
    with.system.full = 1;
    const ContentPlace squatted = with.kept("three");

    EXPECT_EQ(opened.volume, VolumeKind::Cache);
    EXPECT_EQ(linked.volume, VolumeKind::Cache);
    EXPECT_EQ(squatted.volume, VolumeKind::Cache);
    EXPECT_EQ(with.read(squatted), "three");
}

TEST(AVolume, IsNamedInTheLogIfSomebodyElseWasThereFirst)
{
    WithVolumes with;
    fs::create_directory(with.memory);
    fs::permissions(with.memory, fs::perms{0700});
    if (::chown(with.memory.c_str(), 12345, 12345) != 0)
        GTEST_SKIP() << "only the superuser can give a directory away";
    testing::internal::CaptureStderr();

    with.system.full = 1;
    const ContentPlace first = with.kept("one");
    with.system.full = 1;
    const ContentPlace second = with.kept("two");

    const std::string said = testing::internal::GetCapturedStderr();
    const std::string line = "use " + with.memory.string() + " for the clipboard: it is somebody else's";
    EXPECT_THAT(said, testing::HasSubstr(line));
    EXPECT_EQ(said.find(line), said.rfind(line)) << "it is said once";
    EXPECT_EQ(first.volume, VolumeKind::Cache);
    EXPECT_EQ(second.volume, VolumeKind::Cache);
}

TEST(AContentFile, IsNotReadIfSomebodyElseOwnsIt)
{
    WithVolumes with;
    const ContentPlace place = with.kept("one");
    if (::chown(with.pathOf(place).c_str(), 12345, 12345) != 0)
        GTEST_SKIP() << "only the superuser can give a file away";

    EXPECT_EQ(with.read(place), "error: Corrupted");
}

TEST(AContentFile, IsOpenedOnlyIfItIsWhatItShouldBe)
{
    WithVolumes with;
    const ContentPlace place = with.kept("one");
    ContentPlace longer = place;
    ++longer.size;

    EXPECT_EQ(with.read(longer), "error: Corrupted");
    fs::remove(with.pathOf(place));
    EXPECT_EQ(with.read(place), "error: ContentGone");
    std::ofstream{with.fresh.directory() / "secret"} << "two";
    fs::create_symlink(with.fresh.directory() / "secret", with.pathOf(place));
    EXPECT_EQ(with.read(place), "error: Corrupted");
    fs::remove(with.pathOf(place));
    ASSERT_EQ(::mkfifo(with.pathOf(place).c_str(), 0600), 0);
    EXPECT_EQ(with.read(place), "error: Corrupted");
    fs::remove(with.pathOf(place));
    fs::create_directory(with.pathOf(place));
    EXPECT_EQ(with.read(place), "error: Corrupted");
}

TEST(TidyingUp, RemovesWhatNoBoardNames)
{
    WithVolumes with;
    const ContentPlace named = with.kept("one");
    const ContentPlace forgotten = with.kept("two");
    with.system.full = 1;
    const ContentPlace forgottenInMemory = with.kept("three");

    with.volumes.tidyUp([&](quint64 name) { return name == named.name; });

    EXPECT_EQ(with.read(named), "one");
    EXPECT_EQ(with.read(forgotten), "error: ContentGone");
    EXPECT_EQ(with.read(forgottenInMemory), "error: ContentGone");
}

TEST(TidyingUp, LeavesAloneWhatIsBeingWritten)
{
    WithVolumes with;
    Result<WritingFile> file = with.volumes.write({"one"});
    ASSERT_TRUE(file);

    with.volumes.tidyUp([](quint64) { return false; });

    EXPECT_EQ(with.read(file->place()), "one");
}

TEST(TidyingUp, RemovesTheFoldersOfSessionsThatAreNoMore)
{
    WithVolumes with;
    with.system.full = 1;
    (void)with.kept("mine");
    const auto otherSession = transport::Seat::join(QStringLiteral("other"), with.system).value();
    Volumes others{*otherSession, {QString::fromStdString(with.memory), QString::fromStdString(with.cache)}};
    with.system.full = 1;
    Result<WritingFile> file = others.write({"other's"});
    ASSERT_TRUE(file);
    file->keep();
    fs::remove_all(otherSession->directory().path().toStdString());

    with.volumes.tidyUp([](quint64) { return true; });

    EXPECT_EQ(filesBelow(with.memory), 1U);
}

} // namespace tellwire::store
