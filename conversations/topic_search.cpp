// SPDX-License-Identifier: Apache-2.0
#include "conversations/topic_search.h"

#include <utility>

namespace tellwire {

PublishedService toPublished(const protocol::ServiceOffer &offer)
{
    return {offer.name, protocol::instanceName(offer), static_cast<pid_t>(offer.pid), offer.program};
}

Reply<FoundTopics> TopicSearch::start(engine::Client &client, const protocol::Find &question)
{
    const auto onAnswer = [self = shared_from_this()](transport::PeerId peer,
                                                      const Result<protocol::Found> &found) {
        self->m_answers.emplace(peer, found);
    };
    const auto onDone = [self = shared_from_this()] {
        const std::shared_ptr<engine::Finder> finder = std::exchange(self->m_finder, nullptr);
        self->m_promise.finish(self->gather());
    };
    m_finder = engine::Finder::start(client, m_offers, question, {onAnswer, onDone});
    return m_promise.reply([weak = weak_from_this()] {
        if (const auto alive = weak.lock())
            alive->cancel();
    });
}

void TopicSearch::cancel()
{
    const auto self = shared_from_this();
    m_finder.reset();
    m_promise.finish(Error{ErrorCode::Closed, QStringLiteral("find: this program gave it up")});
}

// An instance that a program made up, or gave up since, is not in the list and not found.
FoundTopics TopicSearch::gather() const
{
    FoundTopics gathered;
    for (const protocol::ServiceOffer &offer : m_offers) {
        const auto answer = m_answers.find(offer.peer);
        if (answer == m_answers.end() || !answer->second) {
            if (answer != m_answers.end() && answer->second.error().code == ErrorCode::TimedOut)
                gathered.silent.append(toPublished(offer));
            continue;
        }
        gathered.isComplete = gathered.isComplete && answer->second->isComplete;
        for (const protocol::FoundTopic &found : answer->second->topics)
            if (found.instance == offer.instance)
                gathered.topics.append({toPublished(offer), found.topic});
    }
    return gathered;
}

} // namespace tellwire
