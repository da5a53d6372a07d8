// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/name_service.h"
#include "conversations/ddeml/server_side.h"
#include "conversations/ddeml/thread_instances.h"
#include "conversations/engine/direct_updates.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/source_time.h"

#include <utility>

// A client's links. Source: ddeml-semantics.md B4.

namespace tellwire::ddeml {

std::size_t ServerSide::PlaceHash::operator()(const Place &place) const noexcept
{
    return std::hash<std::uintptr_t>{}(numberOf(place.item) * 0x10001 + place.format);
}

// Starting

void ServerSide::onMessage(const protocol::Advise &message)
{
    if (!instance().has(CBF_FAIL_ADVISES))
        return startLink(message, attemptsFor(message.formats), false);
    if (const auto client = m_partner.program.lock())
        client->endLink(message.link, {ErrorCode::Refused, QStringLiteral("the service takes no links")});
}

void ServerSide::startLink(const protocol::Advise &message, Attempts attempts, bool isNext)
{
    const Attempt attempt = attempts.front();
    attempts.pop_front();
    WaitingCallback entry = waiting(XTYP_ADVSTART, attempt.asked, message.item);
    entry.done = [this, message, attempt, attempts](HDDEDATA result) {
        if (result != nullptr)
            return establish(message, attempt);
        if (!attempts.empty())
            return startLink(message, attempts, true);
        if (const auto client = m_partner.program.lock())
            client->endLink(message.link, {ErrorCode::Refused, QStringLiteral("the service refused a link")});
    };
    const auto client = m_partner.program.lock();
    if (!enqueue(std::move(entry), isNext) && client)
        client->endLink(message.link, {ErrorCode::Busy, QStringLiteral("too much waits for the service")});
}

/// A link that an exact partner starts once more goes on in its old place, in another way.
void ServerSide::establish(const protocol::Advise &message, const Attempt &attempt)
{
    const auto client = m_partner.program.lock();
    if (!client)
        return;
    const StringHold item{instance().strings(), message.item.text()};
    std::shared_ptr<AdvisedLink> link;
    if (m_partner.isExact)
        link = m_byPlace[{item.get(), attempt.asked}];
    const bool isRestart = link != nullptr;
    if (isRestart) {
        m_links.erase(link->id);
        client->dropLink(link->id);
    } else {
        link = std::make_shared<AdvisedLink>();
        link->side = this;
        link->item = item.get();
        link->format = attempt.asked;
        instance().services().links().add(link);
    }
    link->id = message.link;
    link->delivered = attempt.delivered;
    link->isWarm = message.kind == LinkKind::Warm;
    link->isAcknowledged = message.pace == LinkPace::Acknowledged;
    link->awaitsReceipt = link->hasChanged = false;
    link->sequence = 0;
    m_links[link->id] = link;
    if (m_partner.isExact)
        m_byPlace[{link->item, link->format}] = link;
    client->advised(link->id, link->delivered);
    if (m_partner.isExact || link->isWarm)
        return;
    // Links of the other face begin with a value.
    engine::DirectUpdates updates{instance().seat()};
    instance().services().links().ask(updates, link, 0);
}

// Ending

void ServerSide::onMessage(const protocol::Unadvise &message)
{
    WaitingCallback entry = waiting(XTYP_ADVSTOP, 0, {});
    // Its start may wait before it; so what it is about, and whether there is such a link, shows only then.
    entry.prepare = [this, message](WaitingCallback &next) {
        const auto link = m_links.find(message.link);
        if (link == m_links.end()) {
            refuse(message.transaction, ErrorCode::Refused);
            return false;
        }
        next.arguments.format = link->second->format;
        next.item = StringHold{instance().strings(), link->second->item};
        m_current = {link->second->item, link->second->format, XTYP_ADVSTOP};
        return true;
    };
    entry.done = [this, message](HDDEDATA) {
        stopLink(message.link);
        if (const auto client = m_partner.program.lock())
            client->accept(message.transaction);
    };
    if (enqueue(std::move(entry)))
        return;
    if (message.transaction != 0)
        return refuse(message.transaction, ErrorCode::Busy);
    stopLink(message.link); // The client has forgotten it already; only the program does not hear of it.
}

void ServerSide::stopLink(protocol::LinkId id)
{
    if (const auto link = m_links.find(id); link != m_links.end())
        forgetLink(std::shared_ptr{link->second});
    if (const auto client = m_partner.program.lock())
        client->dropLink(id);
}

void ServerSide::forgetLink(const std::shared_ptr<AdvisedLink> &link)
{
    m_links.erase(link->id);
    m_byPlace.erase({link->item, link->format});
    instance().services().links().remove(*link);
}

void ServerSide::forgetLinks()
{
    for (const auto &[id, link] : m_links)
        instance().services().links().remove(*link);
    m_links.clear();
    m_byPlace.clear();
}

// Feeding

void ServerSide::sendUpdate(engine::DirectUpdates &updates, AdvisedLink &link, HDDEDATA result)
{
    const bool saysNothing = result == nullptr || result == CBR_BLOCK;
    std::optional<QByteArray> value;
    if (!link.isWarm)
        value = valueIn(result, link.item, link.format);
    else if (!saysNothing) // That it is not nothing says that there is news; the data is not wanted.
        (void)instance().thread().data().passOn(result, instance().id());
    link.hasChanged = false;
    const auto client = m_partner.program.lock();
    if (saysNothing || (!link.isWarm && !value) || link.side == nullptr || !client)
        return;
    Result<Given> given = Given{};
    if (!link.isWarm)
        given = deliverable(*value, {link.format, link.delivered});
    if (!given)
        return; // The program's text makes no sense.
    const engine::ServedClient::News news{.sequence = ++link.sequence,
                                          .time = engine::toMicroseconds(SourceTime::clock::now())};
    const Result<void> sent = link.isWarm ? client->sendChanged(link.id, news)
                                          : client->sendValue(updates, link.id, news, given->value);
    if (!sent)
        return reportLowMemory();
    m_isCongested = false;
    link.awaitsReceipt = link.isAcknowledged;
    state = link.isAcknowledged ? XST_ADVDATASENT : XST_CONNECTED;
}

/// Once, until something can be sent again. The gap in the numbers tells the client.
void ServerSide::reportLowMemory()
{
    if (!std::exchange(m_isCongested, true))
        (void)instance().call({.type = XTYP_ERROR, .conversation = handle(), .word1 = DMLERR_LOW_MEMORY});
}

void ServerSide::onMessage(const protocol::Received &message)
{
    const auto found = m_links.find(message.link);
    if (found == m_links.end())
        return;
    const std::shared_ptr<AdvisedLink> link = found->second;
    if (!link->awaitsReceipt || message.sequence != link->sequence)
        return;
    link->awaitsReceipt = false;
    state = XST_ADVDATAACKRCVD;
    if (!link->hasChanged)
        return;
    engine::DirectUpdates updates{instance().seat()};
    instance().services().links().ask(updates, link, CADV_LATEACK);
}

} // namespace tellwire::ddeml
