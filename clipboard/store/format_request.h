// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/store/board.h"
#include "dde/transport/reply_promise.h"
#include "formats/format_registry.h"

#include <chrono>
#include <memory>

namespace tellwire::store {

/// How somebody gets a format of what lies on a board: finds the best one, has it read, rendered or made, and
/// converts it. Begins anew when the content is replaced or its owner dies meanwhile.
///
/// Thread: that of its seat, which it does not keep: when that goes, whatever it waits for ends.
class FormatRequest : public std::enable_shared_from_this<FormatRequest>
{
public:
    struct Wish
    {
        QList<Format> preferred; ///< Most wanted first; empty: whatever is offered first.
        FormatRegistry conversions;
        std::chrono::milliseconds timeout;
    };

    FormatRequest(std::shared_ptr<Board> board, Wish wish);

    /// Errors: see Clipboard::get().
    Reply<Payload> start();

private:
    using Use = std::function<void(const Result<Payload> &)>;

    void attempt();
    void fetch(const BoardState &state, const Format &format, const Use &use);
    void onFetched(const Agreement &agreed, const Result<Payload> &source);
    bool isWorthAnotherAttempt(const Error &reason);
    void fail();

    std::shared_ptr<Board> m_board;
    Wish m_wish;
    ReplyPromise<Payload> m_answer;
    std::optional<Error> m_lastError; ///< Why the attempt before failed.
    quint64 m_askedPeer = 0;          ///< The owner at the last attempt.
    quint64 m_gonePeer = 0;           ///< An owner that has ended while it was asked.
    int m_attempts = 0;
};

/// What of a state can be fetched without a conversion.
QList<Format> offeredBy(const BoardState &state);

} // namespace tellwire::store
