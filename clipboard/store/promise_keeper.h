// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/store/board.h"
#include "dde/transport/reply_promise.h"

#include <QHash>
#include <QList>

#include <functional>
#include <memory>

namespace tellwire::store {

/// Keeps the promises of one content that this program owns: renders a format once, however many ask, stores
/// it on the board, and tells all of them.
///
/// Thread: that of its seat. A renderer may destroy anything; hold a shared_ptr while calling.
class PromiseKeeper final : public Board::Observer, public std::enable_shared_from_this<PromiseKeeper>
{
public:
    using Render = std::function<Reply<Payload>(const Format &format)>;

    PromiseKeeper(std::shared_ptr<Board> board, quint64 content, Render render);
    ~PromiseKeeper() override;

    quint64 content() const noexcept { return m_content; }
    const std::shared_ptr<Board> &board() const noexcept { return m_board; }

    /// The bytes, when they are there; stored on the board by then, if that still holds this content and has
    /// room. Errors: what the renderer returned; BadData if it answered in another format.
    Reply<Payload> render(const Format &format);

    /// Tells those who wait for the format: it is on the board, by another way than their rendering.
    void deliver(const Payload &payload);

    /// Renders what is still promised, at most `limitInBytes` of it, and waits for renderers that answer
    /// later, serving the sessions of this thread, at most for `time`. For the owner's orderly end.
    void renderAll(quint64 limitInBytes, std::chrono::milliseconds time);

    /// Tells all who wait that nothing will come of it.
    void giveUp();

    void onStateChanged(const BoardState &now) override;

private:
    struct Running
    {
        QList<ReplyPromise<Payload>> waiting;
        bool isOnStack = false; ///< Inside a call to the renderer.
    };

    std::optional<Payload> stored(const Format &format);
    void finish(const Format &format, const Result<Payload> &outcome);
    void answer(const Format &format, const Result<Payload> &outcome);
    bool mayStore(const Payload &payload);
    bool isWaitingForRenderers() const;

    std::shared_ptr<Board> m_board;
    quint64 m_content;
    Render m_render;
    QHash<Format, Running> m_running;
    std::optional<quint64> m_room; ///< For renderAll(): how many bytes may still be stored.
    bool m_isSuperseded = false;
};

} // namespace tellwire::store
