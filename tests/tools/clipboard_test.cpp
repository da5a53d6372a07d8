// SPDX-License-Identifier: Apache-2.0
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"
#include "tests/tools/clipboard_tool.h"

#include <gmock/gmock.h>

#include <csignal>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

TEST(WatchingABoard, TellsWhatIsThereAndEachChange)
{
    const FreshSession session;
    run(words("copy"), "one");
    ToolProcess watch{words("clipboard watch")};
    EXPECT_THAT(watch.hearLine().toStdString(),
                testing::MatchesRegex("2\ttellwire\t[0-9]+\ttext/plain;charset=utf-8.*"));

    run(words("copy --type png"), "two");
    EXPECT_THAT(watch.hearLine().toStdString(), testing::MatchesRegex("4\ttellwire\t[0-9]+\timage/png"));
    run(words("clipboard clear"));
    EXPECT_EQ(watch.hearLine(), "5\t-\t-\t-");

    watch.signal(SIGTERM);
    EXPECT_EQ(watch.waitForEnd().exitCode, 0);
}

TEST(WatchingABoard, WritesJsonForPrograms)
{
    const FreshSession session;
    ToolProcess watch{words("clipboard watch --json --board Notes")};
    EXPECT_EQ(nlohmann::json::parse(watch.hearLine().toStdString()),
              nlohmann::json::parse(R"({"board":"Notes","sequence":0,"formats":[]})"));

    run(words("copy --type png --board notes"), "two");

    const nlohmann::json news = nlohmann::json::parse(watch.hearLine().toStdString());
    EXPECT_EQ(news["sequence"], 2);
    EXPECT_EQ(news["formats"][0]["size"], 3);
}

TEST(WatchingABoard, RunsACommandThatReadsTheText)
{
    const FreshSession session;
    ToolProcess watch{words("clipboard watch --exec")
                      << QStringLiteral("echo \"$TELLWIRE_SEQUENCE/$TELLWIRE_BOARD/$TELLWIRE_FORMATS/"
                                        "$TELLWIRE_FORMAT/$TELLWIRE_OWNER_PROGRAM/$(cat)\"")};
    EXPECT_EQ(watch.hearLine(), "0/clipboard////");

    run(words("copy --offer image/bmp=- --offer text/plain=-"), "two");

    EXPECT_EQ(watch.hearLine(), "3/clipboard/image/bmp");
    EXPECT_EQ(watch.hearLine(), "text/plain/text/plain/tellwire/two");
}

TEST(WatchingABoard, GoesOnIfItsCommandFails)
{
    const FreshSession session;
    ToolProcess watch{words("clipboard watch --exec")
                      << QStringLiteral("grep . || { echo nothing >&2; exit 1; }")};
    EXPECT_EQ(watch.hearError(), "tellwire: clipboard watch: nothing");

    run(words("copy"), "two");

    EXPECT_EQ(watch.hearLine(), "two");
}

TEST(ASavedBoard, ComesBackWithAllItsTypes)
{
    const FreshSession session;
    const QTemporaryDir directory;
    const QString file = directory.filePath(QStringLiteral("saved"));
    run(words("copy --offer CF_DIB=- --lazy")
            << QStringLiteral("png=printf 'a\\nb'") << words("--offer html=/dev/null"),
        QByteArray("1\n\0\n2", 5));

    const Finished saved = run(words("clipboard save") << file);
    run(words("clipboard clear"));
    const Finished loaded = run(words("clipboard load") << file);

    EXPECT_EQ(saved.exitCode, 0) << saved.errors.constData();
    EXPECT_EQ(loaded.exitCode, 0) << loaded.errors.constData();
    EXPECT_EQ(typesOn("clipboard"), QByteArray{"CF_DIB image/png text/html"});
    EXPECT_EQ(pasted("CF_DIB"), QByteArray("1\n\0\n2", 5));
    EXPECT_EQ(pasted("png"), "a\nb");
    EXPECT_EQ(pasted("html"), "");
}

TEST(ASavedBoard, GoesThroughPipes)
{
    const FreshSession session;
    run(words("copy"), "text");

    const QByteArray saved = run(words("clipboard save -")).output;
    const Finished loaded = run(words("clipboard load - --board Notes"), saved);

    EXPECT_EQ(saved, "{\"formats\":[{\"name\":\"text/plain;charset=utf-8\",\"size\":4}],"
                     "\"kind\":\"tellwire clipboard 1\"}\ntext");
    EXPECT_EQ(loaded.exitCode, 0) << loaded.errors.constData();
    EXPECT_EQ(typesOn("Notes"), QByteArray{"text/plain;charset=utf-8"});
}

class ADamagedFile : public testing::TestWithParam<const char *>
{};

TEST_P(ADamagedFile, LeavesTheBoardAsItWas)
{
    const FreshSession session;
    run(words("copy"), "before");

    const Finished loaded = run(words("clipboard load -"), GetParam());

    EXPECT_EQ(loaded.exitCode, 65);
    EXPECT_THAT(loaded.errors.toStdString(), HasSubstr("it is no saved clipboard, or damaged"));
    EXPECT_EQ(pasted(), "before");
}

INSTANTIATE_TEST_SUITE_P(
    Is, ADamagedFile,
    testing::Values(
        "", "\n", "nonsense\n", "[]\n", "{}\n", R"({"kind":"tellwire clipboard 1","formats":[]})",
        R"({"kind":7,"formats":[]})"
        "\n",
        R"({"kind":"tellwire clipboard 2","formats":[]})"
        "\n",
        R"({"kind":"tellwire clipboard 1"})"
        "\n",
        R"({"kind":"tellwire clipboard 1","formats":{}})"
        "\n",
        R"({"kind":"tellwire clipboard 1","formats":[1]})"
        "\n",
        R"({"kind":"tellwire clipboard 1","formats":[{"name":"a"}]})"
        "\n",
        R"({"kind":"tellwire clipboard 1","formats":[{"name":"","size":0}]})"
        "\n",
        R"({"kind":"tellwire clipboard 1","formats":[{"name":"a","size":-1}]})"
        "\n",
        R"({"kind":"tellwire clipboard 1","formats":[{"name":"a","size":18446744073709551615}]})"
        "\n",
        R"({"kind":"tellwire clipboard 1","formats":[{"name":"a","size":0},{"name":"A","size":0}]})"
        "\n",
        R"({"kind":"tellwire clipboard 1","formats":[{"name":"a","size":2}]})"
        "\nx",
        R"({"kind":"tellwire clipboard 1","formats":[{"name":"a","size":2}]})"
        "\nxyz"));

TEST(ASavedBoard, ThatClaimsToBeHugeIsRefusedAtOnce)
{
    const FreshSession session;

    const Finished loaded =
        run(words("clipboard load -"),
            "{\"kind\":\"tellwire clipboard 1\",\"formats\":[{\"name\":\"a\",\"size\":9223372036854775807},"
            "{\"name\":\"b\",\"size\":9223372036854775807}]}\n");

    EXPECT_EQ(loaded.exitCode, 20);
}

TEST(ClearingABoard, LeavesNothing)
{
    const FreshSession session;
    run(words("copy"), "text");

    const Finished cleared = run(words("clipboard clear"));

    EXPECT_EQ(cleared.exitCode, 0);
    EXPECT_EQ(run(words("paste")).exitCode, 15);
}

TEST(TheClipboardCommand, WantsToKnowWhatToDo)
{
    const FreshSession session;

    EXPECT_EQ(run(words("clipboard")).exitCode, 2);
    EXPECT_EQ(run(words("clipboard save")).exitCode, 2);
    EXPECT_EQ(run(words("clipboard watch --json --exec true")).exitCode, 2);
    EXPECT_EQ(run(words("clipboard load /no/such/file")).exitCode, 65);
}

} // namespace
} // namespace tellwire::test
