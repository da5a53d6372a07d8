// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

namespace tellwire::test {

namespace {

LinkPace paceIn(const std::string &argument)
{
    return argument == "every" ? LinkPace::EveryUpdate : LinkPace::NewestOnly;
}

} // namespace

// Watches Feed|data!count at the pace that it is given, and says how its link ends, or that it has seen the
// end.
TELLWIRE_PEER(FeedReader)
{
    Session session = Session::join().value();
    Conversation feed{session, "Feed"_service, "data"_topic};
    AdviseLink link{feed, "count"_item, {.pace = paceIn(peerArguments().front())}};
    quint64 updates = 0;
    quint64 missed = 0;
    QObject::connect(&link, &AdviseLink::updated, [&](const Update &update) {
        if (updates++ == 0)
            sayToTest("first");
        missed += update.missed;
        if (update.value.bytes().startsWith("end"))
            sayToTest("end after " + std::to_string(updates + missed) + ", missed " +
                      (missed > 0 ? "some" : "none"));
    });
    QObject::connect(&link, &AdviseLink::ended, [](const Error &reason) {
        sayToTest("ended: " + errorName(reason.code).toStdString());
    });
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

/// A service that feeds readers in other processes.
class SlowReaders : public testing::Test
{
protected:
    SlowReaders()
    {
        data.setItem("count"_item, QStringLiteral("0"));
        EXPECT_TRUE(service.publish());
    }

    /// A reader that has its first value.
    std::unique_ptr<Peer> reader(const char *pace)
    {
        auto peer = std::make_unique<Peer>("FeedReader", std::vector<std::string>{pace});
        EXPECT_EQ(saidBy(*peer), "first");
        return peer;
    }

    void publish(int count)
    {
        for (int number = 1; number <= count; ++number) {
            data.setItem("count"_item,
                         Payload{Format::text(), QByteArray::number(number) + QByteArray(100, '.')});
            session.process();
        }
    }

    /// What the reader says next.
    std::string saidBy(const Peer &peer)
    {
        std::optional<std::string> line;
        EXPECT_TRUE(eventually(
            [&] {
                line = peer.hear(1ms);
                return line.has_value();
            },
            serveSessions));
        return line.value_or("nothing");
    }

    FreshSession fresh;
    Session session = Session::join().value();
    Service service{session, "Feed"_service};
    Topic &data = service.topic("data"_topic);
};

TEST_F(SlowReaders, AreCutAloneIfTheyWantedEveryUpdateAndHearOfItWhenTheyGoOn)
{
    const std::unique_ptr<Peer> stopped = reader("every");
    const std::unique_ptr<Peer> other = reader("newest");
    stopped->stop();

    publish(10'000);
    data.setItem("count"_item, QStringLiteral("end"));

    EXPECT_EQ(saidBy(*other).substr(0, 9), "end after");
    stopped->resume();
    EXPECT_EQ(saidBy(*stopped), "ended: Overrun");
}

TEST_F(SlowReaders, FindTheNewestValueWhenTheyGoOn)
{
    const std::unique_ptr<Peer> stopped = reader("newest");
    stopped->stop();

    publish(10'000);
    data.setItem("count"_item, QStringLiteral("end"));
    stopped->resume();

    EXPECT_EQ(saidBy(*stopped), "end after 10002, missed some");
}

TEST_F(SlowReaders, AreGivenEveryUpdateThatTheirQueueHolds)
{
    const std::unique_ptr<Peer> stopped = reader("every");
    stopped->stop();

    publish(4'000);
    data.setItem("count"_item, QStringLiteral("end"));
    stopped->resume();

    EXPECT_EQ(saidBy(*stopped), "end after 4002, missed none");
}

} // namespace tellwire::test
