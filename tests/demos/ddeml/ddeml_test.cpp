// SPDX-License-Identifier: Apache-2.0
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

// The DDEML programs in C, and the programs of the Qt face.

namespace tellwire::test {
namespace {

const QString price = QStringLiteral("Stock|Prices!ZAXX");
const QString prices = QStringLiteral("Stock|Prices");

/// One of the two programs, running; killed if it outlives this.
class Demo
{
public:
    explicit Demo(const char *program, const QStringList &arguments = {})
    {
        m_process.start(QString::fromUtf8(program), arguments);
        EXPECT_TRUE(m_process.waitForStarted());
    }
    ~Demo()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Demo(const Demo &) = delete;
    Demo &operator=(const Demo &) = delete;

    QByteArray hearLine()
    {
        while (!m_process.canReadLine() && m_process.waitForReadyRead(static_cast<int>(patience.count()))) {
        }
        return m_process.readLine().trimmed();
    }
    int waitForEnd()
    {
        EXPECT_TRUE(m_process.state() == QProcess::NotRunning ||
                    m_process.waitForFinished(static_cast<int>(patience.count())));
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    QByteArray output() { return m_process.readAllStandardOutput(); }

private:
    QProcess m_process;
};

struct ServerInC : testing::Test
{
    FreshSession session;
    Demo server{DDEML_SERVER};

    void SetUp() override { ASSERT_EQ(server.hearLine(), "serving Stock|Prices"); }
    static QByteArray now() { return run({QStringLiteral("request"), price}).output; }
};

/// What a run of the client printed; it must end well.
QByteArray client(const QStringList &arguments)
{
    Demo process{DDEML_CLIENT, arguments};
    EXPECT_EQ(process.waitForEnd(), 0);
    return process.output();
}

QStringList words(const char *text) { return QString::fromUtf8(text).split(QLatin1Char(' ')); }

TEST_F(ServerInC, IsListed)
{
    const Finished listed = run({QStringLiteral("list")});

    EXPECT_EQ(listed.exitCode, 0) << listed.errors.constData();
    EXPECT_THAT(listed.output.toStdString(), testing::HasSubstr("Prices"));
}

TEST_F(ServerInC, AnswersRequestsAndPokesAndCommands)
{
    EXPECT_EQ(now(), "12.50");

    EXPECT_EQ(run({QStringLiteral("poke"), price, QStringLiteral("13")}).exitCode, 0);
    EXPECT_EQ(now(), "13.00");
    EXPECT_EQ(run({QStringLiteral("execute"), prices, QStringLiteral("[Rise]")}).exitCode, 0);
    EXPECT_EQ(now(), "13.25");
}

TEST_F(ServerInC, FeedsLinks)
{
    ToolProcess watch{{QStringLiteral("watch"), price, QStringLiteral("--every-update")}};
    EXPECT_EQ(watch.hearLine(), "12.50");

    EXPECT_EQ(run({QStringLiteral("execute"), prices, QStringLiteral("[Rise]")}).exitCode, 0);

    EXPECT_EQ(watch.hearLine(), "12.75");
}

TEST_F(ServerInC, QuitsAndEndsItsLinks)
{
    ToolProcess watch{{QStringLiteral("watch"), price}};
    EXPECT_EQ(watch.hearLine(), "12.50");

    EXPECT_EQ(run({QStringLiteral("execute"), prices, QStringLiteral("[Quit]")}).exitCode, 0);

    EXPECT_EQ(server.waitForEnd(), 0);
    EXPECT_NE(watch.waitForEnd().exitCode, 0);
}

TEST_F(ServerInC, TalksToTheClientInC)
{
    EXPECT_EQ(client(words("Stock Prices request QORL")), "80.00\n");

    EXPECT_EQ(client(words("Stock Prices poke QORL 81.5")), "");
    EXPECT_EQ(client(words("Stock Prices request QORL")), "81.50\n");
}

TEST(ClientInC, ReadsAndChangesWhatIsPublished)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n", {QStringLiteral("--poke")}};

    EXPECT_EQ(client(words("Lab bench request volts")), "4.2\n");
    EXPECT_EQ(client(words("Lab bench poke volts 4.3")), "");

    EXPECT_EQ(client(words("Lab bench request volts")), "4.3\n");
}

TEST(ClientInC, WatchesWhatIsPublished)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n"};
    Demo watching{DDEML_CLIENT, words("Lab bench watch volts 2")};
    EXPECT_EQ(watching.hearLine(), "watching");

    bench.publisher().say("volts=4.3\nvolts=4.4\n");

    EXPECT_EQ(watching.hearLine(), "4.3");
    EXPECT_EQ(watching.hearLine(), "4.4");
    EXPECT_EQ(watching.waitForEnd(), 0);
}

TEST(ClientInC, HasCommandsRun)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n",
                {QStringLiteral("--on-execute"), QStringLiteral("grep -q Reset && echo volts=0")}};

    EXPECT_EQ(client({QStringLiteral("Lab"), QStringLiteral("bench"), QStringLiteral("execute"),
                      QStringLiteral("[Reset]")}),
              "");

    EXPECT_EQ(client(words("Lab bench request volts")), "0\n");
}

} // namespace
} // namespace tellwire::test
