// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/served_topic.h"
#include "conversations/topic.h"
#include "dde/transport/session.h"

namespace tellwire {

class Topic::Private
{
public:
    Session session; // Lives longest: all else refers to it.
    std::shared_ptr<engine::ServedTopic> engine;
};

} // namespace tellwire
