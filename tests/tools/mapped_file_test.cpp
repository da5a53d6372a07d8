// SPDX-License-Identifier: Apache-2.0
#include "tools/mapped_file.h"

#include "clipboard/clipboard.h"
#include "tests/support/fresh_session.h"
#include "tests/tools/clipboard_tool.h"

#include <gtest/gtest.h>

#include <QFile>

#include <fcntl.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

using tool::MappedFile;

constexpr quint64 enough = quint64{1} << 30;

QByteArray large(qsizetype more = 0) { return QByteArray(MappedFile::smallest + more, 'x'); }

TEST(AMappedFile, HasTheBytesOfItsFile)
{
    const QTemporaryDir directory;
    const QByteArray text = large() + "end";

    const auto mapped = MappedFile::open(fileWith(directory, "file", text), enough);

    ASSERT_TRUE(mapped);
    EXPECT_TRUE(mapped->bytes() == text);
}

TEST(AMappedFile, IsNoneOfWhatIsBetterRead)
{
    const QTemporaryDir directory;
    const QString small = fileWith(directory, "small", large(-1));
    const QString fits = fileWith(directory, "fits", large());

    EXPECT_FALSE(MappedFile::open(small, enough));
    EXPECT_FALSE(MappedFile::open(fits, MappedFile::smallest - 1));
    EXPECT_FALSE(MappedFile::open(directory.path(), enough));
    EXPECT_FALSE(MappedFile::open(directory.filePath(QStringLiteral("none")), enough));

    EXPECT_TRUE(MappedFile::open(fits, MappedFile::smallest));
}

TEST(AMappedFile, OfStandardInputBeginsWhereThatStands)
{
    const QTemporaryDir directory;
    const QString name = fileWith(directory, "file", "1234567" + large() + "end");
    const int before = dup(STDIN_FILENO);
    const int file = open(name.toUtf8().constData(), O_RDONLY | O_CLOEXEC);
    dup2(file, STDIN_FILENO);
    lseek(STDIN_FILENO, 7, SEEK_SET);

    const auto mapped = MappedFile::open(QStringLiteral("-"), enough);

    dup2(before, STDIN_FILENO);
    ASSERT_TRUE(mapped);
    EXPECT_TRUE(mapped->bytes() == large() + "end");
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), MappedFile::smallest + 10);
    close(before);
    close(file);
}

TEST(AMappedFile, ThatIsCutShortIsNotPutOnABoard)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString name = fileWith(directory, "file", large());
    const auto mapped = MappedFile::open(name, enough);
    Clipboard clipboard{Session::join().value()};

    ASSERT_TRUE(QFile::resize(name, 1));
    const Result<void> done = clipboard.put(Offer{}.add(Payload{Format::png(), mapped->bytes()}));

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::BadData) << done.error().detail.toStdString();
    EXPECT_TRUE(clipboard.content().isEmpty());
}

TEST(AMappedFile, IsTextWhereverItIsParted)
{
    const QTemporaryDir directory;
    for (const QByteArray character : {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x8e\x88"})
        for (qsizetype shift = 0; shift < character.size(); ++shift) {
            const QByteArray text = QByteArray(shift, 'x') + character.repeated(600'000);

            const auto mapped = MappedFile::open(fileWith(directory, "file", text), enough);

            ASSERT_TRUE(mapped);
            EXPECT_TRUE(mapped->isUtf8()) << character.constData() << shift;
        }
}

TEST(AMappedFile, IsNoTextWithAByteThatIsNone)
{
    const QTemporaryDir directory;
    for (const QByteArray wrong :
         {"\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x8e", "\x80\x80\x80\x80\x80", "\xc3x"}) {
        const auto atTheEnd = MappedFile::open(fileWith(directory, "file", large() + wrong), enough);
        const auto atASeam = MappedFile::open(
            fileWith(directory, "other", large(-wrong.size() + 1) + wrong + large()), enough);

        EXPECT_FALSE(atTheEnd->isUtf8()) << wrong.toHex().constData();
        EXPECT_FALSE(atASeam->isUtf8()) << wrong.toHex().constData();
    }
}

} // namespace
} // namespace tellwire::test
