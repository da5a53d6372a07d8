// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/listener.h"
#include "tests/dde/transport/seat_test_support.h"

#include <QFile>

namespace tellwire::transport {
namespace {

constexpr PeerId dead = 0x0123456789abcdef;

/// A program that was killed after it had said these things in the log.
class AJanitor : public testing::Test
{
protected:
    void die(const QList<LogChange> &said)
    {
        const auto log = SessionLog::open(seat->directory(), realSystemCalls(), dead);
        for (const LogChange &change : said)
            ASSERT_TRUE((*log)->change(change));
        ASSERT_TRUE(socket.open(QIODevice::WriteOnly));
    }

    test::FreshSession session;
    std::shared_ptr<Seat> seat = joined();
    QFile socket{seat->directory().path() + QStringLiteral("/peers/0123456789abcdef.sock")};
};

TEST_F(AJanitor, ForgetsProgramsThatDiedBeforeTheyOfferedAnything)
{
    die({joining(dead)});

    ASSERT_TRUE(seat->listen());

    EXPECT_EQ(seat->log().state().find(peerKey(dead)), nullptr);
    EXPECT_FALSE(socket.exists());
}

TEST_F(AJanitor, LeavesProgramsToThoseWhoWantWhatTheyOffer)
{
    die({joining(dead), {.key = "service/offered", .body = "{}", .bound = true}});

    ASSERT_TRUE(seat->listen());

    EXPECT_NE(seat->log().state().find(peerKey(dead)), nullptr);
    EXPECT_TRUE(socket.exists());
}

TEST_F(AJanitor, RemovesSocketsOfProgramsThatDiedBeforeTheLogKnewThem)
{
    die({});

    ASSERT_TRUE(seat->listen());

    EXPECT_FALSE(socket.exists());
}

} // namespace
} // namespace tellwire::transport
