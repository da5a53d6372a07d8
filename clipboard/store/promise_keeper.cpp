// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/promise_keeper.h"

#include "clipboard/store/clipboard_handler.h"
#include "dde/transport/logging.h"
#include "dde/transport/seat.h"
#include "dde/transport/step.h"

#include <algorithm>

namespace tellwire::store {

PromiseKeeper::PromiseKeeper(std::shared_ptr<Board> board, quint64 content, Render render)
    : m_board(std::move(board)),
      m_content(content),
      m_render(std::move(render))
{
    m_board->addObserver(*this);
}

PromiseKeeper::~PromiseKeeper() { m_board->removeObserver(*this); }

/// Somebody may ask who has not read yet that it was rendered already.
std::optional<Payload> PromiseKeeper::stored(const Format &format)
{
    const Result<BoardState> now = m_board->refresh();
    const StoredFormat *found = now && now->content == m_content ? now->find(format) : nullptr;
    if (found && found->kind == StoredFormat::Kind::Inline)
        return Payload{found->format, found->bytes};
    if (!found || found->kind != StoredFormat::Kind::InFile)
        return std::nullopt;
    const auto bytes = m_board->volumes().open(now->files.at(found->file)).and_then([&](const auto &file) {
        return readPiece(file.get(), found->offset, found->length);
    });
    return bytes ? std::optional{Payload{found->format, *bytes}} : std::nullopt;
}

Reply<Payload> PromiseKeeper::render(const Format &format)
{
    const std::shared_ptr<PromiseKeeper> self = shared_from_this();
    const ReplyPromise<Payload> promise;
    if (const auto running = m_running.find(format); running != m_running.end()) {
        running->waiting.append(promise);
        return promise.reply();
    }
    if (const std::optional<Payload> known = stored(format)) {
        promise.finish(*known);
        return promise.reply();
    }
    m_running.insert(format, {.waiting = {promise}, .isOnStack = true});
    const Reply<Payload> answer = m_render(format);
    if (const auto running = m_running.find(format); running != m_running.end())
        running->isOnStack = false;
    answer.then([weak = weak_from_this(), format](const Result<Payload> &outcome) {
        if (const std::shared_ptr<PromiseKeeper> alive = weak.lock())
            alive->finish(format, outcome);
    });
    return promise.reply();
}

void PromiseKeeper::finish(const Format &format, const Result<Payload> &outcome)
{
    const bool isRight = !outcome || outcome->format() == format;
    const Result<Payload> told =
        isRight ? outcome
                : Error{ErrorCode::BadData, QStringLiteral("render %1: the owner made %2 instead")
                                                .arg(format.name(), outcome->format().name())};
    if (told && mayStore(*told)) {
        // Who asked gets it all the same: from here.
        transport::step("clipboard.render.done");
        if (const Result<bool> stored = m_board->redeem(m_content, *told); !stored)
            qCWarning(transport::logTransport) << "store a rendered format:" << stored.error().detail;
        transport::step("clipboard.render.stored");
    }
    answer(format, told);
}

void PromiseKeeper::deliver(const Payload &payload)
{
    const std::shared_ptr<PromiseKeeper> self = shared_from_this();
    answer(payload.format(), payload);
}

void PromiseKeeper::answer(const Format &format, const Result<Payload> &outcome)
{
    const QList<ReplyPromise<Payload>> waiting = m_running.take(format).waiting;
    for (const ReplyPromise<Payload> &promise : waiting)
        promise.finish(outcome);
    if (m_isSuperseded && m_running.isEmpty())
        ClipboardHandler::of(m_board->seat()).dropPromises(m_content);
}

bool PromiseKeeper::mayStore(const Payload &payload)
{
    if (!m_room)
        return true;
    const auto size = static_cast<quint64>(payload.bytes().size());
    if (size > *m_room)
        return false;
    *m_room -= size;
    return true;
}

bool PromiseKeeper::isWaitingForRenderers() const
{
    return std::any_of(m_running.cbegin(), m_running.cend(),
                       [](const Running &running) { return !running.isOnStack; });
}

void PromiseKeeper::renderAll(quint64 limitInBytes, std::chrono::milliseconds time)
{
    const std::shared_ptr<PromiseKeeper> self = shared_from_this();
    const auto end = transport::Reactor::Clock::now() + time;
    m_room = limitInBytes;
    const Result<BoardState> now = m_board->refresh();
    if (!now || now->content != m_content)
        return;
    for (const StoredFormat &stored : now->formats)
        if (stored.kind == StoredFormat::Kind::Promised && !m_running.contains(stored.format) &&
            transport::Reactor::Clock::now() < end && *m_room > 0)
            (void)render(stored.format);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - transport::Reactor::Clock::now());
    if (isWaitingForRenderers() && left.count() > 0)
        (void)serveUntil([this] { return !isWaitingForRenderers(); }, left);
}

void PromiseKeeper::giveUp()
{
    const std::shared_ptr<PromiseKeeper> self = shared_from_this();
    const QHash<Format, Running> running = std::exchange(m_running, {});
    for (const Running &one : running)
        for (const ReplyPromise<Payload> &promise : one.waiting)
            promise.finish(Error{ErrorCode::ContentGone,
                                 QStringLiteral("render a format: its owner has given the content up")});
}

void PromiseKeeper::onStateChanged(const BoardState &now)
{
    m_isSuperseded = now.content != m_content;
    if (m_isSuperseded && m_running.isEmpty())
        ClipboardHandler::of(m_board->seat()).dropPromises(m_content);
}

} // namespace tellwire::store
