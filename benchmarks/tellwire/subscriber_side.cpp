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
    if (options.variant == "many") {
        m_many = std::make_unique<AdviseLinks>(m_conversation, wanted);
        QObject::connect(m_many.get(), &AdviseLinks::updated,
                         [this](const ItemName &, const Update &update) { take(update); });
    }
    const std::uint32_t count = options.workload == "w7" ? options.items : 1;
    for (std::uint32_t first = 0; first < count; first += atOnce)
        addLinks(first, std::min(first + atOnce, count), wanted);
}

void SubscriberSide::addLinks(std::uint32_t first, std::uint32_t behind, const LinkOptions &options)
{
    constexpr std::chrono::seconds patience{30};
    for (std::uint32_t number = first; number < behind; ++number)
        addLink(number, options);
    require(m_loop.serveUntil([&] { return m_firstValues >= behind; }, patience), "the links do not start");
}

void SubscriberSide::addLink(std::uint32_t number, const LinkOptions &options)
{
    if (m_many)
        m_many->add(itemName(number));
    else
        m_links.emplace_back(m_conversation, itemName(number), options)
            .onUpdate(&m_conversation, [this](const Update &update) { take(update); });
}

void SubscriberSide::take(const Update &update)
{
    const QByteArrayView bytes = update.value.view();
    if (m_receiver == nullptr)
        ++m_firstValues;
    else if (!m_isDone && !m_receiver->take(bytes.data(), static_cast<std::size_t>(bytes.size())))
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
    const AdviseLink::State state = m_many ? m_many->state(itemName(0)) : m_links.front().state();
    require(state == AdviseLink::State::Active, "a link has ended early");
}

} // namespace tellwire::comparison
