// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/options.h"
#include "benchmarks/harness/receiver.h"
#include "benchmarks/tellwire/loop.h"
#include "benchmarks/tellwire/words.h"
#include "conversations/advise_link.h"
#include "conversations/advise_links.h"
#include "conversations/conversation.h"

#include <deque>
#include <memory>

namespace tellwire::comparison {

/// Has a link on each item: for every update, or with the variant `conflate` for the newest only. With the
/// variant `many`, one object has all links.
class SubscriberSide
{
public:
    /// Comes back when all links have their first value.
    explicit SubscriberSide(const Options &options);

    void run(Receiver &receiver);

private:
    void take(const Update &update);
    void addLinks(std::uint32_t first, std::uint32_t behind, const LinkOptions &options);
    void addLink(std::uint32_t number, const LinkOptions &options);
    void requireLinks() const;

    Loop m_loop;
    Conversation m_conversation{m_loop.session(), serviceName(), topicName()};
    std::deque<AdviseLink> m_links;
    std::unique_ptr<AdviseLinks> m_many;
    std::uint32_t m_firstValues = 0;
    Receiver *m_receiver = nullptr; // Null until all links are there.
    bool m_isDone = false;
};

} // namespace tellwire::comparison
