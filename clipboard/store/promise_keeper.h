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
class PromiseKeeper : public std::enable_shared_from_this<PromiseKeeper>
{
public:
    using Render = std::function<Reply<Payload>(const Format &format)>;

    PromiseKeeper(std::shared_ptr<Board> board, quint64 content, Render render);

    quint64 content() const noexcept { return m_content; }

    /// The bytes, when they are there; stored on the board by then, if that still holds this content. Errors:
    /// what the renderer returned; BadData if it answered in another format.
    Reply<Payload> render(const Format &format);

    bool isRendering() const noexcept { return !m_running.isEmpty(); }

    /// Renders what is still promised, at most `limitInBytes` of it, and waits for renderers that answer
    /// later, serving the sessions of this thread, at most for `time`. For the owner's orderly end.
    void renderAll(quint64 limitInBytes, std::chrono::milliseconds time);

private:
    void finish(const Format &format, const Result<Payload> &outcome);

    std::shared_ptr<Board> m_board;
    quint64 m_content;
    Render m_render;
    QHash<Format, QList<ReplyPromise<Payload>>> m_running; ///< Who waits for a format that is being rendered.
};

} // namespace tellwire::store
