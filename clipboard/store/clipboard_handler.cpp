// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/clipboard_handler.h"

#include "clipboard/store/transitions.h"
#include "dde/transport/logging.h"
#include "dde/transport/seat.h"
#include "dde/transport/step.h"

#include <QSet>

namespace tellwire::store {

using transport::Channel;
using transport::LogEntry;
using transport::logTransport;
using transport::Message;

namespace {

Error goneSince(const Format &format)
{
    return {ErrorCode::ContentGone,
            QStringLiteral("render %1: something else was put on the board meanwhile").arg(format.name())};
}

void endFor(const std::shared_ptr<Channel> &channel, const Error &violation)
{
    qCWarning(logTransport) << "a program broke the rules of the clipboard:" << violation.detail;
    channel->close(violation);
}

} // namespace

ClipboardHandler::ClipboardHandler(transport::Seat &seat) : m_seat(seat), m_volumes(seat) {}

ClipboardHandler::~ClipboardHandler() = default;

ClipboardHandler &ClipboardHandler::of(transport::Seat &seat) { return seat.handler<ClipboardHandler>(); }

std::shared_ptr<Board> ClipboardHandler::board(const BoardName &name)
{
    std::weak_ptr<Board> &known = m_boards[name.key()];
    if (std::shared_ptr<Board> board = known.lock())
        return board;
    const auto board = std::make_shared<Board>(m_seat, name);
    known = board;
    board->start();
    return board;
}

// Promises of this program

std::shared_ptr<PromiseKeeper> ClipboardHandler::keepPromises(const std::shared_ptr<Board> &board,
                                                              quint64 content, PromiseKeeper::Render render)
{
    auto keeper = std::make_shared<PromiseKeeper>(board, content, std::move(render));
    m_keepers.insert_or_assign(content, keeper);
    return keeper;
}

void ClipboardHandler::dropPromises(quint64 content)
{
    const auto found = m_keepers.find(content);
    if (found == m_keepers.end())
        return;
    const std::shared_ptr<PromiseKeeper> keeper = std::move(found->second);
    m_keepers.erase(found);
    keeper->giveUp();
}

void ClipboardHandler::onRender(const std::shared_ptr<Channel> &from, const Message &message)
{
    transport::step("clipboard.render.wanted");
    const Result<Asking> asked = decodeRender(message);
    if (!asked)
        return endFor(from, asked.error());
    const auto found = m_keepers.find(asked->content);
    if (found == m_keepers.end()) {
        (void)from->send(encodeRefused(message.id, goneSince(asked->format)));
        return;
    }
    const std::shared_ptr<PromiseKeeper> keeper = found->second;
    keeper->render(asked->format)
        .then([weak = std::weak_ptr{from}, id = message.id, asked = *asked,
               board = keeper->board()](const Result<Payload> &outcome) {
            if (const std::shared_ptr<Channel> alive = weak.lock())
                answer(alive, id, *board, asked, outcome);
        });
}

/// What lies in a file need not travel through memory, too.
void ClipboardHandler::answer(const std::shared_ptr<Channel> &to, std::uint32_t transaction,
                              const Board &board, const Asking &asked, const Result<Payload> &outcome)
{
    // What cannot be said any more need not be: the reader learns of the end by its channel.
    if (!outcome) {
        (void)to->send(encodeRefused(transaction, outcome.error()));
        transport::step("clipboard.render.refused");
        return;
    }
    const StoredFormat *stored =
        board.state().content == asked.content ? board.state().find(asked.format) : nullptr;
    const bool isInFile = stored && stored->kind == StoredFormat::Kind::InFile;
    const auto bytes = isInFile ? std::nullopt : std::optional{outcome->bytes()};
    if (const Result<void> sent = to->send(encodeRendered(transaction, bytes)); !sent)
        (void)to->send(encodeRefused(transaction, sent.error()));
    transport::step("clipboard.render.answered");
}

// Promises of others

Reply<Payload> ClipboardHandler::render(const std::shared_ptr<Board> &board, const BoardState &state,
                                        const Format &format, std::chrono::milliseconds timeout)
{
    if (state.owner.peer != m_seat.id())
        return ask(board, state, format, timeout);
    if (const auto found = m_keepers.find(state.content); found != m_keepers.end()) {
        const std::shared_ptr<PromiseKeeper> keeper = found->second;
        return keeper->render(format);
    }
    const ReplyPromise<Payload> promise;
    promise.finish(goneSince(format));
    return promise.reply();
}

Reply<Payload> ClipboardHandler::ask(const std::shared_ptr<Board> &board, const BoardState &state,
                                     const Format &format, std::chrono::milliseconds timeout)
{
    const std::uint32_t transaction = ++m_lastTransaction;
    const std::shared_ptr<Channel> owner = m_seat.channelTo(state.owner.peer);
    const Asked asked{.channel = owner,
                      .board = board,
                      .content = state.content,
                      .format = format,
                      .answer = {},
                      .deadline = m_seat.reactor().after(timeout, [this, transaction, timeout] {
                          finish(transaction, waitedInVain(timeout));
                      })};
    m_asked.insert_or_assign(transaction, asked);
    if (const Result<void> sent = owner->send(encodeRender(transaction, {state.content, format})); !sent)
        finish(transaction, sent.error());
    transport::step("clipboard.render.asked");
    return asked.answer.reply();
}

void ClipboardHandler::finish(std::uint32_t transaction, const Result<Payload> &outcome)
{
    const auto found = m_asked.find(transaction);
    if (found == m_asked.end())
        return;
    const Asked asked = std::move(found->second);
    m_asked.erase(found);
    m_seat.reactor().cancel(asked.deadline);
    asked.answer.finish(outcome);
}

void ClipboardHandler::onRendered(const std::shared_ptr<Channel> &from, const Message &message)
{
    const auto found = m_asked.find(message.id);
    if (found == m_asked.end() || found->second.channel != from)
        return; // It was given up.
    const bool isRefusal = message.type == static_cast<quint8>(RenderMessage::Refused);
    if (Error reason{ErrorCode::Refused, {}}; isRefusal) {
        const Result<void> decoded = decodeRefused(message, reason);
        return decoded ? finish(message.id, reason) : endFor(from, decoded.error());
    }
    const Result<std::optional<QByteArray>> bytes = decodeRendered(message);
    if (!bytes)
        return endFor(from, bytes.error());
    finish(message.id,
           *bytes ? Result<Payload>{Payload{found->second.format, **bytes}} : storedOf(found->second));
}

Result<Payload> ClipboardHandler::storedOf(const Asked &asked)
{
    const Result<BoardState> now = asked.board->refresh();
    if (!now)
        return now.error();
    const StoredFormat *stored = now->content == asked.content ? now->find(asked.format) : nullptr;
    if (!stored || stored->kind != StoredFormat::Kind::InFile)
        return goneSince(asked.format);
    return m_volumes.open(now->files.at(stored->file))
        .and_then([&](const auto &file) { return readPiece(file.get(), stored->offset, stored->length); })
        .transform([&](const QByteArray &bytes) {
            return Payload{asked.format, bytes};
        });
}

// Messages

void ClipboardHandler::onMessage(const std::shared_ptr<Channel> &from, Message message)
{
    const bool isFromReader = !from->isClient();
    switch (static_cast<RenderMessage>(message.type)) {
    case RenderMessage::Render:
        if (isFromReader)
            return onRender(from, message);
        break;
    case RenderMessage::Rendered:
    case RenderMessage::Refused:
        if (!isFromReader)
            return onRendered(from, message);
        break;
    }
    qCDebug(logTransport) << "skipped a message of unknown type" << message.type;
}

void ClipboardHandler::onClosed(const std::shared_ptr<Channel> &channel, const Error &reason)
{
    std::vector<std::uint32_t> lost;
    for (const auto &[transaction, asked] : m_asked)
        if (asked.channel == channel)
            lost.push_back(transaction);
    for (const std::uint32_t transaction : lost)
        finish(transaction, reason);
}

// Tidying up

void ClipboardHandler::tidyUpOnce()
{
    if (!std::exchange(m_isTidy, true))
        m_volumes.tidyUp([this](quint64 file) { return isNamed(file); });
}

/// By any entry of any board. In doubt it is.
bool ClipboardHandler::isNamed(quint64 file)
{
    if (!m_seat.log().replay())
        return true;
    const QList<LogEntry> entries = m_seat.log().state().withPrefix("clip/");
    for (const LogEntry &entry : entries) {
        Result<DecodedState> decoded = decodeState(entry.body);
        if (!decoded && decoded.error().code == ErrorCode::VersionMismatch)
            return true;
        if (!decoded)
            continue;
        if (decoded->indexPlace) {
            const auto index = m_volumes.open(*decoded->indexPlace).and_then([&](const auto &opened) {
                return readPiece(opened.get(), 0, decoded->indexPlace->size);
            });
            if (index)
                (void)decodeIndex(*index, decoded->state);
            else if (index.error().code != ErrorCode::ContentGone)
                return true;
            if (decoded->indexPlace->name == file)
                return true;
        }
        for (const ContentPlace &place : std::as_const(decoded->state.files))
            if (place.name == file)
                return true;
    }
    return false;
}

} // namespace tellwire::store
