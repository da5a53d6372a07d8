// SPDX-License-Identifier: Apache-2.0
#include "conversations/many_requests.h"

#include <algorithm>
#include <utility>

namespace tellwire {

ManyRequests::ManyRequests(std::shared_ptr<engine::ClientConversation> conversation)
    : m_conversation(std::move(conversation))
{}

Reply<QList<Result<Update>>> ManyRequests::start(const QList<ItemName> &items,
                                                 const QList<FormatNumber> &formats,
                                                 std::chrono::milliseconds limit)
{
    m_answers.resize(static_cast<std::size_t>(items.size()));
    for (qsizetype first = 0; first < items.size(); first += protocol::maxItemsPerRequest)
        ask(first, items.mid(first, protocol::maxItemsPerRequest), formats, limit);
    if (items.isEmpty())
        m_promise.finish(QList<Result<Update>>{});
    return m_promise.reply([weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->cancel();
    });
}

// The transactions hold this object until the last one has its answer.
void ManyRequests::ask(qsizetype first, const QList<ItemName> &portion, const QList<FormatNumber> &formats,
                       std::chrono::milliseconds limit)
{
    ++m_unanswered;
    m_transactions.push_back(
        m_conversation->start(protocol::RequestMany{.formats = formats, .items = portion}, limit,
                              [self = shared_from_this(), first](const Result<engine::Answer> &answer) {
                                  self->onAnswer(first, answer);
                              }));
}

void ManyRequests::onAnswer(qsizetype first, const Result<engine::Answer> &answer)
{
    --m_unanswered;
    if (!answer)
        return m_promise.finish(answer.error());
    std::ranges::copy(std::get<QList<Result<Update>>>(*answer), m_answers.begin() + first);
    if (m_unanswered > 0 || m_promise.isFinished())
        return;
    QList<Result<Update>> all;
    for (std::optional<Result<Update>> &one : m_answers)
        all.append(*std::move(one));
    m_promise.finish(all);
}

void ManyRequests::cancel()
{
    const auto self = shared_from_this();
    for (const protocol::TransactionId transaction : std::exchange(m_transactions, {}))
        m_conversation->cancel(transaction);
}

} // namespace tellwire
