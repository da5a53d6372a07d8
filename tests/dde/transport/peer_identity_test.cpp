// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/peer_identity.h"

#include "dde/transport/file_descriptor.h"
#include "tests/support/eventually.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include <csignal>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace tellwire;
using namespace tellwire::transport;

TEST(AnIdentity, IsThatOfTheProcessOnTheOtherSide)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    const FileDescriptor here{ends[0]};
    const FileDescriptor there{ends[1]};

    const Result<PeerIdentity> identity = identityOf(here.get());

    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->pid, getpid());
    EXPECT_EQ(identity->uid, geteuid());
    EXPECT_EQ(identity->executable, QFile::symLinkTarget(QStringLiteral("/proc/self/exe")));
    EXPECT_EQ(identity->program, QFileInfo(identity->executable).fileName());
    EXPECT_TRUE(belongsToOwnUser(here.get()));
}

TEST(AnIdentity, NamesTheProgramThatRunsNowNotTheOneThatConnected)
{
    const QTemporaryDir directory;
    const QByteArray path = directory.filePath(QStringLiteral("socket")).toUtf8();
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    const auto *place = reinterpret_cast<const sockaddr *>(&address);
    const FileDescriptor listening{socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
    ASSERT_EQ(bind(listening.get(), place, sizeof address) + listen(listening.get(), 1), 0);
    const pid_t child = fork();
    if (child == 0) {
        const int inherited = socket(AF_UNIX, SOCK_SEQPACKET, 0);
        if (connect(inherited, place, sizeof address) == 0)
            execlp("sleep", "sleep", "1000", nullptr);
        _exit(1);
    }
    const FileDescriptor accepted{accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)};

    const bool isSleep = test::eventually([&] {
        const Result<PeerIdentity> identity = identityOf(accepted.get());
        return identity && identity->pid == child && identity->program == QStringLiteral("sleep");
    });

    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_TRUE(isSleep);
}

TEST(AnIdentity, IsRefusedWithoutAProcess)
{
    const Result<PeerIdentity> identity = identityOf(-1);

    ASSERT_FALSE(identity);
    EXPECT_EQ(identity.error().code, ErrorCode::AccessDenied);
    EXPECT_FALSE(belongsToOwnUser(-1));
}

TEST(AFlatpak, IsKnownByTheNameOfItsApplication)
{
    const QByteArray info =
        "[Instance]\ninstance-id=77\n\n[Application]\nname=org.example.App-1_2\nruntime=x\n";

    EXPECT_EQ(flatpakApplication(info), QStringLiteral("org.example.App-1_2"));
}

TEST(AFlatpak, IsKnownByItsInstanceIfItRunsNoApplication)
{
    EXPECT_EQ(flatpakApplication("[Runtime]\nname=org.example.Platform\n[Instance]\ninstance-id=77\n"),
              QStringLiteral("77"));
}

TEST(AFlatpak, IsNotKnownByANameThatNoneHas)
{
    EXPECT_EQ(flatpakApplication(""), QString{});
    EXPECT_EQ(flatpakApplication("name=org.example.App"), QString{});
    EXPECT_EQ(flatpakApplication("[Application]\nname=\n"), QString{});
    EXPECT_EQ(flatpakApplication("[Application]\nname=../etc/passwd\n"), QString{});
    EXPECT_EQ(flatpakApplication("[Application]\nname=a b\n"), QString{});
    EXPECT_EQ(flatpakApplication("[Application]\nname=" + QByteArray(300, 'x') + '\n'), QString{});
    EXPECT_EQ(flatpakApplication("[Application]\nname=\xFF\xFE\n"), QString{});
}

TEST(ASecurityLabel, TellsWhatConfinesAProgram)
{
    const QByteArray ended("snap.calculator.calculator (enforce)\n\0junk", 42);

    EXPECT_EQ(confinement(ended), QStringLiteral("snap.calculator.calculator (enforce)"));
    EXPECT_EQ(confinement("system_u:system_r:httpd_t:s0"), QStringLiteral("system_u:system_r:httpd_t:s0"));
}

TEST(ASecurityLabel, TellsNothingOfAProgramThatIsFree)
{
    EXPECT_EQ(confinement(""), QString{});
    EXPECT_EQ(confinement(QByteArray("unconfined\n\0", 12)), QString{});
    EXPECT_EQ(confinement("code (unconfined)\n"), QString{});
    EXPECT_EQ(confinement("/usr/bin/evince (complain)"), QString{});
    EXPECT_EQ(confinement("unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023"), QString{});
}

} // namespace
