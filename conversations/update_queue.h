// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/reply_promise.h"
#include "conversations/update.h"

#include <QList>

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
    qsizetype m_mostKept;
    bool m_isUsed = false;
    QList<Update> m_kept; // Lists, which take no memory while they are empty: most links never use them.
    QList<ReplyPromise<Update>> m_waiting;
    std::optional<Error> m_end;
};

} // namespace tellwire
