// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/hostile_program.h"
#include "tests/dde/transport/seat_test_support.h"
#include "tests/support/peer.h"

#include "dde/transport/listener.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// Thousands of short connections with a program that breaks the rules, in both directions, while an honest
// one is served. More of them: TELLWIRE_HOSTILE_SESSIONS=100000; others: TELLWIRE_HOSTILE_SEED=2.

namespace {

using namespace tellwire;
using namespace tellwire::transport;

std::uint64_t fromEnvironment(const char *variable, std::uint64_t otherwise)
{
    bool isNumber = false;
    const qulonglong number = qEnvironmentVariable(variable).toULongLong(&isNumber);
    return isNumber ? number : otherwise;
}

std::uint64_t sessionCount() { return fromEnvironment("TELLWIRE_HOSTILE_SESSIONS", 1'000); }
std::uint64_t firstSeed() { return fromEnvironment("TELLWIRE_HOSTILE_SEED", 1) << 32; }

long descriptorsInUse()
{
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return std::distance(begin(all), end(all));
}

/// Of other programs' memory, or our own.
long mappingsOfMemoryFiles()
{
    std::ifstream maps{"/proc/self/maps"};
    std::string line;
    long count = 0;
    while (std::getline(maps, line))
        count += line.find("/memfd:") != std::string::npos ? 1 : 0;
    return count;
}

/// Counts what the library warns of, instead of printing it.
class Warnings
{
public:
    Warnings() : m_before(qInstallMessageHandler(&Warnings::count)) { counted = 0; }
    ~Warnings() { qInstallMessageHandler(m_before); }
    Warnings(const Warnings &) = delete;
    Warnings &operator=(const Warnings &) = delete;

    static long number() { return counted; }

private:
    static void count(QtMsgType type, const QMessageLogContext & /*context*/, const QString & /*text*/)
    {
        counted += type == QtWarningMsg ? 1 : 0;
    }

    static inline std::atomic<long> counted = 0;
    QtMessageHandler m_before;
};

/// In a block, whose memory is counted.
qsizetype lengthOfAnswer(std::uint32_t question) { return inlineLength + 1 + qsizetype{question % 7} * 50; }

/// The victim answers each message; an honest program asks it now and then.
class AVictimOfThousands : public testing::Test
{
protected:
    AVictimOfThousands()
    {
        EXPECT_TRUE(victim->listen());
        honest->startToWatchLog(); // Now, or it would count as left behind.
        atVictim = &victim->handler<Recorder>();
        atVictim->use = [this](const std::shared_ptr<Channel> &from, const Message &message) {
            if (victim->channels().size() < 100) [[maybe_unused]]
                const Result<void> sent = from->send(
                    {.type = 0x11, .id = message.id, .payload = QByteArray(lengthOfAnswer(message.id), 'x')});
        };
        // So that its memory has grown before it is counted.
        EXPECT_TRUE(victim->arena().store({}, {}, QByteArray(20'000, 'x')));
        EXPECT_TRUE(isServed());
        descriptors = descriptorsInUse();
        mappings = mappingsOfMemoryFiles();
    }

    bool isServed()
    {
        Recorder &atHonest = honest->handler<Recorder>();
        atHonest.messages.clear();
        ++question;
        return honest->channelTo(victim->id())->send({.type = 0x10, .id = question}) && served([&] {
                   return !atHonest.messages.empty() && atHonest.messages.back().id == question;
               }) &&
               atHonest.messages.back().payload.size() == lengthOfAnswer(question) && atHonest.closed.empty();
    }

    /// Lets it do its worst, with the victim looking now and then, and go.
    void undergo(std::unique_ptr<HostileProgram> program, std::uint64_t number)
    {
        program->greet();
        for (std::uint64_t deeds = 1 + number % 12; deeds > 0; --deeds) {
            if (number % 5 == deeds % 5)
                victim->process();
            program->misbehave();
        }
        victim->process();
    }

    /// Every connection has ended, with a reason, and left nothing behind.
    void expectNothingLeft(std::size_t sessions)
    {
        EXPECT_TRUE(served([&] { return atVictim->closed.size() >= sessions; }));
        EXPECT_EQ(atVictim->closed.size(), sessions);
        const auto harmless = std::ranges::count_if(atVictim->closed, [](const Error &reason) {
            return reason.code == ErrorCode::PeerGone || reason.code == ErrorCode::Busy; // It said so itself.
        });
        EXPECT_GE(warnings.number(), static_cast<long>(sessions) - harmless);
        EXPECT_TRUE(isServed());
        EXPECT_LE(descriptorsInUse(), descriptors);
        EXPECT_EQ(mappingsOfMemoryFiles(), mappings);
        std::cout << sessions << " sessions: " << static_cast<long>(sessions) - harmless << " violations, "
                  << harmless << " harmless\n";
    }

    test::FreshSession session;
    Warnings warnings;
    std::shared_ptr<Seat> victim = joined();
    std::shared_ptr<Seat> honest = joined();
    Recorder *atVictim = nullptr;
    std::uint32_t question = 0;
    long descriptors = 0;
    long mappings = 0;
};

} // namespace

TEST_F(AVictimOfThousands, ServesOnWhileClientsBreakTheRules)
{
    for (std::uint64_t number = 0; number < sessionCount(); ++number) {
        undergo(std::make_unique<HostileProgram>(
                    connectToPeer(victim->system(), victim->directory(), victim->id()).value(),
                    0xBAD0 + number, firstSeed() + number),
                number);
        ASSERT_TRUE(number % 50 != 0 || isServed()) << "after session " << number;
    }

    expectNothingLeft(sessionCount());
}

TEST_F(AVictimOfThousands, ServesOnWhileStrangersIntroduceThemselvesOddly)
{
    for (std::uint64_t number = 0; number < sessionCount(); ++number) {
        HostileProgram program{connectToPeer(victim->system(), victim->directory(), victim->id()).value(),
                               0xBAD0 + number, firstSeed() + number};
        program.greetOddly();
        victim->process();
        program.misbehave();
        ASSERT_TRUE(number % 50 != 0 || isServed()) << "after session " << number;
    }

    expectNothingLeft(sessionCount());
}

namespace {

/// Where a hostile program waits to be connected to.
class HostileDoor
{
public:
    HostileDoor(const SessionDirectory &directory, PeerId peer)
        : m_directory(directory),
          m_peer(peer),
          m_socket(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    {
        const QByteArray path = directory.socketPath("peers", peerName(peer));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
        EXPECT_EQ(bind(m_socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
        EXPECT_EQ(listen(m_socket.get(), 10), 0);
    }
    ~HostileDoor() { removeSocketOf(m_directory, m_peer); }
    HostileDoor(const HostileDoor &) = delete;
    HostileDoor &operator=(const HostileDoor &) = delete;

    FileDescriptor accept() const
    {
        return FileDescriptor{accept4(m_socket.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    }

private:
    const SessionDirectory &m_directory;
    PeerId m_peer;
    FileDescriptor m_socket;
};

} // namespace

TEST_F(AVictimOfThousands, ServesOnWhileServersBreakTheRules)
{
    for (std::uint64_t number = 0; number < sessionCount(); ++number) {
        const PeerId peer = 0xBAD0 + number;
        const HostileDoor door{victim->directory(), peer};
        ASSERT_TRUE(victim->channelTo(peer)->send({.type = 0x10, .payload = QByteArray(100, 'x')}));
        undergo(std::make_unique<HostileProgram>(door.accept(), number % 20 == 0 ? 0xBAD : peer,
                                                 firstSeed() + number),
                number);
        ASSERT_TRUE(number % 50 != 0 || isServed()) << "after session " << number;
    }

    expectNothingLeft(sessionCount());
}

TEST_F(AVictimOfThousands, TakesANewcomerInWhileManyConnectAndSayNothing)
{
    std::vector<FileDescriptor> silent;
    for (int count = 0; count < 200; ++count)
        silent.push_back(connectToPeer(victim->system(), victim->directory(), victim->id()).value());
    honest = joined();

    EXPECT_TRUE(isServed());

    silent.clear();
    expectNothingLeft(201); // With the honest one from before.
}

/// Argument: the number of its victim, and how often.
TELLWIRE_PEER(ScribblingProgram)
{
    const PeerId victim = std::stoull(test::peerArguments().at(0));
    const std::uint64_t sessions = std::stoull(test::peerArguments().at(1));
    const SessionDirectory directory = SessionDirectory::openOrCreate(QStringLiteral("test")).value();
    test::peerIsReady();
    for (std::uint64_t session = 0; session < sessions; ++session) {
        Result<FileDescriptor> socket = connectToPeer(realSystemCalls(), directory, victim);
        if (!socket)
            return 1;
        HostileProgram program{std::move(socket).value(), 0xBAD0 + session, firstSeed() + session};
        program.greet();
        for (int deeds = 0; deeds < 300; ++deeds)
            program.misbehave();
    }
    return 0;
}

TEST_F(AVictimOfThousands, ServesOnBesideAProcessThatScribblesAllTheTime)
{
    const std::uint64_t sessions = sessionCount() / 4;
    std::optional<test::Peer> scribbler;
    scribbler.emplace("ScribblingProgram",
                      std::vector{std::to_string(victim->id()), std::to_string(sessions)});

    bool isServedMeanwhile = true;
    while (atVictim->closed.size() < sessions && isServedMeanwhile)
        isServedMeanwhile = isServed();

    EXPECT_TRUE(isServedMeanwhile);
    EXPECT_EQ(scribbler->waitForExit(), 0);
    scribbler.reset();
    expectNothingLeft(sessions);
}
