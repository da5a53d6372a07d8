// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"
#include "dde/protocol/monitor_event.h"

#include <chrono>
#include <unordered_map>
#include <unordered_set>

namespace tellwire::engine {

/// What is known about the conversations, links and transactions of one client program while somebody
/// watches: an answer says only which of them it is about.
struct MonitorTrace
{
    struct Conversation
    {
        ServiceName service;
        TopicName topic;
        std::unordered_set<protocol::LinkId> links = {};
        std::unordered_set<protocol::TransactionId> transactions = {};
    };
    struct Link
    {
        protocol::ConversationId conversation = 0;
        ItemName item = {};
        QString format = {};
        LinkKind kind = LinkKind::Hot;
        LinkPace pace = LinkPace::NewestOnly;
        bool isStarted = false;
    };
    struct Transaction
    {
        MonitoredTransaction::Verb verb = MonitoredTransaction::Verb::Request;
        protocol::ConversationId conversation = 0;
        ItemName item = {};
        QString format = {};
        MonitoredData data = {}; ///< Of a poke or command.
        std::chrono::steady_clock::time_point arrival = std::chrono::steady_clock::now();
    };

    std::unordered_map<protocol::ConversationId, Conversation> conversations;
    std::unordered_map<protocol::LinkId, Link> links;
    std::unordered_map<protocol::TransactionId, Transaction> transactions;
};

} // namespace tellwire::engine
