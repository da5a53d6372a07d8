// SPDX-License-Identifier: Apache-2.0
#include "clipboard/exact/window_handler.h"

#include "clipboard/clipboard_error.h"
#include "dde/transport/logging.h"
#include "dde/transport/membership.h"
#include "dde/transport/seat.h"

namespace tellwire::exact {

using transport::Channel;
using transport::LogEntry;
using transport::LogOperation;
using transport::logTransport;
using transport::Message;

namespace {

QByteArray digits(quint64 number) { return QByteArray::number(number, 16).rightJustified(16, '0'); }

QByteArray prefixOf(const QByteArray &board, quint64 window)
{
    return "clipwindow/" + board + '/' + digits(window) + '/';
}

void endFor(const std::shared_ptr<Channel> &channel, const Error &violation)
{
    qCWarning(logTransport) << "a program broke the rules of the clipboard:" << violation.detail;
    channel->close(violation);
}

} // namespace

WindowHandler &WindowHandler::of(transport::Seat &seat) { return seat.handler<WindowHandler>(); }

Result<void> WindowHandler::add(const QByteArray &board, quint64 window, Receive receive)
{
    const Error taken = clipboardError(ClipboardError::InvalidParameter,
                                       QStringLiteral("make window %1, which is 0 or taken").arg(window));
    if (window == 0 || peerOf(board, window))
        return taken;
    const QByteArray key = prefixOf(board, window) + digits(m_seat.id());
    if (Result<void> declared = m_seat.membership().declare(
            {.operation = LogOperation::Add, .key = key, .body = {}, .bound = true});
        !declared)
        return declared;
    if (peerOf(board, window) != m_seat.id()) { // Somebody was faster.
        (void)m_seat.membership().retract(key);
        return taken;
    }
    m_windows.insert_or_assign(Key{board, window}, std::move(receive));
    return {};
}

void WindowHandler::remove(const QByteArray &board, quint64 window)
{
    if (m_windows.erase(Key{board, window}) == 0 || m_seat.isDead())
        return;
    const QByteArray key = prefixOf(board, window) + digits(m_seat.id());
    if (const Result<void> retracted = m_seat.membership().retract(key); !retracted)
        qCWarning(logTransport) << "take back a window:" << retracted.error().detail;
}

std::optional<quint64> WindowHandler::peerOf(const QByteArray &board, quint64 window) const
{
    if (window == 0 || !m_seat.log().replay())
        return std::nullopt;
    // Asking whether one lives may change the log.
    const QList<LogEntry> entries = m_seat.log().state().withPrefix(prefixOf(board, window));
    for (const LogEntry &entry : entries)
        if (entry.peer == m_seat.id() || (entry.peer != 0 && m_seat.isAlive(entry.peer)))
            return entry.peer;
    return std::nullopt;
}

Reply<void> WindowHandler::tell(quint64 peer, const WindowNotice &notice)
{
    const std::uint32_t transaction = ++m_lastTransaction;
    const Told told{.channel = m_seat.channelTo(peer), .answer = {}};
    m_told.insert_or_assign(transaction, told);
    if (const Result<void> sent = told.channel->send(encodeNotice(transaction, notice)); !sent)
        finish(transaction, sent);
    return told.answer.reply();
}

void WindowHandler::finish(std::uint32_t transaction, const Result<void> &outcome)
{
    const auto found = m_told.find(transaction);
    if (found == m_told.end())
        return;
    const Told told = std::move(found->second);
    m_told.erase(found);
    told.answer.finish(outcome);
}

void WindowHandler::onNotice(const std::shared_ptr<Channel> &from, const Message &message)
{
    const Result<WindowNotice> notice = decodeNotice(message);
    if (!notice)
        return endFor(from, notice.error());
    if (const auto found = m_windows.find(Key{notice->board, notice->window}); found != m_windows.end()) {
        const Receive receive = found->second;
        receive(*notice);
    }
    // If it cannot be said any more, the other side learns of the end by its channel.
    (void)from->send(encodeDone(message.id));
}

void WindowHandler::onMessage(const std::shared_ptr<Channel> &from, Message message)
{
    const bool isForWindow = !from->isClient();
    if (message.type == static_cast<quint8>(WindowMessage::Notice) && isForWindow)
        return onNotice(from, message);
    if (message.type == static_cast<quint8>(WindowMessage::Done) && !isForWindow) {
        const Result<void> done = decodeDone(message);
        const auto found = m_told.find(message.id);
        if (!done)
            endFor(from, done.error());
        else if (found != m_told.end() && found->second.channel == from)
            finish(message.id, done);
        return;
    }
    qCDebug(logTransport) << "skipped a message of unknown type" << message.type;
}

void WindowHandler::onClosed(const std::shared_ptr<Channel> &channel, const Error &reason)
{
    std::vector<std::uint32_t> lost;
    for (const auto &[transaction, told] : m_told)
        if (told.channel == channel)
            lost.push_back(transaction);
    for (const std::uint32_t transaction : lost)
        finish(transaction, reason);
}

} // namespace tellwire::exact
