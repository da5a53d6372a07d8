// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// As many programs as a large desktop has, all of them with one.

namespace tellwire::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int crowd = 60; // Each program takes far more memory there.
#else
constexpr int crowd = 500;
#endif

constexpr auto longPatience = 5 * patience; // They share the processors with each other.

/// True if as many descriptors as the crowd needs may be open.
bool raisedLimit()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= rlim_t{4} * crowd + 100;
}

std::size_t descriptorsOpen()
{
    const std::filesystem::directory_iterator listing{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(listing), end(listing)));
}

/// Resident, private and shared, in bytes.
std::size_t memoryUsed()
{
    std::size_t all = 0;
    std::size_t resident = 0;
    std::ifstream{"/proc/self/statm"} >> all >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// One client: says by a poke whatever it has seen, until that is the end.
int watchTheCrowded()
{
    Session session = Session::join().value();
    Conversation talk{session, "Crowded"_service, "data"_topic};
    talk.setTimeout(longPatience);
    AdviseLink link{talk, "news"_item};
    bool isDone = false;
    std::vector<Reply<void>> replies;
    QObject::connect(&link, &AdviseLink::updated, [&](const Update &update) {
        isDone = update.value.bytes() == "end";
        replies.push_back(talk.poke("seen"_item, QString::number(getpid()) + u' ' +
                                                     QString::fromUtf8(update.value.bytes())));
    });
    QObject::connect(&talk, &Conversation::closed, [&](const Error &) { _exit(3); });
    while (!isDone)
        session.wait(-1ms);
    return waitFor(replies.back(), longPatience) ? 0 : 2;
}

/// One service among many, until its parent is told to end.
int serveInTheCrowd(int number)
{
    Session session = Session::join().value();
    Service service{session, ServiceName{QStringLiteral("Member%1").arg(number)}};
    service.topic("data"_topic).setItem("number"_item, QString::number(number));
    if (const Result<void> published = service.publish(); !published) {
        std::fprintf(stderr, "member %d: %s\n", number, qPrintable(published.error().detail));
        return 2;
    }
    while (true)
        session.wait(-1ms);
}

} // namespace

/// Forks the crowd, and says how many ended well.
TELLWIRE_PEER(Crowd)
{
    const bool serves = peerArguments().front() == "serve";
    std::vector<pid_t> children;
    for (int number = 0; number < crowd; ++number) {
        const pid_t child = fork();
        if (child == 0)
            _exit(serves ? serveInTheCrowd(number) : watchTheCrowded());
        children.push_back(child);
    }
    peerIsReady();
    if (serves) {
        (void)hearFromTest(longPatience);
        for (const pid_t child : children)
            kill(child, SIGKILL);
    }
    int good = 0;
    for (const pid_t child : children) {
        int status = -1;
        waitpid(child, &status, 0);
        good += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
    }
    sayToTest(std::to_string(good));
    return 0;
}

/// A service with the whole crowd as its clients, and what they have seen.
class ACrowdedService : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!raisedLimit())
            GTEST_SKIP() << "too few open files are allowed";
        qputenv("TELLWIRE_MAX_PEERS", "1000");
        qputenv("TELLWIRE_CONNECT_TIMEOUT", "60000");
        qputenv("TELLWIRE_HANDSHAKE_TIMEOUT", "60000");
        session = Session::join().value();
        service = std::make_unique<Service>(*session, "Crowded"_service);
        topic().setItem("news"_item, QStringLiteral("first"));
        topic().onPoke([this](const ItemName &, const Payload &value) -> Result<void> {
            const QByteArrayList words = value.bytes().split(' ');
            seen[words.value(1)].insert(words.value(0).toInt());
            return {};
        });
        ASSERT_TRUE(service->publish());
    }
    void TearDown() override
    {
        for (const char *name :
             {"TELLWIRE_MAX_PEERS", "TELLWIRE_CONNECT_TIMEOUT", "TELLWIRE_HANDSHAKE_TIMEOUT"})
            qunsetenv(name);
    }

    Topic &topic() { return service->topic("data"_topic); }
    bool haveSeen(const QByteArray &news, std::size_t count)
    {
        return eventually([&] { return seen[news].size() >= count; }, serveSessions, longPatience);
    }

    FreshSession fresh;
    std::optional<Session> session;
    std::unique_ptr<Service> service;
    std::map<QByteArray, std::set<pid_t>> seen;
};

TEST_F(ACrowdedService, ReachesAllThoughOneDiesAndOneIsStopped)
{
    const std::size_t memoryBefore = memoryUsed();
    const std::size_t openBefore = descriptorsOpen();

    Peer others{"Crowd", {"watch"}};
    ASSERT_TRUE(haveSeen("first", crowd));
    const std::size_t memoryEach = (memoryUsed() - memoryBefore) / crowd;
    const std::size_t openEach = (descriptorsOpen() - openBefore) / crowd;
    const pid_t dead = *seen["first"].begin();
    const pid_t stopped = *seen["first"].rbegin();
    kill(dead, SIGKILL);
    kill(stopped, SIGSTOP);
    topic().setItem("news"_item, QStringLiteral("second"));
    const bool haveSeenSecond = haveSeen("second", crowd - 2);
    kill(stopped, SIGCONT);
    topic().setItem("news"_item, QStringLiteral("end"));
    const bool haveSeenEnd = haveSeen("end", crowd - 1);

    EXPECT_TRUE(haveSeenSecond) << seen["second"].size();
    EXPECT_TRUE(haveSeenEnd) << seen["end"].size();
    EXPECT_FALSE(seen["end"].contains(dead));
    std::optional<std::string> good;
    EXPECT_TRUE(eventually(
        [&] {
            good = others.hear(1ms);
            return good.has_value();
        },
        serveSessions, longPatience));
    EXPECT_EQ(good, std::to_string(crowd - 1));
    EXPECT_TRUE(eventually([&] { return session->seat().channels().empty(); }, serveSessions));
    EXPECT_LE(descriptorsOpen(), openBefore + 2); // A watch on the log, and a segment kept for later.
    EXPECT_LE(openEach, 3U);
    std::printf("%d clients of one service: %zu bytes and %zu open files for each\n", crowd, memoryEach,
                openEach);
}

TEST_F(ACrowdedService, IsOneOfManyThatAllAreFound)
{
    Peer others{"Crowd", {"serve"}};
    ServiceBrowser browser{*session};
    const bool areFound =
        eventually([&] { return browser.services().size() == crowd + 1; }, serveSessions, longPatience);
    int good = 0;
    for (int number = 0; number < crowd; number += 50) {
        Conversation talk{*session, ServiceName{QStringLiteral("Member%1").arg(number)}, "data"_topic};
        const Result<Update> asked = waitFor(talk.request("number"_item), longPatience);
        good += asked && asked->value.bytes().toInt() == number ? 1 : 0;
    }
    others.say("end");
    const bool areGone =
        eventually([&] { return browser.services().size() == 1; }, serveSessions, longPatience);

    EXPECT_TRUE(areFound) << browser.services().size();
    EXPECT_EQ(good, (crowd + 49) / 50);
    EXPECT_TRUE(areGone) << browser.services().size();
}

} // namespace tellwire::test
