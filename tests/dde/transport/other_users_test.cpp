// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/arena.h"
#include "dde/transport/handshake.h"
#include "dde/transport/listener.h"
#include "dde/transport/outbox.h"
#include "dde/transport/packet_socket.h"
#include "tests/dde/transport/seat_test_support.h"
#include "tests/support/another_user.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

// What keeps other users out of a session, and what still does if its directory is opened to them by mistake.

namespace tellwire::transport {
namespace {

using test::AnotherUser;
using test::anotherUser;

constexpr int patienceInMilliseconds = 10'000;
constexpr mode_t openToAll = 0777;

sockaddr_un addressAt(const QByteArray &path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
    return address;
}

template <typename Call>
int tryAt(Call call, const FileDescriptor &socket, const QByteArray &path)
{
    const sockaddr_un address = addressAt(path);
    return call(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address);
}

FileDescriptor newSocket() { return FileDescriptor{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)}; }

/// A program that can be reached.
class OtherUsers : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!test::canBecomeAnotherUser())
            GTEST_SKIP() << "only the superuser can become another user";
        ASSERT_TRUE(program->listen());
    }

    QByteArray pathOfSocket() const
    {
        return program->directory().path().toUtf8() + "/peers/" + peerName(program->id());
    }

    /// As a careless hand does, or a backup that was restored.
    void openEverything() const
    {
        QByteArray path = QByteArray::fromStdString(session.directory().string());
        ASSERT_EQ(::chmod(path.constData(), S_ISVTX | openToAll), 0);
        for (const QString &level : {QStringLiteral("tellwire"), QStringLiteral("1"), QStringLiteral("test"),
                                     QStringLiteral("peers")}) {
            path += '/' + level.toUtf8();
            ASSERT_EQ(::chmod(path.constData(), openToAll), 0);
        }
        ASSERT_EQ(::chmod(pathOfSocket().constData(), openToAll), 0);
    }

    test::FreshSession session;
    std::shared_ptr<Seat> program = joined();
    Recorder *heard = &program->handler<Recorder>();
};

TEST_F(OtherUsers, CanNeitherEnterNorReadNorWriteNorConnect)
{
    const QByteArray directory = program->directory().path().toUtf8();

    AnotherUser stranger{[&] {
        const bool cannotEnter = ::open(directory.constData(), O_RDONLY | O_DIRECTORY) < 0 && errno == EACCES;
        const bool cannotRead = ::open((directory + "/log.1").constData(), O_RDONLY) < 0 && errno == EACCES;
        const bool cannotWrite =
            ::open((directory + "/new").constData(), O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES;
        const FileDescriptor socket = newSocket();
        const bool cannotConnect = tryAt(::connect, socket, pathOfSocket()) != 0 && errno == EACCES;
        return cannotEnter && cannotRead && cannotWrite && cannotConnect;
    }};

    EXPECT_TRUE(stranger.succeeds());
}

TEST_F(OtherUsers, CannotUseADirectoryThatTheyWereHanded)
{
    const int handed = ::dup(program->directory().descriptor());
    AnotherUser stranger{[&] {
        const bool cannotRead = ::openat(handed, "log.1", O_RDONLY) < 0 && errno == EACCES;
        const bool cannotWrite = ::openat(handed, "tmp/new", O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES;
        const QByteArray path =
            "/proc/self/fd/" + QByteArray::number(handed) + "/peers/" + peerName(program->id());
        const FileDescriptor socket = newSocket();
        const bool cannotConnect = tryAt(::connect, socket, path) != 0 && errno == EACCES;
        return cannotRead && cannotWrite && cannotConnect;
    }};

    EXPECT_TRUE(stranger.succeeds());
}

TEST_F(OtherUsers, CannotConnectThoughTheDirectoryWasOpened)
{
    const auto second = joined();
    openEverything();
    const mode_t before = ::umask(0); // Which would leave a name open to all.
    ASSERT_TRUE(second->listen());
    ::umask(before);
    const QByteArray path = program->directory().path().toUtf8() + "/peers/" + peerName(second->id());

    AnotherUser stranger{[&] {
        const FileDescriptor socket = newSocket();
        return tryAt(::connect, socket, path) != 0 && errno == EACCES;
    }};

    EXPECT_TRUE(stranger.succeeds());
}

TEST_F(OtherUsers, AreNotServedEvenIfTheyReachTheSocket)
{
    openEverything();

    AnotherUser stranger{[&] {
        SystemCalls &system = realSystemCalls();
        const FileDescriptor socket = newSocket();
        Arena arena{system, std::uint64_t{1} << 20};
        const auto outbox = Outbox::create(system, std::uint64_t{1} << 20);
        const OwnBell bell = OwnBell::make(system);
        const bool isReady = tryAt(::connect, socket, pathOfSocket()) == 0 && arena.open() && outbox;
        const OwnGreeting greeting{77, (*outbox)->lane().descriptor(), arena.descriptor(0),
                                   bell.handedOver.get()};
        if (!isReady || !sendHello(system, socket.get(), greeting))
            return false;
        std::array<char, 256> answer{};
        pollfd waiting{socket.get(), POLLIN, 0};
        const bool hasEnded = ::poll(&waiting, 1, patienceInMilliseconds) == 1;
        return hasEnded && ::recv(socket.get(), answer.data(), answer.size(), 0) <= 0;
    }};

    EXPECT_TRUE(stranger.succeeds([](auto atMost) { waitForSessions(atMost); }));
    EXPECT_TRUE(heard->messages.empty());
}

TEST_F(OtherUsers, AreHandedNothingIfTheyListenInAProgramsPlace)
{
    openEverything();
    const PeerId absent = 0xABCD;
    const QByteArray place = program->directory().path().toUtf8() + "/peers/" + peerName(absent);
    AnotherUser stranger{[&] {
        const FileDescriptor listening = newSocket();
        if (tryAt(::bind, listening, place) != 0 || ::chmod(place.constData(), openToAll) != 0 ||
            ::listen(listening.get(), 1) != 0)
            return false;
        const FileDescriptor socket{::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        std::array<char, 256> packet{};
        pollfd waiting{socket.get(), POLLIN, 0};
        const bool hasEnded = ::poll(&waiting, 1, patienceInMilliseconds) == 1;
        return hasEnded && ::recv(socket.get(), packet.data(), packet.size(), 0) == 0;
    }};
    Result<FileDescriptor> connected = Error{ErrorCode::PeerGone, {}};

    const bool isThere = served([&] {
        connected = connectToPeer(realSystemCalls(), program->directory(), absent);
        return connected || connected.error().code != ErrorCode::PeerGone;
    });

    ASSERT_TRUE(isThere);
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code, ErrorCode::AccessDenied);
    EXPECT_TRUE(stranger.succeeds());
}

TEST_F(OtherUsers, CannotJoinASessionThatIsNotTheirs)
{
    openEverything();
    const QString base = QString::fromStdString(session.directory().string());

    AnotherUser stranger{[&] {
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("TELLWIRE_DIRECTORY"), base);
        const auto directory = SessionDirectory::openOrCreate(QStringLiteral("test"), environment);
        return !directory && directory.error().code == ErrorCode::AccessDenied;
    }};

    EXPECT_TRUE(stranger.succeeds());
}

/// A directory of temporary files as all users share it, in which somebody was there first.
class ASquattedPlace : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!test::canBecomeAnotherUser())
            GTEST_SKIP() << "only the superuser can become another user";
        ASSERT_EQ(::chmod(temporary.path().toUtf8().constData(), S_ISVTX | openToAll), 0);
    }

    QString place() const { return temporary.path() + QStringLiteral("/tellwire-%1").arg(anotherUser); }

    /// True if the rightful user cannot join, and is told about the place with these words.
    bool isRefusedWith(const QString &words) const
    {
        AnotherUser rightful{[&] {
            QProcessEnvironment environment;
            environment.insert(QStringLiteral("TMPDIR"), temporary.path());
            const auto directory = SessionDirectory::openOrCreate(QStringLiteral("test"), environment);
            return !directory && directory.error().code == ErrorCode::AccessDenied &&
                   directory.error().detail.contains(place()) && directory.error().detail.contains(words);
        }};
        return rightful.succeeds();
    }

    QTemporaryDir temporary;
};

TEST_F(ASquattedPlace, IsRefusedIfItIsAClosedDirectoryOfSomebodyElse)
{
    ASSERT_TRUE(QDir().mkdir(place(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));

    EXPECT_TRUE(isRefusedWith(QStringLiteral("belongs to another user; ask them to remove it, or set "
                                             "TELLWIRE_DIRECTORY")));
}

TEST_F(ASquattedPlace, IsRefusedIfItIsAnOpenDirectoryOfSomebodyElse)
{
    ASSERT_TRUE(QDir().mkdir(place()));
    ASSERT_EQ(::chmod(place().toUtf8().constData(), openToAll), 0);

    EXPECT_TRUE(isRefusedWith(QStringLiteral("belongs to another user")));
}

TEST_F(ASquattedPlace, IsRefusedIfItIsALinkEvenToADirectoryOfOurs)
{
    const QTemporaryDir ours;
    ASSERT_EQ(::chown(ours.path().toUtf8().constData(), anotherUser, anotherUser), 0);
    ASSERT_TRUE(QFile::link(ours.path(), place()));

    EXPECT_TRUE(isRefusedWith(QStringLiteral("is a link or a file, not a directory; remove it")));
}

TEST_F(ASquattedPlace, IsRefusedIfItIsAFile)
{
    QFile file{place()};
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));

    EXPECT_TRUE(isRefusedWith(QStringLiteral("is a link or a file, not a directory; remove it")));
}

} // namespace
} // namespace tellwire::transport
