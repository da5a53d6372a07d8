// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/finder.h"
#include "conversations/service_browser.h"
#include "dde/protocol/service_table.h"
#include "dde/transport/channel.h"
#include "dde/transport/reply_promise.h"

#include <map>
#include <memory>

namespace tellwire {

/// What people see of an offer.
PublishedService toPublished(const protocol::ServiceOffer &offer);

/// A ServiceBrowser::find() on its way: the answers of all programs, put into the order of publication.
class TopicSearch : public std::enable_shared_from_this<TopicSearch>
{
public:
    /// `offers` says whom to ask.
    explicit TopicSearch(QList<protocol::ServiceOffer> offers) : m_offers(std::move(offers)) {}

    Reply<FoundTopics> start(engine::Client &client, const protocol::Find &question);
    void cancel(); ///< The reply finishes with Closed.

private:
    FoundTopics gather() const;

    QList<protocol::ServiceOffer> m_offers;
    std::map<transport::PeerId, Result<protocol::Found>> m_answers;
    ReplyPromise<FoundTopics> m_promise;
    std::shared_ptr<engine::Finder> m_finder; ///< Keeps this alive while it works.
};

} // namespace tellwire
