// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/update.h"
#include "dde/transport/reply_promise.h"

#include <QList>

#include <functional>
#include <memory>
#include <optional>

namespace tellwire {

namespace transport {
class Reactor;
}

/// Values on their way to AdviseLink::next(): those that came too early, and those that are waited for.
class UpdateQueue : public std::enable_shared_from_this<UpdateQueue>
{
public:
    /// `onGiven`, which may be empty, is called with each update before it is given.
    UpdateQueue(transport::Reactor &reactor, qsizetype mostKept, std::function<void(const Update &)> onGiven);

    /// `latest` is what had come before the first call.
    Reply<Update> next(const std::optional<Update> &latest);

    void push(const Update &update);
    void end(const Error &reason); ///< Once; values that are kept are still given first.

private:
    void serve();

    transport::Reactor &m_reactor;
    qsizetype m_mostKept;
    std::function<void(const Update &)> m_onGiven;
    bool m_isUsed = false;
    QList<Update> m_kept;
    QList<ReplyPromise<Update>> m_waiting;
    std::optional<Error> m_end;
};

} // namespace tellwire
