// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/session.h"

#include "dde/transport/seat.h"

namespace tellwire {

Result<Session> Session::join(const QString &name)
{
    Result<std::shared_ptr<transport::Seat>> seat = transport::Seat::join(name);
    if (!seat)
        return seat.error();
    return Session{std::move(seat).value()};
}

QString Session::name() const { return m_seat->name(); }
int Session::fd() const { return m_seat->fd(); }
void Session::process() { m_seat->process(); }
void Session::spin() { m_seat->spin(); }
bool Session::wait(std::chrono::milliseconds limit) { return m_seat->wait(limit); }
FormatNames &Session::formatNames() const { return m_seat->formatNames(); }

} // namespace tellwire
