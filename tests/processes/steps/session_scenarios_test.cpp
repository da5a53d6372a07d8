// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "conversations/service_browser.h"
#include "dde/transport/listener.h"
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"
#include "tests/processes/steps/walk.h"

#include <QDir>
#include <QFile>

#include <sys/socket.h>
#include <sys/un.h>

namespace tellwire::test {

namespace {

/// A name as programs have it that are long dead.
QByteArray nameOfTheDead(const char *before, const char *behind)
{
    return QByteArray{before} + "00000000000000dd" + behind;
}

void makeFile(const QString &path)
{
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
}

/// A socket that nobody listens at any more.
void makeDeadSocket(const transport::SessionDirectory &directory)
{
    const QByteArray path = directory.socketPath("peers", nameOfTheDead("", ".sock"));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
    const transport::FileDescriptor socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
}

bool isInTheLog(transport::Seat &seat, quint64 peer)
{
    EXPECT_TRUE(seat.log().replay());
    return seat.log().state().find(transport::peerKey(peer)) != nullptr;
}

/// Another program offers something, and looks whether the walker is alive.
class SessionScenario : public Scenario
{
public:
    void meet() override
    {
        m_session.emplace(Session::join().value());
        m_service = std::make_unique<Service>(*m_session, "Other"_service);
        EXPECT_TRUE(m_service->publish());
    }

    void goOn(const Ledger &) override
    {
        const Session newcomer = Session::join().value();
        Service another{newcomer, "Another"_service};
        EXPECT_TRUE(another.publish());
        Conversation talk{newcomer, "Other"_service, "System"_topic};
        EXPECT_TRUE(eventually([&] { return talk.state() == Conversation::State::Open; }, serveSessions));
    }

    void settle(const Ledger &ledger) override
    {
        if (ledger.peer == 0)
            return;
        EXPECT_TRUE(eventually([&] { return !m_session->seat().isAlive(ledger.peer); }, serveSessions));
        EXPECT_FALSE(isInTheLog(m_session->seat(), ledger.peer));
    }

protected:
    transport::Seat &others() { return m_session->seat(); }

private:
    std::optional<Session> m_session;
    std::unique_ptr<Service> m_service;
};

/// Offers something itself, and leaves in order.
class JoiningAndLeaving : public SessionScenario
{
public:
    bool walk(Ledger &ledger) override
    {
        std::optional<Session> session = Session::join().value();
        ledger.peer = session->seat().id();
        auto service = std::make_unique<Service>(*session, "Walker"_service);
        const bool isPublished = service->publish().has_value();
        session->wait(1ms);
        service.reset();
        session.reset();
        return isPublished;
    }
};
TELLWIRE_SCENARIO(JoiningAndLeaving)

/// Comes to a session in which others have died, and tidies up after them.
class TidyingUp : public SessionScenario
{
public:
    void meet() override
    {
        SessionScenario::meet();
        const QString path = others().directory().path();
        makeDeadSocket(others().directory());
        makeFile(path + QStringLiteral("/tmp/") + QString::fromLatin1(nameOfTheDead("log.", "")));
        makeFile(path + QStringLiteral("/tmp/") + QString::fromLatin1(nameOfTheDead("", ".sock")));
        EXPECT_TRUE(others().log().change({.operation = transport::LogOperation::Put,
                                           .key = transport::peerKey(deadPeer),
                                           .body = "{}",
                                           .bound = false}));
    }

    bool walk(Ledger &ledger) override
    {
        const Session session = Session::join().value();
        ledger.peer = session.seat().id();
        return session.seat().listen().has_value() && !session.seat().isAlive(deadPeer);
    }

private:
    static constexpr quint64 deadPeer = 0xDEAD;
};
TELLWIRE_SCENARIO(TidyingUp)

} // namespace

} // namespace tellwire::test
