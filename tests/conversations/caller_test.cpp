// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"
#include "tests/support/policy_file.h"

#include <gmock/gmock.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

// Who asks, as a service is told, with programs that are really others.

namespace tellwire::test {
namespace {

constexpr gid_t otherGroup = 4242;

std::string nameOf(const Result<void> &outcome)
{
    return outcome ? "done" : errorName(outcome.error().code).toStdString();
}

/// Does everything that a service can be asked for, and says what came of the poke and the command.
int askForEverything(const Session &session)
{
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    const Result<Update> price = waitFor(talk.request("ZAXX"_item), 5s);
    const Result<void> poked = waitFor(talk.poke("ZAXX"_item, QStringLiteral("13")), 5s);
    const Result<void> commanded = waitFor(talk.execute(QStringLiteral("[Sell]")), 5s);
    sayToTest((price ? "done " : "failed ") + nameOf(poked) + ' ' + nameOf(commanded));
    (void)hearFromTest();
    return 0;
}

// Takes another group, if it may.
TELLWIRE_PEER(Asker)
{
    const bool hasChanged = geteuid() == 0 && setgid(otherGroup) == 0;
    static_cast<void>(hasChanged);
    peerIsReady();
    return askForEverything(Session::join().value());
}

// Shuts itself up in a directory that has what a flatpak finds in its root; see there in man
// flatpak-metadata.
TELLWIRE_PEER(ConfinedAsker)
{
    const Session session = Session::join().value();
    const std::string root = peerArguments().at(0);
    const bool isShutUp = unshare(CLONE_NEWNS) == 0 &&
                          mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                          mount("/proc", (root + "/proc").c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0 &&
                          chroot(root.c_str()) == 0 && chdir("/") == 0;
    peerIsReady();
    if (!isShutUp) {
        sayToTest("cannot");
        return 0;
    }
    return askForEverything(session);
}

/// A service that notes who asks it.
struct NotingService
{
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    std::vector<Caller> callers;

    NotingService()
    {
        nyse.provideItem("ZAXX"_item, {Format::text()}, [this](const Format &) {
            callers.push_back(nyse.caller());
            return Result<Payload>{Payload::of(QStringLiteral("12.50"))};
        });
        nyse.onPoke([this](const ItemName &, const Payload &) -> Result<void> {
            callers.push_back(nyse.caller());
            return {};
        });
        nyse.onExecute([this](const QString &) -> Result<void> {
            callers.push_back(nyse.caller());
            return {};
        });
        QObject::connect(&quotes, &Service::clientConnected,
                         [this](const TopicName &, const Caller &client) { callers.push_back(client); });
        EXPECT_TRUE(quotes.publish());
    }

    /// What the peer says it met with.
    std::string heardFrom(const Peer &peer)
    {
        std::optional<std::string> said;
        EXPECT_TRUE(eventually([&] { return (said = peer.hear(1ms)).has_value(); }, serveSessions));
        return said.value_or("nothing");
    }
};

TEST(ACaller, IsKnownToEveryHandler)
{
    const FreshSession fresh;
    NotingService service;
    const Peer asker{"Asker"};

    EXPECT_EQ(service.heardFrom(asker), "done done done");

    ASSERT_EQ(service.callers.size(), 4U) << "connect, request, poke, execute";
    const QString executable = QFile::symLinkTarget(QStringLiteral("/proc/self/exe"));
    for (const Caller &caller : service.callers) {
        EXPECT_EQ(caller.pid, asker.processId());
        EXPECT_EQ(caller.uid, geteuid());
        EXPECT_EQ(caller.gid, geteuid() == 0 ? otherGroup : getegid());
        EXPECT_EQ(caller.executable, executable);
        EXPECT_EQ(caller.program, QFileInfo(executable).fileName());
        EXPECT_EQ(caller, service.callers.front());
    }
}

/// The root of a flatpak.
struct FlatpakRoot
{
    QTemporaryDir root;

    FlatpakRoot()
    {
        EXPECT_TRUE(QDir{root.path()}.mkdir(QStringLiteral("proc")));
        QFile info{root.filePath(QStringLiteral(".flatpak-info"))};
        EXPECT_TRUE(info.open(QIODevice::WriteOnly) &&
                    info.write("[Application]\nname=org.example.Meter\n") > 0);
    }
};

TEST(AConfinedCaller, MayLookButNotTouchIfNothingElseIsSaid)
{
    const FreshSession fresh;
    const FlatpakRoot flatpak;
    NotingService service;
    testing::internal::CaptureStderr();
    const Peer asker{"ConfinedAsker", {flatpak.root.path().toStdString()}};

    const std::string heard = service.heardFrom(asker);

    const std::string said = testing::internal::GetCapturedStderr();
    if (heard == "cannot")
        GTEST_SKIP() << "this process may not make mounts of its own";
    EXPECT_EQ(heard, "done AccessDenied AccessDenied");
    EXPECT_THAT(said, testing::HasSubstr("confined by flatpak:org.example.Meter): no rule allows it to a "
                                         "confined program"));
    ASSERT_EQ(service.callers.size(), 2U) << "connect, request";
    EXPECT_EQ(service.callers.front().sandbox, QStringLiteral("flatpak:org.example.Meter"));
}

TEST(AConfinedCaller, MayTouchWhatARuleAllows)
{
    const FreshSession fresh;
    const FlatpakRoot flatpak;
    const PolicyFile policy{R"({"rules": [{"sandbox": "flatpak:org.example.*", "allow": ["poke"]}]})"};
    NotingService service;
    testing::internal::CaptureStderr();
    const Peer asker{"ConfinedAsker", {flatpak.root.path().toStdString()}};

    const std::string heard = service.heardFrom(asker);

    testing::internal::GetCapturedStderr();
    if (heard == "cannot")
        GTEST_SKIP() << "this process may not make mounts of its own";
    EXPECT_EQ(heard, "done done AccessDenied");
}

} // namespace
} // namespace tellwire::test
