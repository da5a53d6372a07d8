// SPDX-License-Identifier: Apache-2.0
#include "conversations/update_queue.h"

#include "dde/transport/reactor.h"

#include <algorithm>
#include <utility>

namespace tellwire {

UpdateQueue::UpdateQueue(transport::Reactor &reactor, qsizetype mostKept,
                         std::function<void(const Update &)> onGiven)
    : m_reactor(reactor),
      m_mostKept(std::max<qsizetype>(mostKept, 1)),
      m_onGiven(std::move(onGiven))
{}

Reply<Update> UpdateQueue::next(const std::optional<Update> &latest)
{
    if (!std::exchange(m_isUsed, true) && latest && !m_end)
        m_kept.push_back(*latest);
    m_waiting.removeIf([](const ReplyPromise<Update> &old) { return old.isFinished(); });
    const ReplyPromise<Update> asked = m_waiting.emplace_back();
    if (!m_kept.empty() || m_end)
        m_reactor.post([weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->serve();
        });
    return asked.reply();
}

void UpdateQueue::push(const Update &update)
{
    m_kept.push_back(update);
    if (m_kept.size() > m_mostKept) {
        const quint64 dropped = m_kept.front().missed + 1;
        m_kept.pop_front();
        m_kept.front().missed += dropped;
    }
    serve();
}

void UpdateQueue::end(const Error &reason)
{
    m_end = reason;
    serve();
}

// Who waits may ask again, or delete the link, while it is being served.
void UpdateQueue::serve()
{
    const auto self = shared_from_this();
    while (!m_waiting.empty() && (!m_kept.empty() || m_end)) {
        const ReplyPromise<Update> first = m_waiting.takeFirst();
        if (first.isFinished())
            continue; // It was cancelled; the value is for the next one.
        if (m_kept.empty()) {
            first.finish(*m_end);
            continue;
        }
        const Update given = m_kept.takeFirst();
        if (m_onGiven)
            m_onGiven(given);
        first.finish(given);
    }
}

} // namespace tellwire
