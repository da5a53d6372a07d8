// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/support/line_channel.h"
#include "tests/support/wait_readable.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

/// The far side of a terminal.
class Terminal
{
public:
    explicit Terminal(unsigned short columns) : m_master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
    {
        EXPECT_EQ(grantpt(m_master), 0);
        EXPECT_EQ(unlockpt(m_master), 0);
        const winsize size{.ws_row = 10, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
        ioctl(m_master, TIOCSWINSZ, &size);
    }
    ~Terminal() { close(m_master); }
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    QString name() const
    {
        std::array<char, 64> name{};
        return ptsname_r(m_master, name.data(), name.size()) == 0 ? QString::fromUtf8(name.data())
                                                                  : QString{};
    }

    /// True once that text has come; what came before it is in seen().
    bool shows(const QByteArray &text)
    {
        while (!m_seen.contains(text) && waitReadable(m_master, patience)) {
            std::array<char, 4096> portion{};
            const ssize_t length = read(m_master, portion.data(), portion.size());
            if (length <= 0)
                return false;
            m_seen.append(portion.data(), length);
        }
        return m_seen.contains(text);
    }
    const QByteArray &seen() const { return m_seen; }

private:
    int m_master;
    QByteArray m_seen;
};

TEST(ALiveTable, IsDrawnAgainInPlaceAndFitsTheTerminal)
{
    const FreshSession session;
    Bench bench{"name=" + QByteArray(100, 'x') + "\nvolts=first\n"};
    Terminal terminal{60};
    ToolProcess watch{
        {QStringLiteral("watch"), QStringLiteral("Lab|bench!volts"), QStringLiteral("Lab|bench!name")},
        terminal.name()};
    ASSERT_TRUE(terminal.shows("first"));

    bench.publisher().say("volts=second\n");

    EXPECT_TRUE(terminal.shows("\x1b[3A"));
    EXPECT_TRUE(terminal.shows("second"));
    EXPECT_FALSE(terminal.seen().contains(QByteArray(60, 'x')));
    watch.signal(SIGINT);
    EXPECT_EQ(watch.waitForEnd().exitCode, 0);
}

TEST(ALiveTable, ShowsWhatIsStaleAndWhy)
{
    const FreshSession session;
    Bench first{"volts=1\namperes=2\n"};
    Terminal terminal{60};
    ToolProcess watch{{QStringLiteral("watch"), QStringLiteral("Lab|bench!volts"),
                       QStringLiteral("Lab|bench!amperes"), QStringLiteral("--reconnect")},
                      terminal.name()};
    ASSERT_TRUE(terminal.shows("good"));

    first.crash();

    EXPECT_TRUE(terminal.shows("stale"));
    EXPECT_TRUE(terminal.shows("Stale since "));
    EXPECT_TRUE(terminal.shows("cut us off")); // The end of the sentence, which needs a second line.
    Bench second{"volts=returned\namperes=2\n"};
    EXPECT_TRUE(terminal.shows("returned"));
    watch.signal(SIGINT);
    EXPECT_EQ(watch.waitForEnd().exitCode, 0);
}

TEST(AValueOnATerminal, EndsWithANewline)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n"};
    Terminal terminal{80};

    ToolProcess request{{QStringLiteral("request"), QStringLiteral("Lab|bench!volts")}, terminal.name()};

    EXPECT_TRUE(terminal.shows("4.2\r\n"));
    EXPECT_EQ(request.waitForEnd().exitCode, 0);
}

} // namespace
} // namespace tellwire::test
