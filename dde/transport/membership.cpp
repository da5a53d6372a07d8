// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/membership.h"

#include "dde/transport/janitor.h"
#include "dde/transport/listener.h"
#include "dde/transport/logging.h"
#include "dde/transport/seat.h"
#include "dde/transport/step.h"

namespace tellwire::transport {

namespace {

using namespace std::chrono_literals;

/// It may have come after a program that does not follow the log has read it.
bool isKnown(SessionLog &log, PeerId peer)
{
    (void)log.replay(); // If it fails, what was read before still holds.
    return log.state().find(peerKey(peer)) != nullptr;
}

} // namespace

Membership::Membership(Seat &seat) : m_seat(seat) {}

Membership::~Membership() = default;

void Membership::leave()
{
    m_declared.clear();
    if (!m_listener || m_seat.isDead())
        return;
    step("leave.begun");
    m_listener.reset();
    step("leave.socket.removed");
    if (const Result<void> told = m_seat.log().change(LogChange::leave(m_seat.id())); !told)
        qCInfo(logTransport) << "leave the session:" << told.error().detail;
    step("leave.appended");
}

Result<void> Membership::enter()
{
    if (m_seat.isDead())
        return Error{ErrorCode::Closed,
                     QStringLiteral("publish in session %1: this process was forked from the one that "
                                    "joined; join again in the new one")
                         .arg(m_seat.name())};
    if (m_listener)
        return {};
    Result<std::unique_ptr<Listener>> listener = Listener::open(m_seat);
    if (!listener)
        return listener.error();
    m_listener = std::move(listener).value();
    const LogChange joined = joining(m_seat.id());
    if (const Result<void> declared = declare(joined); !declared) {
        m_listener.reset();
        return declared;
    }
    step("join.appended");
    m_seat.followIfAsleep();
    tidyUp(m_seat);
    return {};
}

Result<void> Membership::declare(const LogChange &change)
{
    if (const Result<void> entered = enter(); !entered)
        return entered;
    if (const Result<void> written = m_seat.log().change(change); !written)
        return written;
    m_declared.insert(change.key, change);
    return {};
}

Result<void> Membership::retract(const QByteArray &key)
{
    if (m_declared.remove(key) == 0 || m_seat.isDead())
        return {};
    return m_seat.log().change({.operation = LogOperation::Drop, .key = key});
}

void Membership::onRecord(const LogRecord &record)
{
    const bool isAboutUs =
        record.leavingPeer() == m_seat.id() || record.operation == LogOperation::Generation;
    if (!isAboutUs || m_declared.isEmpty() || m_isDeclaring)
        return;
    m_isDeclaring = true;
    m_seat.reactor().post([this] { declareAgain(); });
}

void Membership::declareAgain()
{
    m_isDeclaring = false;
    if (!m_listener)
        return;
    if (!m_listener->isNamed())
        return enterAgain(); // The session's directory was damaged: who wants this program takes it for dead.
    qCInfo(logTransport) << "the session has forgotten this program; declaring again what it offers";
    if (const Result<void> written = m_seat.log().change(m_declared.values()); !written)
        qCWarning(logTransport) << "declare again what this program offers:" << written.error().detail;
}

void Membership::enterAgain()
{
    if (!m_listener)
        return;
    m_listener.reset();
    Result<std::unique_ptr<Listener>> listener =
        m_seat.directory().makeFolders(m_seat.system()).and_then([this] { return Listener::open(m_seat); });
    if (!listener) {
        qCWarning(logTransport) << "be reachable again:" << listener.error().detail;
        return;
    }
    m_listener = std::move(listener).value();
    declareAgain();
}

bool Membership::isAlive(PeerId peer)
{
    const Result<FileDescriptor> socket = connectToPeer(m_seat.system(), m_seat.directory(), peer);
    if (socket || socket.error().code != ErrorCode::PeerGone)
        return true;
    step("death.found");
    removeSocketOf(m_seat.directory(), peer);
    step("death.socket.removed");
    if (isKnown(m_seat.log(), peer))
        if (const Result<void> told = m_seat.log().change(LogChange::leave(peer)); !told)
            qCWarning(logTransport) << "record that a program has ended:" << told.error().detail;
    step("death.appended");
    return false;
}

void Membership::suspect(PeerId peer) { checkLater(peer, 0); }

/// A dying program closes one descriptor after the other, so its listening socket may outlive its channel a
/// little.
void Membership::checkLater(PeerId peer, int attempt)
{
    constexpr int attempts = 3;
    if (attempt >= attempts || !isKnown(m_seat.log(), peer))
        return;
    m_seat.reactor().after(10ms * (1 << (3 * attempt)), [this, peer, attempt] {
        if (isAlive(peer))
            checkLater(peer, attempt + 1);
    });
}

void Membership::showLife(int socket)
{
    if (m_listener)
        m_listener->showLife(socket);
}

void Membership::abandon()
{
    if (m_listener)
        m_listener->abandon();
}

} // namespace tellwire::transport
