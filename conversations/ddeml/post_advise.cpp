// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/post_advise.h"

#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/server_side.h"
#include "conversations/engine/direct_updates.h"

#include <algorithm>

namespace tellwire::ddeml {

namespace {

// The word has 16 bits, and its highest value means that a late acknowledgement is the reason.
constexpr std::size_t highestCount = CADV_LATEACK - 1;

} // namespace

void AdvisedLinks::add(const std::shared_ptr<AdvisedLink> &link)
{
    OfItem &ofItem = m_byItem[link->item];
    if (ofItem.inOrder.empty())
        ofItem.item = StringHold{m_instance.strings(), link->item};
    link->order = ++m_lastOrder;
    ofItem.inOrder.emplace(link->order, link);
}

void AdvisedLinks::remove(AdvisedLink &link)
{
    link.side = nullptr;
    const auto found = m_byItem.find(link.item);
    if (found == m_byItem.end())
        return;
    found->second.inOrder.erase(link.order);
    if (found->second.inOrder.empty())
        m_byItem.erase(found);
}

AdvisedLinks::Triple AdvisedLinks::tripleOf(const AdvisedLink &link)
{
    return {link.side->topic(), link.item, link.format};
}

bool AdvisedLinks::isBeingAskedAbout(const Triple &triple) const
{
    return std::ranges::find(m_beingAsked, triple) != m_beingAsked.end();
}

AdvisedLinks::Links AdvisedLinks::matching(HSZ topic, HSZ item) const
{
    Links links;
    const auto take = [&](const OfItem &ofItem) {
        for (const auto &[order, link] : ofItem.inOrder)
            if (topic == nullptr || link->side->topic() == topic)
                links.push_back(link);
    };
    if (item != nullptr) {
        if (const auto found = m_byItem.find(item); found != m_byItem.end())
            take(found->second);
        return links;
    }
    for (const auto &[name, ofItem] : m_byItem)
        take(ofItem);
    std::ranges::sort(links, {}, &AdvisedLink::order);
    return links;
}

UINT AdvisedLinks::post(HSZ topic, HSZ item)
{
    Links links = matching(topic, item);
    const auto isServed = [this](const auto &link) { return isBeingAskedAbout(tripleOf(*link)); };
    if (!m_beingAsked.empty() && std::ranges::any_of(links, isServed))
        return DMLERR_REENTRANCY;
    std::erase_if(links, [](const auto &link) { return link->hasChanged = link->awaitsReceipt; });

    std::map<Triple, std::size_t> toCome;
    std::vector<std::size_t *> counts;
    counts.reserve(links.size());
    for (const std::shared_ptr<AdvisedLink> &link : links) {
        std::size_t &count = toCome[tripleOf(*link)];
        ++count;
        counts.push_back(&count);
    }
    const std::shared_ptr<Instance> guard = m_instance.shared_from_this();
    engine::DirectUpdates updates{m_instance.seat()};
    for (std::size_t place = 0; place < links.size() && !m_instance.isEnded(); ++place) {
        const std::size_t left = --*counts[place];
        if (links[place]->side != nullptr)
            ask(updates, links[place], static_cast<WORD>(std::min(left, highestCount)));
    }
    return DMLERR_NO_ERROR;
}

void AdvisedLinks::ask(engine::DirectUpdates &updates, const std::shared_ptr<AdvisedLink> &link, WORD count)
{
    const std::shared_ptr<Conversation> side = link->side->shared_from_this();
    const std::shared_ptr<Instance> instance = m_instance.shared_from_this();
    m_beingAsked.push_back(tripleOf(*link));
    const HDDEDATA result = instance->call({.type = XTYP_ADVREQ,
                                            .format = link->format,
                                            .conversation = side->handle(),
                                            .string1 = side->topic(),
                                            .string2 = link->item,
                                            .word1 = count});
    m_beingAsked.pop_back();
    static_cast<ServerSide &>(*side).sendUpdate(updates, *link, result);
}

} // namespace tellwire::ddeml
