// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "conversations/service_browser.h"
#include "dde/transport/reply_promise.h"
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <filesystem>
#include <fstream>

#include <poll.h>

// A log-out removes the session's directory, or all that is below the runtime directory, while programs
// linger.

namespace tellwire::test {
namespace {

namespace fs = std::filesystem;

fs::path sessionOf(const FreshSession &fresh) { return fresh.directory() / "tellwire" / "1" / "default"; }

struct Kind
{
    const char *name;
    void (*remove)(const FreshSession &);
    bool leavesRoom; ///< For those who join anew.
};

constexpr std::array kinds{
    Kind{"TheSession", [](const FreshSession &fresh) { removeAtOnce(sessionOf(fresh)); }, true},
    Kind{"AllSessions", [](const FreshSession &fresh) { removeAtOnce(fresh.directory() / "tellwire"); },
         true},
    Kind{"TheRuntimeDirectory", [](const FreshSession &fresh) { removeAtOnce(fresh.directory()); }, false},
    Kind{"AndPutsAFileThere",
         [](const FreshSession &fresh) {
             removeAtOnce(sessionOf(fresh));
             std::ofstream{sessionOf(fresh)} << "not a directory";
         },
         false},
    Kind{"AndPutsALinkThere",
         [](const FreshSession &fresh) {
             removeAtOnce(sessionOf(fresh));
             fs::create_directory(fresh.directory() / "elsewhere");
             fs::permissions(fresh.directory() / "elsewhere", fs::perms::owner_all);
             fs::create_symlink(fresh.directory() / "elsewhere", sessionOf(fresh));
         },
         false},
};

} // namespace

/// Serves, watches a board, owns another with a promise, and lists services; counts how often it wakes.
TELLWIRE_PEER(Lingers)
{
    Session session = Session::join().value();
    Service service{session, "Lingering"_service};
    Topic &topic = service.topic("data"_topic);
    topic.setItem("item"_item, QStringLiteral("value"));
    QList<ReplyPromise<Payload>> asked;
    topic.provideItem("never"_item, {Format::text()}, [&](const Format &) {
        asked.append(ReplyPromise<Payload>{});
        return asked.last().reply();
    });
    Clipboard watched{session};
    Clipboard owned{session, "owned"_board};
    ServiceBrowser browser{session};
    bool isLost = false;
    QObject::connect(&owned, &Clipboard::ownershipLost, [&] { isLost = true; });
    if (!service.publish() || !owned.put(Offer{}.addDelayed(Format::text(), [] {
            return Payload{Format::text(), "late"};
        })))
        return 1;
    peerIsReady();
    for (qint64 turns = 0;; ++turns) {
        std::array<pollfd, 2> sources{pollfd{session.fd(), POLLIN, 0}, pollfd{descriptorToTest(), POLLIN, 0}};
        session.seat().prepareToSleep();
        poll(sources.data(), sources.size(), -1);
        session.seat().process();
        if (std::exchange(isLost, false))
            sayToTest("lost");
        if (sources[1].revents == 0)
            continue;
        const std::optional<std::string> line = hearFromTest();
        if (!line || *line == "end")
            return 0;
        sayToTest(std::to_string(turns));
    }
}

class ALogOut : public testing::TestWithParam<Kind>
{};

TEST_P(ALogOut, IsLearntByAllAndMakesNobodySpin)
{
    const FreshSession fresh;
    Peer lingering{"Lingers"};
    const Session session = Session::join().value();
    Conversation talk{session, "Lingering"_service, "data"_topic};
    talk.setTimeout(patience);
    AdviseLink link{talk, "item"_item};
    const Heard heard{link};
    std::optional<Error> end;
    QObject::connect(&talk, &Conversation::closed, [&](const Error &reason) { end = reason; });
    ASSERT_TRUE(eventually([&] { return !heard.updates.isEmpty(); }, serveSessions));
    const Reply<Update> waiting = talk.request("never"_item);
    serveSessions(10ms);

    GetParam().remove(fresh);
    const bool areTold = eventually([&] { return end && heard.end && waiting.isFinished(); }, serveSessions);
    const std::optional<std::string> told = lingering.hear();

    EXPECT_TRUE(areTold);
    EXPECT_EQ(told, "lost");
    ASSERT_TRUE(waiting.isFinished());
    EXPECT_FALSE(waiting.result());
    const Result<Session> newcomer = Session::join();
    EXPECT_EQ(newcomer.has_value(), GetParam().leavesRoom);
    if (newcomer) {
        Conversation anew{*newcomer, "Lingering"_service, "data"_topic};
        EXPECT_TRUE(eventually(
            [&] {
                Conversation again{*newcomer, "Lingering"_service, "data"_topic};
                return waitFor(again.request("item"_item), patience).has_value();
            },
            serveSessions));
        Clipboard board{*newcomer, "owned"_board};
        EXPECT_TRUE(board.put(Offer{}.add(QStringLiteral("new"))));
    }
    // Whoever spins turns far more often; a few attempts to begin anew are made.
    lingering.say("how often");
    EXPECT_LT(std::stoll(lingering.hear().value_or("1000000")), 2'000);
    lingering.say("end");
    EXPECT_EQ(lingering.waitForExit(), 0);
}

INSTANTIATE_TEST_SUITE_P(Removes, ALogOut, testing::ValuesIn(kinds),
                         [](const auto &each) { return std::string{each.param.name}; });

TEST(AProgramAfterALogOut, ComesBackIfItReconnects)
{
    const FreshSession fresh;
    Peer lingering{"Lingers"};
    const Session session = Session::join().value();
    Conversation talk{session, "Lingering"_service, "data"_topic, {.reconnect = true}};
    AdviseLink link{talk, "item"_item};
    const Heard heard{link};
    int lost = 0;
    QObject::connect(&talk, &Conversation::lost, [&] { ++lost; });
    ASSERT_TRUE(eventually([&] { return heard.updates.size() == 1; }, serveSessions));

    removeAtOnce(sessionOf(fresh));

    EXPECT_TRUE(eventually([&] { return lost == 1 && heard.updates.size() == 2; }, serveSessions));
    EXPECT_EQ(talk.state(), Conversation::State::Open);
    EXPECT_FALSE(heard.end);
}

TEST(ARequestThatWaitsDuringALogOut, StillMeansTheSameFormat)
{
    const FreshSession fresh;
    const Format wanted{QStringLiteral("application/x-wanted")};
    const Format other{QStringLiteral("application/x-other")};
    const Session session = Session::join().value();
    Conversation talk{session, "Late"_service, "data"_topic, {.reconnect = true}};
    talk.setTimeout(patience);
    const Reply<Update> reply = talk.request("item"_item, wanted); // Its number is the first of the session.

    removeAtOnce(sessionOf(fresh));
    const Session newcomer = Session::join().value();
    const Result<FormatNumber> first = newcomer.formatNames().number(other);
    Service service{newcomer, "Late"_service};
    service.topic("data"_topic).setItem("item"_item, {Payload{other, "wrong"}, Payload{wanted, "right"}});
    const Result<void> published = service.publish();

    ASSERT_TRUE(first && published);
    EXPECT_EQ(*first, firstRegisteredFormat);
    const Result<Update> update = waitFor(reply, patience);
    ASSERT_TRUE(update);
    EXPECT_EQ(update->value, (Payload{wanted, "right"}));
}

} // namespace tellwire::test
