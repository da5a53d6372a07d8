// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/client_side.h"
#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/text_conversion.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

// The links of a conversation at the client. Source: ddeml-semantics.md B4.
namespace tellwire::ddeml {
namespace {

/// Whether an update is newer than another one; 32 bits of their numbers travel.
bool isNewer(std::uint32_t sequence, std::uint32_t than)
{
    return static_cast<std::int32_t>(sequence - than) > 0;
}

} // namespace

// A link that there is already is started once more under a new number, so that the server is asked again;
// the old number goes when the new one is accepted.
std::uint32_t ClientSide::advise(const Order &order, const Finish &finish)
{
    const bool isAcknowledged = (order.type & XTYPF_ACKREQ) != 0;
    const bool isWarm = (order.type & XTYPF_NODATA) != 0;
    protocol::Advise advise{.item = *instance().strings().find(order.item),
                            .kind = isWarm ? LinkKind::Warm : LinkKind::Hot,
                            .pace = isAcknowledged ? LinkPace::Acknowledged : LinkPace::EveryUpdate,
                            .window = static_cast<std::uint16_t>(isAcknowledged ? 1 : 0),
                            .formats = {static_cast<FormatNumber>(order.format)}};
    if (!isExact())
        advise.formats = acceptableFor(instance().seat(), order.format);
    const protocol::LinkId id = m_conversation->adviseDirect(std::move(advise));
    if (id == 0) {
        finishLater(Outcome{.error = DMLERR_POSTMSG_FAILED}, finish);
        return 0;
    }
    instance().strings().keep(order.item);
    m_links.emplace(
        id, Link{.key = {order.item, order.format}, .isWarm = isWarm, .isAcknowledged = isAcknowledged});
    m_starting.emplace(id, finish);
    return id;
}

std::uint32_t ClientSide::unadvise(const Order &order, const Finish &finish)
{
    const protocol::LinkId id = activeLink({order.item, order.format});
    if (id == 0) {
        finishLater(Outcome{.error = DMLERR_NOTPROCESSED}, finish);
        return 0;
    }
    const auto onAnswer = [weak = weak(), id, finish](const Result<engine::Answer> &answer) {
        const auto side = weak.lock();
        if (!side)
            return;
        const Outcome outcome = side->outcomeOf(answer, 0, nullptr);
        const bool isGone = outcome.error == DMLERR_NO_ERROR || outcome.error == DMLERR_NOTPROCESSED;
        if (isGone && !(!answer && answer.error().code == ErrorCode::Closed))
            side->removeLink(id, false);
        finish(outcome);
    };
    return m_conversation->start(protocol::Unadvise{.link = id}, never, onAnswer);
}

protocol::LinkId ClientSide::activeLink(const LinkKey &key) const
{
    const auto found = m_active.find({key.item, key.format});
    return found == m_active.end() ? 0 : found->id;
}

void ClientSide::removeLink(protocol::LinkId id, bool tellServer)
{
    m_conversation->leaveDirectLink(id, tellServer);
    m_starting.erase(id);
    const auto node = m_links.extract(id);
    if (node.empty())
        return;
    const LinkKey key = node.mapped().key;
    if (activeLink(key) == id)
        m_active.erase({key.item, key.format});
    queue().dropIf([id](const WaitingCallback &entry) {
        return entry.arguments.type == XTYP_ADVDATA && entry.subject == id;
    });
    instance().strings().release(key.item);
}

void ClientSide::finishLink(protocol::LinkId id, const Outcome &outcome)
{
    if (const auto node = m_starting.extract(id); !node.empty())
        node.mapped()(outcome);
}

// Those whose start the end of the conversation leaves without an answer.
void ClientSide::finishLinks()
{
    const Outcome ended{.error = isTerminated() ? UINT{DMLERR_NO_CONV_ESTABLISHED} : UINT{DMLERR_SERVER_DIED},
                        .hasEnded = true};
    for (const auto &[id, finish] : std::exchange(m_starting, {}))
        finish(ended);
}

bool ClientSide::mayStartIn(FormatNumber format, const Link &link) const
{
    if (isExact())
        return format == static_cast<FormatNumber>(link.key.format);
    return acceptableFor(instance().seat(), link.key.format).contains(format);
}

bool ClientSide::onAdvised(const protocol::Advised &message)
{
    const auto found = m_links.find(message.link);
    if (found == m_links.end() || found->second.wireFormat != 0 || !mayStartIn(message.format, found->second))
        return false;
    const auto guard = self();
    Link &link = found->second;
    link.wireFormat = message.format;
    link.sequence = static_cast<std::uint32_t>(message.sequence);
    const LinkKey key = link.key;
    if (const protocol::LinkId before = activeLink(key); before != 0)
        removeLink(before, true);
    m_active.insert({key.item, key.format, message.link});
    finishLink(message.link, Outcome{.status = DDE_FACK});
    return true;
}

// A partner of the Qt face sends the update that was there when the link was started; DDEML has no such one.
bool ClientSide::onValue(const protocol::Value &message)
{
    const auto found = m_links.find(message.link);
    if (found == m_links.end() || found->second.wireFormat == 0 || found->second.isWarm ||
        message.partOfBatch)
        return false;
    const auto guard = self();
    if (!isExact() && !isNewer(message.sequence, found->second.sequence)) {
        acknowledge(message.link, message.sequence);
        return true;
    }
    const bool hasLost = isExact() && isNewer(message.sequence, found->second.sequence + 1);
    found->second.sequence = message.sequence;
    const Link link = found->second;
    if (hasLost)
        warnOfLoss();
    const Result<QByteArray> bytes =
        isExact() ? message.value.array()
                  : toProgram(instance().seat(), message.value.array(), link.wireFormat, link.key.format);
    if (bytes)
        deliver(message.link, link, newData(*bytes, link.key.format, link.key.item));
    else
        acknowledge(message.link, message.sequence);
    return true;
}

bool ClientSide::onChanged(const protocol::Changed &message)
{
    const auto found = m_links.find(message.link);
    if (found == m_links.end() || found->second.wireFormat == 0 || !found->second.isWarm)
        return false;
    const auto guard = self();
    found->second.sequence = message.sequence;
    deliver(message.link, Link{found->second}, nullptr);
    return true;
}

void ClientSide::onLinkEnded(const protocol::LinkEnded &message)
{
    const auto guard = self();
    const bool isStarting = m_starting.contains(message.link);
    if (isStarting)
        finishLink(message.link, refusal(message.reason));
    removeLink(message.link, false);
    if (!isStarting && message.reason.code == ErrorCode::Overrun)
        warnOfLoss();
}

void ClientSide::deliver(protocol::LinkId id, const Link &link, const std::shared_ptr<DataObject> &data)
{
    WaitingCallback news;
    news.arguments.type = XTYP_ADVDATA;
    news.arguments.format = link.key.format;
    news.arguments.string1 = topic();
    news.item = StringHold{instance().strings(), link.key.item};
    news.data = data;
    news.subject = id;
    if (link.isAcknowledged)
        news.done = [weak = weak(), id, sequence = link.sequence](HDDEDATA) {
            if (const auto side = weak.lock())
                side->acknowledge(id, sequence);
        };
    const bool hadRoom = queue().add(std::move(news));
    if (hadRoom) {
        m_hasWarnedOfLoss = false;
        return;
    }
    acknowledge(id, link.sequence);
    warnOfLoss();
}

void ClientSide::acknowledge(protocol::LinkId id, std::uint32_t sequence)
{
    const auto found = m_links.find(id);
    if (found != m_links.end() && found->second.isAcknowledged && !isTerminated())
        m_conversation->send(protocol::Received{.link = id, .sequence = sequence});
}

void ClientSide::warnOfLoss()
{
    if (isTerminated() || std::exchange(m_hasWarnedOfLoss, true))
        return;
    instance().call({.type = XTYP_ERROR, .conversation = handle(), .word1 = DMLERR_LOW_MEMORY});
}

std::vector<ClientSide::LinkRequest> ClientSide::links() const
{
    std::vector<std::pair<protocol::LinkId, LinkRequest>> inOrder;
    for (const ActiveLink &active : m_active) {
        const Link &link = m_links.at(active.id);
        const UINT type = UINT{XTYP_ADVSTART} | (link.isWarm ? XTYPF_NODATA : 0U) |
                          (link.isAcknowledged ? XTYPF_ACKREQ : 0U);
        inOrder.push_back({active.id, {instance().strings().text(active.item), active.format, type}});
    }
    std::ranges::sort(inOrder, {}, &std::pair<protocol::LinkId, LinkRequest>::first);
    std::vector<LinkRequest> requests;
    for (auto &[id, request] : inOrder)
        requests.push_back(std::move(request));
    return requests;
}

void ClientSide::restore(const LinkRequest &link)
{
    const StringHold item{instance().strings(), link.item};
    start({.type = link.type, .format = link.format, .item = item.get(), .data = {}}, [](const Outcome &) {});
}

} // namespace tellwire::ddeml
