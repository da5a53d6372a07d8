// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/tellwire/publisher_side.h"

#include "benchmarks/harness/message.h"

namespace tellwire::comparison {

PublisherSide::PublisherSide(const Options &options)
{
    MessageHeader header;
    header.purpose = Purpose::Warming;
    const Payload first{binary(), QByteArray{reinterpret_cast<const char *>(&header), sizeof header}};
    const std::uint32_t count = options.workload == "w7" ? options.items : 1;
    m_names.reserve(count);
    for (std::uint32_t number = 0; number < count; ++number) {
        m_names.push_back(itemName(number));
        m_topic.setItem(m_names.back(), first);
    }
    valueOf(m_service.publish());
}

void PublisherSide::publish(std::uint32_t item, const void *payload, std::size_t size)
{
    constexpr unsigned processEvery = 64; // As often as a busy program comes back to its loop.
    m_topic.setItem(m_names[item], inPlace(payload, size));
    if (++m_sinceProcessing % processEvery == 0)
        process();
}

void PublisherSide::waitUntilReadable(int descriptor, std::chrono::milliseconds limit)
{
    m_loop.serveUntilReadable(descriptor, limit);
}

} // namespace tellwire::comparison
