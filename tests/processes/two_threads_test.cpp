// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"

#include <atomic>
#include <thread>

namespace tellwire::test {

TEST(TwoThreads, WithASessionEachTalkAsTwoProgramsDo)
{
    const FreshSession fresh;
    constexpr int rounds = 500;
    std::atomic<bool> isPublished = false;
    std::atomic<bool> isOver = false;
    std::thread server{[&] {
        Session session = Session::join().value();
        Service service{session, "Threads"_service};
        Topic &topic = service.topic("data"_topic);
        topic.setItem("echo"_item, QStringLiteral("0"));
        topic.onPoke([&](const ItemName &item, const Payload &value) -> Result<void> {
            topic.setItem(item, value);
            return {};
        });
        isPublished = static_cast<bool>(service.publish());
        while (!isOver)
            session.wait(10ms);
    }};
    while (!isPublished)
        std::this_thread::yield();
    const Session session = Session::join().value();
    Conversation talk{session, "Threads"_service, "data"_topic};
    AdviseLink link{talk, "echo"_item, {.pace = LinkPace::EveryUpdate}};
    const Heard heard{link};

    for (int round = 1; round <= rounds; ++round)
        ASSERT_TRUE(waitFor(talk.poke("echo"_item, QString::number(round)), patience));
    ASSERT_TRUE(eventually([&] { return heard.updates.size() == rounds + 1; }, serveSessions));

    for (int round = 0; round <= rounds; ++round)
        EXPECT_EQ(heard.updates.at(round).value.bytes(), QByteArray::number(round));
    isOver = true;
    server.join();
}

} // namespace tellwire::test
