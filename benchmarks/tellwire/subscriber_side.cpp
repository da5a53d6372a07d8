// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/tellwire/subscriber_side.h"

#include "benchmarks/harness/require.h"

#include <algorithm>

namespace tellwire::comparison {

SubscriberSide::SubscriberSide(const Options &options) : m_loop(Loop::kindOf(options.variant))
{
    constexpr std::uint32_t atOnce = 1000; // Well below what may wait for one program.
    LinkOptions wanted;
    wanted.formats = {binary()};
    wanted.pace = options.variant == "conflate" ? LinkPace::NewestOnly : LinkPace::EveryUpdate;
    const std::uint32_t count = options.workload == "w7" ? options.items : 1;
    for (std::uint32_t first = 0; first < count; first += atOnce)
        addLinks(first, std::min(first + atOnce, count), wanted);
}

void SubscriberSide::addLinks(std::uint32_t first, std::uint32_t behind, const LinkOptions &options)
{
    constexpr std::chrono::seconds patience{30};
    for (std::uint32_t number = first; number < behind; ++number)
        m_links.emplace_back(m_conversation, itemName(number), options)
            .onUpdate(&m_conversation, [this](const Update &update) { take(update); });
    require(m_loop.serveUntil([&] { return m_firstValues >= behind; }, patience), "the links do not start");
}

void SubscriberSide::take(const Update &update)
{
    const QByteArray &bytes = update.value.bytes();
    if (m_receiver == nullptr)
        ++m_firstValues;
    else if (!m_isDone && !m_receiver->take(bytes.constData(), static_cast<std::size_t>(bytes.size())))
        m_isDone = true;
}

void SubscriberSide::run(Receiver &receiver)
{
    m_receiver = &receiver;
    do
        requireLinks();
    while (!m_loop.serveUntil([this] { return m_isDone; },
                              std::chrono::milliseconds{Receiver::idleMilliseconds}) &&
           receiver.goesOnWaiting());
    m_receiver = nullptr;
}

void SubscriberSide::requireLinks() const
{
    require(m_links.front().state() == AdviseLink::State::Active, "a link has ended early");
}

} // namespace tellwire::comparison
