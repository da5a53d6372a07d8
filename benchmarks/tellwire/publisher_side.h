// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/options.h"
#include "benchmarks/tellwire/loop.h"
#include "benchmarks/tellwire/words.h"
#include "conversations/service.h"

#include <vector>

namespace tellwire::comparison {

/// Publishes items as fast as it is asked to.
class PublisherSide
{
public:
    explicit PublisherSide(const Options &options);

    void publish(std::uint32_t item, const void *payload, std::size_t size);
    void process() { m_loop.session().process(); }

    /// Serves the session meanwhile.
    void waitUntilReadable(int descriptor, std::chrono::milliseconds limit);

private:
    Loop m_loop{Loop::Kind::Blocking};
    Service m_service{m_loop.session(), serviceName()};
    Topic &m_topic{m_service.topic(topicName())};
    std::vector<ItemName> m_names;
    unsigned m_sinceProcessing = 0;
};

} // namespace tellwire::comparison
