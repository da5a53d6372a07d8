// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/reply_promise.h"
#include "conversations/update.h"

#include <deque>
#include <memory>
#include <optional>

namespace tellwire {

namespace transport {
class Reactor;
}

/// Values on their way to AdviseLink::next(): those that came too early, and those that are waited for. Keeps
/// nothing before somebody asks for the first time.
class UpdateQueue : public std::enable_shared_from_this<UpdateQueue>
{
public:
    UpdateQueue(transport::Reactor &reactor, qsizetype mostKept);

    Reply<Update> next(const std::optional<Update> &latest);

    void push(const Update &update);
    void end(const Error &reason); ///< Once; values that are kept are still given first.

private:
    void serve();

    transport::Reactor &m_reactor;
    std::size_t m_mostKept;
    bool m_isUsed = false;
    std::deque<Update> m_kept;
    std::deque<ReplyPromise<Update>> m_waiting;
    std::optional<Error> m_end;
};

} // namespace tellwire
