// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "tests/conversations/two_programs.h"
#include "tests/processes/open_descriptors.h"
#include "tests/support/peer.h"

#include <gmock/gmock.h>

#include <QFile>

#include <fstream>
#include <iterator>

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// A program is forked while its session is in full use. The copy is dead as far as the session is concerned.

namespace tellwire::test {
namespace {

/// Of a copy of this process: 0 if the body is content. Ends without what belongs to the parent.
int exitCodeOf(const std::function<bool()> &child)
{
    const pid_t process = fork();
    if (process == 0)
        _exit(child() ? 0 : 1);
    int status = -1;
    waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

template <typename T>
bool isClosed(const Result<T> &outcome)
{
    return !outcome && outcome.error().code == ErrorCode::Closed;
}

void vforkAndForget()
{
    const pid_t child = vfork(); // NOLINT: what is tested.
    if (child == 0)
        _exit(0);
    waitpid(child, nullptr, 0);
}

/// What the peer says next.
std::string peerSees(const Peer &peer) { return peer.hear().value_or("nothing"); }

} // namespace

/// Watches every update of Forking|data!count, and says when one is missing or a program is there twice.
TELLWIRE_PEER(WatchesTheForking)
{
    Session session = Session::join().value();
    Conversation talk{session, "Forking"_service, "data"_topic};
    AdviseLink link{talk, "count"_item, {.pace = LinkPace::EveryUpdate}};
    int last = -1;
    bool isDone = false;
    QObject::connect(&link, &AdviseLink::updated, [&](const Update &update) {
        const int number = update.value.bytes().toInt();
        if (last >= 0 && number != last + 1)
            sayToTest("missed something before " + std::to_string(number));
        last = number;
        if (number == 0)
            sayToTest("first");
        if (number == 1'000)
            sayToTest("last");
        isDone = isDone || number == 1'000;
    });
    QObject::connect(&talk, &Conversation::closed,
                     [](const Error &reason) { sayToTest("closed: " + reason.detail.toStdString()); });
    peerIsReady();
    while (!isDone)
        session.wait(-1ms);
    return 0;
}

/// A program in the middle of everything: it serves, is watched, watches itself, and owns what is on a board.
class AForkedProgram : public testing::Test
{
protected:
    AForkedProgram()
    {
        data.setItem("count"_item, QStringLiteral("0"));
        data.onExecute([this](const QString &command) { return onExecute(command); });
        EXPECT_TRUE(service.publish());
        talk.emplace(session, "Forking"_service, "data"_topic);
        EXPECT_TRUE(clipboard.put(
            Offer{}.add(Payload{Format::png(), QByteArray(10'000, 'i')}).addDelayed(Format::text(), [] {
                return Payload{Format::text(), "rendered"};
            })));
    }

    /// Everything a session can be used for.
    bool everythingIsClosed()
    {
        return isClosed(Service{session, "Other"_service}.publish()) && isClosed(asked()) &&
               isClosed(waitFor(talk->poke("count"_item, QStringLiteral("5")), patience)) &&
               isClosed(waitFor(talk->execute(QStringLiteral("[go]")), patience)) &&
               isClosed(clipboard.put(Offer{}.add(QStringLiteral("mine")))) && isClosed(clipboard.clear());
    }

    Result<Update> asked() { return waitFor(talk->request("count"_item), patience); }

    bool stillWorks()
    {
        Session newcomer = Session::join().value();
        Conversation other{newcomer, "Forking"_service, "data"_topic};
        const Clipboard board{newcomer};
        const Result<Payload> got = waitFor(board.get(Format::text()), patience);
        const Result<Payload> image = waitFor(board.get(Format::png()), patience);
        return asked() && waitFor(other.request("count"_item), patience) && got &&
               got->bytes() == "rendered" && image && image->bytes().size() == 10'000;
    }

    std::function<Result<void>(const QString &)> onExecute = [](const QString &) { return Result<void>{}; };
    FreshSession fresh;
    Session session = Session::join().value();
    Service service{session, "Forking"_service};
    Topic &data = service.topic("data"_topic);
    Clipboard clipboard{session};
    std::optional<Conversation> talk;
};

TEST_F(AForkedProgram, IsClosedForTheChildAndGoesOnForTheParent)
{
    ASSERT_TRUE(asked());

    const int code = exitCodeOf([&] { return everythingIsClosed(); });

    EXPECT_EQ(code, 0);
    EXPECT_TRUE(stillWorks());
}

TEST_F(AForkedProgram, LetsTheChildJoinForItself)
{
    ASSERT_TRUE(asked());

    const int code = exitCodeOf([&] {
        const Session own = Session::join().value();
        Service mine{own, "Child"_service};
        return mine.publish().has_value();
    });

    EXPECT_EQ(code, 0);
    EXPECT_TRUE(stillWorks());
}

TEST_F(AForkedProgram, IsNotHarmedWhenTheChildDestroysEverything)
{
    ASSERT_TRUE(asked());
    auto link = std::make_unique<AdviseLink>(*talk, "count"_item);
    auto board = std::make_unique<Clipboard>(session, "second"_board);
    ASSERT_TRUE(board->put(Offer{}.addDelayed(Format::text(), [] {
        return Payload{Format::text(), "later"};
    })));
    auto other = std::make_unique<Service>(session, "Second"_service);
    ASSERT_TRUE(other->publish());

    const int code = exitCodeOf([&] {
        link.reset();
        board.reset();
        other.reset();
        return true;
    });

    EXPECT_EQ(code, 0);
    EXPECT_TRUE(stillWorks());
    Session newcomer = Session::join().value();
    Clipboard reader{newcomer, "second"_board};
    const Result<Payload> got = waitFor(reader.get(Format::text()), patience);
    ASSERT_TRUE(got) << got.error().detail.toStdString();
    EXPECT_EQ(got->bytes(), "later");
    Conversation second{newcomer, "Second"_service, "System"_topic};
    EXPECT_TRUE(waitFor(second.request("Topics"_item), patience));
}

TEST_F(AForkedProgram, LeavesNothingOfTheSessionOpenInTheChild)
{
    ASSERT_TRUE(asked());
    const std::string directory = fresh.directory().filename();

    const int code = exitCodeOf([&] {
        const std::vector<std::string> open = openDescriptors();
        return std::none_of(open.begin(), open.end(), [&](const std::string &target) {
            const bool isOfSession = target.find("memfd:tellwire") != std::string::npos ||
                                     target == "anon_inode:inotify" ||
                                     target.find(directory) != std::string::npos;
            if (isOfSession)
                std::fprintf(stderr, "still open: %s\n", target.c_str());
            return isOfSession;
        });
    });

    EXPECT_EQ(code, 0);
}

TEST_F(AForkedProgram, MayBeForkedInsideAHandler)
{
    int code = -1;
    onExecute = [&](const QString &) -> Result<void> {
        code = exitCodeOf([&] { return everythingIsClosed(); });
        return {};
    };

    const Result<void> executed = waitFor(talk->execute(QStringLiteral("[fork]")), patience);

    EXPECT_TRUE(executed) << executed.error().detail.toStdString();
    EXPECT_EQ(code, 0);
    EXPECT_TRUE(stillWorks());
}

TEST_F(AForkedProgram, IsClosedForTheChildWhateverItHadAskedBefore)
{
    const Reply<Update> request = talk->request("count"_item);

    const int code = exitCodeOf([&] {
        const Result<Update> outcome = waitFor(request, patience);
        return isClosed(outcome) &&
               outcome.error().detail.contains(QStringLiteral("this process was forked"));
    });

    EXPECT_EQ(code, 0);
    EXPECT_TRUE(waitFor(request, patience));
}

TEST_F(AForkedProgram, MissesNothingWhileItsLinksAreHot)
{
    const Peer watcher{"WatchesTheForking"};
    std::string said;
    ASSERT_TRUE(eventually(
        [&] {
            said = watcher.hear(1ms).value_or("");
            return !said.empty();
        },
        serveSessions));
    std::vector<pid_t> children;

    for (int number = 1; number <= 1'000; ++number) {
        data.setItem("count"_item, QString::number(number));
        if (number % 50 == 0) {
            const pid_t child = fork();
            if (child == 0) { // It lives on for a while, and tries to take part.
                data.setItem("count"_item, QStringLiteral("-7"));
                session.process();
                pause();
                _exit(0);
            }
            children.push_back(child);
        }
        session.process();
    }
    EXPECT_EQ(said, "first");
    said.clear();
    EXPECT_TRUE(eventually(
        [&] {
            said = watcher.hear(1ms).value_or("");
            return !said.empty();
        },
        serveSessions));
    EXPECT_TRUE(stillWorks());
    for (const pid_t child : children)
        kill(child, SIGKILL);
    for (const pid_t child : children)
        waitpid(child, nullptr, 0);

    EXPECT_EQ(said, "last");
    EXPECT_TRUE(stillWorks());
}

/// Serves; at "fork" leaves a child behind that outlives it.
TELLWIRE_PEER(LeavesAChildBehind)
{
    Session session = Session::join().value();
    Service service{session, "Parent"_service};
    Topic &topic = service.topic("data"_topic);
    topic.setItem("item"_item, QStringLiteral("value"));
    topic.onExecute([](const QString &) -> Result<void> {
        const pid_t child = fork();
        if (child == 0) {
            pause();
            _exit(0);
        }
        sayToTest(std::to_string(child));
        return {};
    });
    if (!service.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(AParentThatDies, IsSeenToBeDeadThoughItsChildLives)
{
    const FreshSession fresh;
    const Session session = Session::join().value();
    Peer parent{"LeavesAChildBehind"};
    Conversation talk{session, "Parent"_service, "data"_topic};
    std::optional<Error> end;
    QObject::connect(&talk, &Conversation::closed, [&](const Error &reason) { end = reason; });
    ASSERT_TRUE(waitFor(talk.execute(QStringLiteral("[fork]")), patience));
    const auto child = static_cast<pid_t>(std::stol(parent.hear().value_or("0")));
    ASSERT_GT(child, 0);

    parent.killHard();
    const bool isTold = eventually([&] { return end.has_value(); }, serveSessions);
    Conversation anew{session, "Parent"_service, "data"_topic};
    const Result<Update> asked = waitFor(anew.request("item"_item), patience);
    kill(child, SIGKILL);

    EXPECT_TRUE(isTold);
    EXPECT_EQ(codeOf(asked), ErrorCode::NoSuchService);
}

/// Leaves by exit(), as a child does that was never meant to exec: with its parent's destructors.
TELLWIRE_PEER(ChildExitsInOrder)
{
    static std::optional<Session> session;
    static std::optional<Service> service;
    static std::optional<Clipboard> clipboard;
    session = Session::join().value();
    clipboard.emplace(*session);
    service.emplace(*session, "Parent"_service);
    service->topic("data"_topic).setItem("item"_item, QStringLiteral("value"));
    if (!service->publish() || !clipboard->put(Offer{}.addDelayed(Format::text(), [] {
            return Payload{Format::text(), "kept"};
        })))
        return 1;
    const pid_t child = fork();
    if (child == 0)
        exit(0); // NOLINT(concurrency-mt-unsafe): there is one thread.
    int status = -1;
    waitpid(child, &status, 0);
    peerIsReady();
    sayToTest(WIFEXITED(status) ? std::to_string(WEXITSTATUS(status)) : "killed");
    while (true)
        session->wait(-1ms);
}

TEST(AChildThatExits, RunsAllDestructorsAndHarmsNothing)
{
    const FreshSession fresh;
    const Peer parent{"ChildExitsInOrder"};
    const Session session = Session::join().value();
    Conversation talk{session, "Parent"_service, "data"_topic};
    const Clipboard clipboard{session};

    const Result<Update> asked = waitFor(talk.request("item"_item), patience);
    const Result<Payload> got = waitFor(clipboard.get(Format::text()), patience);

    EXPECT_EQ(peerSees(parent), "0");
    EXPECT_TRUE(asked) << asked.error().detail.toStdString();
    ASSERT_TRUE(got) << got.error().detail.toStdString();
    EXPECT_EQ(got->bytes(), "kept");
}

/// What an executed program finds open: the names of it, and nothing of ours.
TEST_F(AForkedProgram, HandsNothingToAProgramThatIsExecuted)
{
    ASSERT_TRUE(asked());
    AdviseLink link{*talk, "count"_item};
    const QString found = QString::fromStdString(fresh.directory() / "open");
    std::array<char *, 4> arguments{const_cast<char *>("sh"), const_cast<char *>("-c"),
                                    const_cast<char *>("ls -l /proc/$$/fd > \"$FOUND\""), nullptr};
    qputenv("FOUND", QFile::encodeName(found));
    int failed = 0;

    for (int number = 0; number < 20; ++number) {
        for (int update = 0; update < 50; ++update) {
            data.setItem("count"_item, QString::number(1000 * number + update));
            session.process();
        }
        pid_t child = -1;
        int status = -1;
        ASSERT_EQ(posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments.data(), environ), 0);
        session.process();
        waitpid(child, &status, 0);
        failed += status == 0 ? 0 : 1;
    }
    qunsetenv("FOUND");
    std::ifstream file{found.toStdString()};
    const std::string open{std::istreambuf_iterator<char>{file}, {}};

    EXPECT_EQ(failed, 0);
    EXPECT_FALSE(open.empty());
    for (const char *ours : {"memfd:", "anon_inode", "/log.", "tellwire/1"})
        EXPECT_THAT(open, testing::Not(testing::HasSubstr(ours)));
    EXPECT_TRUE(stillWorks());
}

TEST_F(AForkedProgram, IsNotHarmedByVfork)
{
    ASSERT_TRUE(asked());
    AdviseLink link{*talk, "count"_item};
    const Heard heard{link};

    for (int number = 0; number < 200; ++number) {
        data.setItem("count"_item, QString::number(number));
        vforkAndForget();
        session.process();
    }

    EXPECT_TRUE(eventually([&] { return heard.hasHeard("199"); }, serveSessions));
    EXPECT_TRUE(stillWorks());
}

} // namespace tellwire::test
