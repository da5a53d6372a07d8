// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/client_conversation.h"
#include "dde/transport/reply_promise.h"

#include <memory>
#include <optional>
#include <vector>

namespace tellwire {

/// A request of many items on its way: in portions that fit into a message, put together again.
class ManyRequests : public std::enable_shared_from_this<ManyRequests>
{
public:
    explicit ManyRequests(std::shared_ptr<engine::ClientConversation> conversation);

    Reply<QList<Result<Update>>> start(const QList<ItemName> &items, const QList<FormatNumber> &formats,
                                       std::chrono::milliseconds limit);

private:
    void ask(qsizetype first, const QList<ItemName> &portion, const QList<FormatNumber> &formats,
             std::chrono::milliseconds limit);
    void onAnswer(qsizetype first, const Result<engine::Answer> &answer);
    void cancel();

    std::shared_ptr<engine::ClientConversation> m_conversation;
    ReplyPromise<QList<Result<Update>>> m_promise;
    std::vector<std::optional<Result<Update>>> m_answers;
    std::vector<protocol::TransactionId> m_transactions;
    std::size_t m_unanswered = 0;
};

} // namespace tellwire
