// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/tools/clipboard_tool.h"

#include <gmock/gmock.h>

#include <QDir>
#include <QFile>

#include <unistd.h>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

TEST(Pasting, SaysThatNothingIsThere)
{
    const FreshSession session;

    const Finished paste = run(words("paste"));

    EXPECT_EQ(paste.exitCode, 15);
    EXPECT_EQ(paste.errors, "tellwire: paste: board clipboard is empty\n");
}

TEST(Pasting, NamesWhatIsThereInsteadOfText)
{
    const FreshSession session;
    run(words("copy --type png"), "picture");

    const Finished paste = run(words("paste"));

    EXPECT_EQ(paste.exitCode, 15);
    EXPECT_EQ(paste.errors, "tellwire: paste: board clipboard holds no text, but image/png\n");
}

TEST(Pasting, TakesTextUnderOtherNamesToo)
{
    const FreshSession session;
    run(words("copy --type text/plain"), "plain");

    const Finished paste = run(words("paste"));

    EXPECT_EQ(paste.output, "plain");
}

TEST(Pasting, ConvertsWhatCanBeConverted)
{
    const FreshSession session;
    run(words("copy --type html"), "<p>a &amp; b</p>");

    const Finished paste = run(words("paste"));

    EXPECT_EQ(paste.exitCode, 0) << paste.errors.constData();
    EXPECT_THAT(paste.output.toStdString(), HasSubstr("a & b"));
}

TEST(Pasting, GivesBigContentsAsTheyAre)
{
    const FreshSession session;
    const QByteArray big(3'000'001, 'x');
    run(words("copy --type CF_DIB"), big);

    const QByteArray got = pasted("CF_DIB");

    EXPECT_TRUE(got == big);
}

TEST(Pasting, EndsWellIfNobodyReads)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString note = directory.filePath(QStringLiteral("note"));
    run(words("copy"), QByteArray(1'000'000, 'x'));

    QProcess::execute(
        QStringLiteral("/bin/sh"),
        {QStringLiteral("-c"),
         QStringLiteral("{ %1 paste; echo $? > %2; } | true").arg(QStringLiteral(TELLWIRE_TOOL), note)});

    EXPECT_EQ(contentOf(note), "0\n");
}

TEST(AListOfABoard, TellsTypesSizesAndOwner)
{
    const FreshSession session;
    run(words("copy --offer image/bmp=- --lazy png=true"), "12345");

    const nlohmann::json list = run(words("paste --list --json")).json();

    EXPECT_EQ(list["board"], "clipboard");
    EXPECT_EQ(list["sequence"], 3);
    EXPECT_EQ(list["owner"]["program"], "tellwire");
    EXPECT_EQ(list["owner"]["uid"], getuid());
    const nlohmann::json expected = nlohmann::json::parse(
        R"([{"name":"image/bmp","source":"stored","size":5},{"name":"image/png","source":"delayed"}])");
    EXPECT_EQ(list["formats"], expected);
    const QByteArray table = run(words("paste --list")).output;
    EXPECT_THAT(table.toStdString(), HasSubstr("image/bmp  5     stored\nimage/png  -     delayed\n"));
    run(words("clipboard clear"));
}

TEST(AListOfABoard, ThatIsEmptyIsNoError)
{
    const FreshSession session;

    const Finished list = run(words("paste --list"));

    EXPECT_EQ(list.exitCode, 0);
    EXPECT_EQ(list.output, "board clipboard, number 0, empty\n");
}

TEST(PastingAll, WritesAFileForEachType)
{
    const FreshSession session;
    const QTemporaryDir directory;
    run(words("copy --offer CF_DIB=- --offer text=- --lazy") << QStringLiteral("png=printf made"), "bytes");

    const Finished paste = run(words("paste --all") << directory.path());

    EXPECT_EQ(paste.exitCode, 0) << paste.errors.constData();
    EXPECT_EQ(contentOf(directory.filePath(QStringLiteral("CF_DIB"))), "bytes");
    EXPECT_EQ(contentOf(directory.filePath(QStringLiteral("text_plain_charset=utf-8"))), "bytes");
    EXPECT_EQ(contentOf(directory.filePath(QStringLiteral("image_png"))), "made");
    EXPECT_THAT(paste.output.toStdString(), HasSubstr("image/png\t" + directory.path().toStdString()));
}

TEST(PastingAll, MakesTheDirectory)
{
    const FreshSession session;
    const QTemporaryDir directory;
    run(words("copy --offer html=-"), "x");

    const Finished paste = run(words("paste --all") << directory.filePath(QStringLiteral("new")));

    EXPECT_EQ(paste.exitCode, 0) << paste.errors.constData();
    EXPECT_EQ(QDir{directory.filePath(QStringLiteral("new"))}.entryList(QDir::Files), words("text_html"));
}

TEST(PastingAll, NeverLeavesTheDirectory)
{
    const FreshSession session;
    const QTemporaryDir directory;
    QDir{directory.path()}.mkdir(QStringLiteral("in"));
    run(words("copy --offer ../out=- --offer ..=- --offer .._out=-"), "x");

    const Finished paste = run(words("paste --all") << directory.filePath(QStringLiteral("in")));

    EXPECT_EQ(paste.exitCode, 0) << paste.errors.constData();
    EXPECT_EQ(QDir{directory.path()}.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
              words("in"));
    EXPECT_EQ(
        QDir{directory.filePath(QStringLiteral("in"))}.entryList(QDir::Files | QDir::Hidden, QDir::Name),
        words("_.. _.._out _.._out-2"));
}

TEST(PastingAll, ReplacesFilesOnlyIfForced)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString outside = fileWith(directory, "outside", "outside");
    const QString link = directory.filePath(QStringLiteral("CF_DIB"));
    QFile::link(outside, link);
    run(words("copy --type CF_DIB"), "new");

    const Finished refused = run(words("paste --all") << directory.path());
    const Finished forced = run(words("paste --force --all") << directory.path());

    EXPECT_EQ(refused.exitCode, 14);
    EXPECT_THAT(refused.errors.toStdString(), HasSubstr("is there already"));
    EXPECT_EQ(forced.exitCode, 0) << forced.errors.constData();
    EXPECT_EQ(contentOf(link), "new");
    EXPECT_EQ(contentOf(outside), "outside");
}

TEST(PastingAll, GivesTheRestIfOneTypeCannotBeHad)
{
    const FreshSession session;
    const QTemporaryDir directory;
    run(words("copy --lazy") << QStringLiteral("png=echo no ink >&2; exit 1") << words("--offer CF_DIB=-"),
        "x");

    const Finished paste = run(words("paste --all") << directory.path());

    EXPECT_EQ(paste.exitCode, 14);
    EXPECT_EQ(paste.errors, "tellwire: paste image/png: no ink\n");
    EXPECT_EQ(contentOf(directory.filePath(QStringLiteral("CF_DIB"))), "x");
    run(words("clipboard clear"));
}

TEST(Pasting, IsCalledWithOneThingToDo)
{
    const FreshSession session;

    EXPECT_EQ(run(words("paste --list --type text")).exitCode, 2);
    EXPECT_EQ(run(words("paste --list --all /tmp")).exitCode, 2);
    EXPECT_EQ(run(words("paste --force")).exitCode, 2);
    EXPECT_EQ(run(words("paste --json")).exitCode, 2);
}

} // namespace
} // namespace tellwire::test
