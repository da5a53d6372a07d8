// SPDX-License-Identifier: Apache-2.0
#include "tools/large_file.h"

#include "clipboard/clipboard.h"
#include "tests/support/fresh_session.h"
#include "tests/tools/clipboard_tool.h"

#include <gtest/gtest.h>

#include <QFile>

#include <fcntl.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

using tool::LargeFile;

constexpr quint64 enough = quint64{1} << 30;

QByteArray bytesOf(const Offer::FilePart &part)
{
    QByteArray bytes{part.size, '\0'};
    EXPECT_EQ(pread(part.descriptor, bytes.data(), static_cast<std::size_t>(part.size), part.offset),
              part.size);
    return bytes;
}

QByteArray large(qsizetype more = 0) { return QByteArray(LargeFile::smallest + more, 'x'); }

TEST(ALargeFile, HasTheBytesOfItsFile)
{
    const QTemporaryDir directory;
    const QByteArray text = large() + "end";

    const auto file = LargeFile::open(fileWith(directory, "file", text), enough);

    ASSERT_TRUE(file);
    EXPECT_TRUE(bytesOf(file->part()) == text);
}

TEST(ALargeFile, IsNoneOfWhatIsBetterRead)
{
    const QTemporaryDir directory;
    const QString small = fileWith(directory, "small", large(-1));
    const QString fits = fileWith(directory, "fits", large());

    EXPECT_FALSE(LargeFile::open(small, enough));
    EXPECT_FALSE(LargeFile::open(fits, LargeFile::smallest - 1));
    EXPECT_FALSE(LargeFile::open(directory.path(), enough));
    EXPECT_FALSE(LargeFile::open(directory.filePath(QStringLiteral("none")), enough));

    EXPECT_TRUE(LargeFile::open(fits, LargeFile::smallest));
}

TEST(ALargeFile, OfStandardInputBeginsWhereThatStands)
{
    const QTemporaryDir directory;
    const QString name = fileWith(directory, "file", "1234567" + large() + "end");
    const int before = dup(STDIN_FILENO);
    const int input = open(name.toUtf8().constData(), O_RDONLY | O_CLOEXEC);
    dup2(input, STDIN_FILENO);
    lseek(STDIN_FILENO, 7, SEEK_SET);

    const auto file = LargeFile::open(QStringLiteral("-"), enough);

    dup2(before, STDIN_FILENO);
    ASSERT_TRUE(file);
    EXPECT_TRUE(bytesOf(file->part()) == large() + "end");
    EXPECT_EQ(lseek(input, 0, SEEK_CUR), LargeFile::smallest + 10);
    close(before);
    close(input);
}

TEST(ALargeFile, ThatIsCutShortIsNotPutOnABoard)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString name = fileWith(directory, "file", large());
    const auto file = LargeFile::open(name, enough);
    Clipboard clipboard{Session::join().value()};

    ASSERT_TRUE(QFile::resize(name, 1));
    const Result<void> done = clipboard.put(Offer{}.addFile(Format::png(), file->part()));

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::BadData) << done.error().detail.toStdString();
    EXPECT_TRUE(clipboard.content().isEmpty());
}

TEST(ALargeFile, IsTextWhereverItIsParted)
{
    const QTemporaryDir directory;
    for (const QByteArray character : {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x8e\x88"})
        for (qsizetype shift = 0; shift < character.size(); ++shift) {
            const QByteArray text = QByteArray(shift, 'x') + character.repeated(600'000);

            const auto file = LargeFile::open(fileWith(directory, "file", text), enough);

            ASSERT_TRUE(file);
            EXPECT_TRUE(file->isUtf8()) << character.constData() << shift;
        }
}

TEST(ALargeFile, IsNoTextWithAByteThatIsNone)
{
    const QTemporaryDir directory;
    for (const QByteArray wrong :
         {"\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x8e", "\x80\x80\x80\x80\x80", "\xc3x"}) {
        const auto atTheEnd = LargeFile::open(fileWith(directory, "file", large() + wrong), enough);
        const auto atASeam =
            LargeFile::open(fileWith(directory, "other", large(-wrong.size() + 1) + wrong + large()), enough);

        EXPECT_FALSE(atTheEnd->isUtf8()) << wrong.toHex().constData();
        EXPECT_FALSE(atASeam->isUtf8()) << wrong.toHex().constData();
    }
}

} // namespace
} // namespace tellwire::test
