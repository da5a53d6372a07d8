// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/served_topic.h"
#include "conversations/topic.h"
#include "dde/transport/session.h"

#include <utility>

namespace tellwire {

class Topic::Private final : public engine::ServedTopic::Observer
{
public:
    Private(Session joined, std::shared_ptr<engine::ServedTopic> served)
        : session(std::move(joined)),
          engine(std::move(served))
    {}

    void onWatchersChanged(const ItemName &item, int count) override
    {
        Q_EMIT q->watchersChanged(item, count);
    }

    Topic *q = nullptr;
    Session session; // Lives longest: all else refers to it.
    std::shared_ptr<engine::ServedTopic> engine;
};

} // namespace tellwire
