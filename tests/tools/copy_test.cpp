// SPDX-License-Identifier: Apache-2.0
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"
#include "tests/tools/clipboard_tool.h"
#include "tests/tools/gate.h"

#include <gmock/gmock.h>

#include <QTemporaryDir>
#include <QUrl>

#include <csignal>
#include <filesystem>

#include <sys/syscall.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

/// What is put by one test: text that is there, and a picture that `command` makes.
QStringList lazily(const QString &command)
{
    return words("copy --offer text=- --lazy") << QStringLiteral("png=") + command;
}

/// Nobody finds it half removed, and puts something there meanwhile.
void removeAtOnce(const std::filesystem::path &directory)
{
    std::filesystem::path aside = directory;
    aside += ".removed";
    std::filesystem::rename(directory, aside);
    std::filesystem::remove_all(aside);
}

TEST(Copying, TakesStandardInputByteForByte)
{
    const FreshSession session;

    const Finished copied = run(words("copy"), "zwölf\n");

    EXPECT_EQ(copied.exitCode, 0) << copied.errors.constData();
    EXPECT_EQ(copied.output + copied.errors, "");
    EXPECT_EQ(pasted(), "zwölf\n");
}

TEST(Copying, TakesNoBytesForAContent)
{
    const FreshSession session;

    const Finished copied = run(words("copy"));

    EXPECT_EQ(copied.exitCode, 0);
    const Finished paste = run(words("paste"));
    EXPECT_EQ(paste.exitCode, 0) << paste.errors.constData();
    EXPECT_EQ(paste.output, "");
}

TEST(Copying, TakesFilesOneAfterAnother)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString one = fileWith(directory, "one", "1\n");
    const QString two = fileWith(directory, "two", "2\n");

    const Finished copied = run(words("copy") << one << QStringLiteral("-") << two, "stdin\n");

    EXPECT_EQ(copied.exitCode, 0) << copied.errors.constData();
    EXPECT_EQ(pasted(), "1\nstdin\n2\n");
}

TEST(Copying, TakesALargeFileByteForByte)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QByteArray text = "x" + QByteArray{"ä"}.repeated(1'500'000); // No two pieces of it end alike.
    const QString file = fileWith(directory, "large", text);

    const Finished copied = run(words("copy --offer") << QStringLiteral("text=") + file << words("--offer")
                                                      << QStringLiteral("CF_DIB=") + file);

    EXPECT_EQ(copied.exitCode, 0) << copied.errors.constData();
    EXPECT_TRUE(pasted() == text);
    EXPECT_TRUE(pasted("CF_DIB") == text);
}

TEST(Copying, RefusesALargeFileThatIsNoText)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString file = fileWith(directory, "large", QByteArray(2'000'000, 'x') + "\xc3");

    const Finished copied = run(words("copy") << file);

    EXPECT_EQ(copied.exitCode, 65);
    EXPECT_THAT(copied.errors.toStdString(), HasSubstr("is not UTF-8 text"));
}

TEST(Copying, TakesFilesThemselvesIfToldSo)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString one = fileWith(directory, "one two", "1\n");

    const Finished copied = run(words("copy --files") << one);

    EXPECT_EQ(copied.exitCode, 0) << copied.errors.constData();
    EXPECT_EQ(pasted("text"), one.toUtf8());
    EXPECT_EQ(pasted("uri-list"), QUrl::fromLocalFile(one).toEncoded() + "\r\n");
}

TEST(Copying, TakesSeveralTypesRichestFirst)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString page = fileWith(directory, "a=b", "<b>x</b>");

    const Finished copied = run(words("copy --offer") << QStringLiteral("text/html;charset=utf-8=") + page
                                                      << words("--offer text=- --offer CF_DIB=-"),
                                "x");

    EXPECT_EQ(copied.exitCode, 0) << copied.errors.constData();
    EXPECT_EQ(typesOn("clipboard"), QByteArray{"text/html;charset=utf-8 text/plain;charset=utf-8 CF_DIB"});
    EXPECT_EQ(pasted("text/html;charset=utf-8"), "<b>x</b>");
    EXPECT_EQ(pasted("CF_DIB"), "x");
}

TEST(Copying, LeavesOtherBoardsAlone)
{
    const FreshSession session;
    run(words("copy"), "clipboard");

    run(words("copy --board Notes"), "notes");

    EXPECT_EQ(pasted(), "clipboard");
    EXPECT_EQ(run(words("paste --board notes")).output, "notes");
}

TEST(Copying, HappensOnlyIfNothingHasChanged)
{
    const FreshSession session;
    run(words("copy"), "one");

    const Finished right = run(words("copy --if-sequence 2"), "two");
    const Finished late = run(words("copy --if-sequence 2"), "three");

    EXPECT_EQ(right.exitCode, 0) << right.errors.constData();
    EXPECT_EQ(late.exitCode, 24);
    EXPECT_THAT(late.errors.toStdString(), HasSubstr("decide anew"));
    EXPECT_EQ(pasted(), "two");
}

TEST(Copying, LeavesTheBoardAsItWasIfSomethingIsWrong)
{
    const FreshSession session;
    run(words("copy"), "before");

    EXPECT_EQ(run(words("copy"), "\xff").exitCode, 65);
    EXPECT_EQ(run(words("copy /no/such/file")).exitCode, 65);
    EXPECT_EQ(run(words("copy --files /no/such/file")).exitCode, 65);
    EXPECT_EQ(run(words("copy --offer text=/no/such/file --lazy png=true")).exitCode, 65);
    EXPECT_EQ(run(words("copy --offer text")).exitCode, 2);
    EXPECT_EQ(run(words("copy --offer text=")).exitCode, 2);
    EXPECT_EQ(run(words("copy --offer text=- --lazy text=true")).exitCode, 2);
    EXPECT_EQ(run(words("copy --type png --offer text=-")).exitCode, 2);
    EXPECT_EQ(run(words("copy --foreground")).exitCode, 2);
    EXPECT_EQ(run(words("copy --board a/b")).exitCode, 2);

    EXPECT_EQ(pasted(), "before");
}

TEST(Copying, TakesNoMoreThanThereIsRoomFor)
{
    const FreshSession session;
    run(words("copy"), "before");
    qputenv("TELLWIRE_CLIPBOARD_LIMIT", "10");

    const Finished copied = run(words("copy"), "eleven bytes");

    qunsetenv("TELLWIRE_CLIPBOARD_LIMIT");
    EXPECT_EQ(copied.exitCode, 20);
    EXPECT_THAT(copied.errors.toStdString(), HasSubstr("raise clipboardLimit"));
    EXPECT_EQ(pasted(), "before");
}

TEST(ALazyType, IsMadeOnceWhenSomebodyAsksForIt)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString note = directory.filePath(QStringLiteral("note"));

    const Finished copied =
        run(lazily(QStringLiteral("echo x >> %1; printf \"$TELLWIRE_FORMAT\"").arg(note)), "t");

    EXPECT_EQ(copied.exitCode, 0) << copied.errors.constData();
    EXPECT_FALSE(QFile::exists(note));
    EXPECT_EQ(pasted("png"), "image/png");
    EXPECT_EQ(pasted("png"), "image/png");
    EXPECT_EQ(contentOf(note), "x\n");
}

TEST(ALazyType, MayBeLargerThanAnAnswer)
{
    const FreshSession session;
    run(lazily(QStringLiteral("head -c 5000000 /dev/zero")), "t");

    const QByteArray made = pasted("png");

    EXPECT_EQ(made.size(), 5'000'000);
}

TEST(ALazyType, ThatFailsIsRefusedInItsOwnWordsAndTriedAgain)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString note = directory.filePath(QStringLiteral("note"));
    run(lazily(QStringLiteral("cat %1 2>/dev/null || { echo 'no ink' >&2; exit 1; }").arg(note)), "t");

    const Finished paste = run(words("paste --type png"));

    EXPECT_EQ(paste.exitCode, 14);
    EXPECT_EQ(paste.errors, "tellwire: paste: no ink\n");
    fileWith(directory, "note", "picture");
    EXPECT_EQ(pasted("png"), "picture");
}

TEST(TheProviderOfALazyType, EndsWhenSomethingElseIsCopied)
{
    const FreshSession session;
    run(lazily(QStringLiteral("true")), "t");
    const pid_t provider = ownerOf("clipboard");
    ASSERT_EQ(kill(provider, 0), 0);

    run(words("copy"), "else");

    EXPECT_TRUE(eventually([provider] { return isGone(provider); }));
}

TEST(TheProviderOfALazyType, EndsWhenAllIsMade)
{
    const FreshSession session;
    run(lazily(QStringLiteral("printf made")), "t");
    const pid_t provider = ownerOf("clipboard");

    EXPECT_EQ(pasted("png"), "made");

    EXPECT_TRUE(eventually([provider] { return isGone(provider); }));
    EXPECT_EQ(pasted("png"), "made");
}

TEST(TheProviderOfALazyType, TakesItsTypesAlongWhenItIsKilled)
{
    const FreshSession session;
    run(lazily(QStringLiteral("true")), "stays");
    const pid_t provider = ownerOf("clipboard");

    kill(provider, SIGKILL);

    EXPECT_TRUE(eventually([] { return typesOn("clipboard") == "text/plain;charset=utf-8"; }));
    EXPECT_EQ(run(words("paste --type png")).exitCode, 15);
    EXPECT_EQ(pasted(), "stays");
}

TEST(TheProviderOfALazyType, MakesWhatIsLeftWhenItIsEnded)
{
    const FreshSession session;
    run(lazily(QStringLiteral("printf made")), "t");
    const pid_t provider = ownerOf("clipboard");

    kill(provider, SIGTERM);

    EXPECT_TRUE(eventually([provider] { return isGone(provider); }));
    EXPECT_EQ(pasted("png"), "made");
}

TEST(TheProviderOfALazyType, EndsWithItsSession)
{
    const FreshSession session;
    run(lazily(QStringLiteral("true")), "t");
    const int provider = static_cast<int>(syscall(SYS_pidfd_open, ownerOf("clipboard"), 0));
    ASSERT_GE(provider, 0);

    removeAtOnce(session.directory());

    EXPECT_TRUE(ends(provider));
}

TEST(TheProviderOfALazyType, EndsAlthoughItsSessionBeginsAnew)
{
    const FreshSession session;
    run(lazily(QStringLiteral("true")), "t");
    const int provider = static_cast<int>(syscall(SYS_pidfd_open, ownerOf("clipboard"), 0));
    ASSERT_GE(provider, 0);

    removeAtOnce(session.directory() / "tellwire");
    run(words("copy --board notes"), "another board");

    EXPECT_TRUE(ends(provider));
}

TEST(TheProviderOfALazyType, KeepsReadersOnlyForTheirTimeWhenItHangs)
{
    const FreshSession session;
    run(lazily(QStringLiteral("true")), "stays");
    const pid_t provider = ownerOf("clipboard");
    kill(provider, SIGSTOP);

    const Finished paste = run(words("paste --type png --timeout 100"));

    EXPECT_EQ(paste.exitCode, 16) << paste.errors.constData();
    EXPECT_EQ(pasted(), "stays");
    kill(provider, SIGKILL);
}

TEST(TheProviderOfALazyType, HoldsNothingOfItsCaller)
{
    const FreshSession session;
    ToolProcess copy{lazily(QStringLiteral("true"))};
    copy.say("t");
    copy.endInput();

    const Finished copied = copy.waitForEnd(); // Waits for the end of its output, too.

    EXPECT_EQ(copied.exitCode, 0);
    const pid_t provider = ownerOf("clipboard");
    EXPECT_NE(provider, static_cast<pid_t>(copy.processId()));
    EXPECT_EQ(getsid(provider), provider);
    kill(provider, SIGKILL);
}

TEST(TheProviderOfALazyType, StaysInFrontIfToldSo)
{
    const FreshSession session;
    ToolProcess copy{lazily(QStringLiteral("true")) << QStringLiteral("--foreground")};
    copy.say("t");
    copy.endInput();
    ASSERT_TRUE(eventually([] { return typesOn("clipboard") == "text/plain;charset=utf-8 image/png"; }));
    EXPECT_EQ(ownerOf("clipboard"), static_cast<pid_t>(copy.processId()));

    run(words("copy"), "else");

    EXPECT_EQ(copy.waitForEnd().exitCode, 0);
}

TEST(TheProviderOfALazyType, FinishesWhatSomebodyWaitsForAlthoughSomethingElseIsCopied)
{
    const FreshSession session;
    Gate gate;
    run(lazily(QStringLiteral("%1; printf made").arg(gate.waiting())), "t");
    ToolProcess paste{words("paste --type png")};
    ASSERT_TRUE(eventually([&gate] { return gate.isReached(); }));

    run(words("copy"), "else");
    gate.open();

    EXPECT_EQ(paste.waitForEnd().output, "made");
}

} // namespace
} // namespace tellwire::test
