// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/board_name.h"
#include "clipboard/store/board.h"
#include "clipboard/store/promise_keeper.h"
#include "clipboard/store/render_message.h"
#include "clipboard/store/volumes.h"
#include "dde/transport/message_handler.h"
#include "dde/transport/reactor.h"
#include "dde/transport/reply_promise.h"

#include <chrono>
#include <map>
#include <memory>
#include <unordered_map>

namespace tellwire::store {

/// What a session does about boards: it knows those this program uses, asks owners to render, and answers
/// those who ask this program. One for each seat.
///
/// Thread: that of its seat.
class ClipboardHandler final : public transport::MessageHandler
{
public:
    static constexpr std::uint8_t firstType = 0x40;
    static constexpr std::uint8_t lastType = 0x4F; // The rest up to 0x5F is the exact face's.

    explicit ClipboardHandler(transport::Seat &seat);
    ~ClipboardHandler() override;

    static ClipboardHandler &of(transport::Seat &seat);

    /// The same object for everybody who uses the board at the same time.
    std::shared_ptr<Board> board(const BoardName &name);
    Volumes &volumes() noexcept { return m_volumes; }

    /// From now on this program answers for the promises of a content of `board`. Call it, and be reachable
    /// (Seat::listen()), before the transition that makes them. `render` is called at most once at a time for
    /// each format; its payload is then stored by Board::redeem(), unless the renderer has done that itself.
    /// Ends by dropPromises(), or by itself when another content is on the board.
    std::shared_ptr<PromiseKeeper> keepPromises(const std::shared_ptr<Board> &board, quint64 content,
                                                PromiseKeeper::Render render);
    void dropPromises(quint64 content); ///< Who waits is told ContentGone.

    /// Once in the life of a program that changes boards: removes the content files that killed ones have
    /// left.
    void tidyUpOnce();

    /// Asks the owner of a promised format of `state` to render it: in place if this program is the owner,
    /// else by a message. Several readers share one rendering. Errors: PeerGone, TimedOut, ContentGone, or
    /// what the renderer returned.
    Reply<Payload> render(const std::shared_ptr<Board> &board, const BoardState &state, const Format &format,
                          std::chrono::milliseconds timeout);

    void onMessage(const std::shared_ptr<transport::Channel> &from, transport::Message message) override;
    void onUnreadable(const std::shared_ptr<transport::Channel> &, std::uint8_t, std::uint32_t) override {}
    void onClosed(const std::shared_ptr<transport::Channel> &channel, const Error &reason) override;

private:
    struct Asked
    {
        std::shared_ptr<transport::Channel> channel;
        std::shared_ptr<Board> board;
        quint64 content;
        Format format;
        ReplyPromise<Payload> answer;
        transport::Reactor::TimerId deadline;
    };

    Reply<Payload> ask(const std::shared_ptr<Board> &board, const BoardState &state, const Format &format,
                       std::chrono::milliseconds timeout);
    void onRender(const std::shared_ptr<transport::Channel> &from, const transport::Message &message);
    static void answer(const std::shared_ptr<transport::Channel> &to, std::uint32_t transaction,
                       const Board &board, const Asking &asked, const Result<Payload> &outcome);
    void onRendered(const std::shared_ptr<transport::Channel> &from, const transport::Message &message);
    void finish(std::uint32_t transaction, const Result<Payload> &outcome);
    Result<Payload> storedOf(const Asked &asked);
    bool isNamed(quint64 file);

    transport::Seat &m_seat;
    Volumes m_volumes;
    std::map<QByteArray, std::weak_ptr<Board>> m_boards;                   ///< By BoardName::key().
    std::unordered_map<quint64, std::shared_ptr<PromiseKeeper>> m_keepers; ///< By content.
    std::map<std::uint32_t, Asked> m_asked;
    std::uint32_t m_lastTransaction = 0;
    bool m_isTidy = false;
};

} // namespace tellwire::store
