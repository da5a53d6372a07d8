// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/client_side.h"

#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/text_conversion.h"
#include "conversations/ddeml/thread_instances.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

// How a conversation begins and ends, and its transactions. Links are in client_side_links.cpp.
namespace tellwire::ddeml {
namespace {

constexpr UINT basicType(UINT type) { return type & ~UINT{XTYPF_NODATA | XTYPF_ACKREQ}; }

struct States
{
    UINT sent;
    UINT answered;
};

States statesOf(UINT type)
{
    switch (basicType(type)) {
    case XTYP_REQUEST:
        return {XST_REQSENT, XST_DATARCVD};
    case XTYP_POKE:
        return {XST_POKESENT, XST_POKEACKRCVD};
    case XTYP_EXECUTE:
        return {XST_EXECSENT, XST_EXECACKRCVD};
    case XTYP_ADVSTART:
        return {XST_ADVSENT, XST_ADVACKRCVD};
    default:
        return {XST_UNADVSENT, XST_UNADVACKRCVD};
    }
}

bool isOwn(const Instance &instance, const engine::ClientConversation &conversation)
{
    return conversation.candidate().peer == instance.seat().id() &&
           std::ranges::any_of(instance.conversations(), [&](const auto &other) {
               return !other->isClient() && other->number() == conversation.exactPartner();
           });
}

} // namespace

ClientSide::ClientSide(std::shared_ptr<Instance> instance,
                       std::shared_ptr<engine::ClientConversation> conversation, const Setup &setup)
    : Conversation(std::move(instance), setup),
      m_conversation(std::move(conversation))
{}

ClientSide::~ClientSide() = default;

std::shared_ptr<ClientSide> ClientSide::make(const std::shared_ptr<Instance> &instance,
                                             const std::shared_ptr<engine::ClientConversation> &conversation,
                                             const QString &serviceAskedFor, const CONVCONTEXT &context)
{
    const Setup setup{.service = conversation->service().text(),
                      .serviceAskedFor = serviceAskedFor,
                      .topic = conversation->topic().text(),
                      .context = context,
                      .partner = conversation->exactPartner(),
                      .isSelf = isOwn(*instance, *conversation)};
    auto side = std::make_shared<ClientSide>(instance, conversation, setup);
    conversation->setObserver(side.get());
    conversation->setDirectLinks(side.get());
    instance->add(side);
    return side;
}

const engine::ClientConversation::Candidate &ClientSide::server() const noexcept
{
    return m_conversation->candidate();
}

// Outcomes that the end brings are told before the engine's conversation forgets this one.
void ClientSide::tellPartnerEnd()
{
    m_pending.clear();
    m_conversation->end();
    finishLinks();
}

void ClientSide::onClosed(const Error &)
{
    const auto guard = self();
    m_pending.clear();
    finishLinks();
    onPartnerEnded();
}

std::uint32_t ClientSide::start(const Order &order, Finish finish)
{
    const States states = statesOf(order.type);
    state = states.sent;
    const Finish tracked = [weak = weak(), states, finish = std::move(finish)](const Outcome &outcome) {
        const auto side = weak.lock();
        if (!side)
            return;
        side->state = outcome.error == DMLERR_NO_ERROR ? states.answered : UINT{XST_INCOMPLETE};
        side->lastError = outcome.error;
        finish(outcome);
    };
    switch (basicType(order.type)) {
    case XTYP_REQUEST:
        return request(order, tracked);
    case XTYP_POKE:
        return poke(order, tracked);
    case XTYP_EXECUTE:
        return execute(order, tracked);
    case XTYP_ADVSTART:
        return advise(order, tracked);
    default:
        return unadvise(order, tracked);
    }
}

std::uint32_t ClientSide::request(const Order &order, const Finish &finish)
{
    const QList<FormatNumber> formats = isExact()
                                            ? QList<FormatNumber>{static_cast<FormatNumber>(order.format)}
                                            : acceptableFor(instance().seat(), order.format);
    return m_conversation->startDirect(
        protocol::Request{.item = *instance().strings().find(order.item), .formats = formats}, never,
        reporting(finish, order.format, order.item));
}

std::uint32_t ClientSide::poke(const Order &order, const Finish &finish)
{
    const auto format = static_cast<FormatNumber>(order.format);
    const Result<NumberedData> sent =
        isExact() ? NumberedData{format, order.data} : toPartner(instance().seat(), order.data, order.format);
    if (!sent) {
        finishLater(Outcome{.error = DMLERR_NOTPROCESSED}, finish);
        return 0;
    }
    return m_conversation->start(protocol::Poke{.item = *instance().strings().find(order.item),
                                                .format = sent->format,
                                                .value = sent->bytes},
                                 never, reporting(finish));
}

std::uint32_t ClientSide::execute(const Order &order, const Finish &finish)
{
    const FormatNumber flavour = instance().isWide() ? CF_UNICODETEXT : CF_TEXT;
    if (isExact())
        return m_conversation->start(protocol::Execute{.format = flavour, .command = order.data}, never,
                                     reporting(finish));
    const Result<NumberedData> sent = toPartner(instance().seat(), order.data, flavour);
    if (!sent) {
        finishLater(Outcome{.error = DMLERR_NOTPROCESSED}, finish);
        return 0;
    }
    return m_conversation->start(protocol::Execute{.command = sent->bytes}, never, reporting(finish));
}

engine::Finish ClientSide::reporting(const Finish &finish, UINT format, HSZ item)
{
    return [weak = weak(), finish, format, item](const Result<engine::Answer> &answer) {
        if (const auto side = weak.lock())
            finish(side->outcomeOf(answer, format, item));
    };
}

void ClientSide::finishLater(const Outcome &outcome, const Finish &finish)
{
    instance().seat().reactor().post([finish, outcome] { finish(outcome); });
}

ClientSide::Outcome ClientSide::outcomeOf(const Result<engine::Answer> &answer, UINT format, HSZ item) const
{
    if (!answer)
        return refusal(answer.error());
    if (const auto *done = std::get_if<engine::Done>(&*answer))
        return {.status = UINT{DDE_FACK} | done->applicationCode};
    const auto &data = std::get<protocol::Answer>(*answer);
    const Result<QByteArray> bytes =
        isExact() ? data.value.array()
                  : toProgram(instance().seat(), data.value.array(), data.format, format);
    if (!bytes)
        return {.error = DMLERR_NOTPROCESSED};
    return {.data = newData(*bytes, format, item)};
}

// Source: ddeml-semantics.md B2 and F3.
ClientSide::Outcome ClientSide::refusal(const Error &reason) const
{
    if (m_conversation->state() == engine::ClientConversation::State::Closed)
        return {.error = isTerminated() ? UINT{DMLERR_NO_CONV_ESTABLISHED} : UINT{DMLERR_SERVER_DIED},
                .hasEnded = true};
    switch (reason.code) {
    case ErrorCode::Busy:
        return {.error = DMLERR_BUSY, .status = UINT{DDE_FBUSY} | reason.applicationCode};
    case ErrorCode::TooLarge:
    case ErrorCode::OutOfSpace:
        return {.error = DMLERR_POSTMSG_FAILED};
    default:
        return {.error = DMLERR_NOTPROCESSED, .status = reason.applicationCode};
    }
}

std::shared_ptr<DataObject> ClientSide::newData(const QByteArray &bytes, UINT format, HSZ item) const
{
    auto object = std::make_shared<DataObject>();
    object->instance = instance().id();
    object->bytes = bytes;
    object->item = item;
    object->format = format;
    object->owner = DataObject::Owner::Library;
    return object;
}

void ClientSide::giveUp(std::uint32_t number)
{
    if (m_starting.contains(number))
        removeLink(number, true);
    else if (number != 0)
        m_conversation->cancel(number);
}

DWORD ClientSide::startLater(const Order &order)
{
    do
        ++m_lastTransaction;
    while (m_lastTransaction == 0 || m_lastTransaction == QID_SYNC || m_pending.contains(m_lastTransaction));
    const DWORD id = m_lastTransaction;
    Pending &pending = m_pending[id];
    pending.activity = {.item = order.item, .format = order.format, .type = order.type};
    pending.item = StringHold{instance().strings(), order.item};
    pending.number = start(order, [weak = weak(), id](const Outcome &outcome) {
        if (const auto side = weak.lock())
            side->complete(id, outcome);
    });
    return id;
}

// An end is told by the disconnect alone. Source: ddeml-semantics.md F2.
void ClientSide::complete(DWORD transaction, const Outcome &outcome)
{
    const auto found = m_pending.find(transaction);
    if (found == m_pending.end())
        return;
    if (outcome.hasEnded) {
        m_pending.erase(found);
        return;
    }
    const Activity &activity = found->second.activity;
    WaitingCallback completion;
    completion.arguments.type = XTYP_XACT_COMPLETE;
    completion.arguments.format = activity.format;
    completion.arguments.string1 = topic();
    completion.arguments.data = plainResult(outcome.error == DMLERR_NO_ERROR ? TRUE : FALSE);
    completion.arguments.word1 = transaction;
    completion.arguments.word2 = outcome.status;
    completion.item = StringHold{instance().strings(), activity.item};
    completion.data = outcome.data;
    completion.subject = transaction;
    completion.isBounded = false;
    completion.done = [weak = weak(), transaction](HDDEDATA) {
        const auto side = weak.lock();
        if (side && side->m_pending.erase(transaction) > 0)
            side->rest();
    };
    queue().add(std::move(completion));
}

bool ClientSide::abandon(DWORD transaction)
{
    const auto node = m_pending.extract(transaction);
    if (node.empty())
        return false;
    const auto guard = self();
    queue().dropIf([transaction](const WaitingCallback &entry) {
        return entry.arguments.type == XTYP_XACT_COMPLETE && entry.subject == transaction;
    });
    giveUp(node.mapped().number);
    return true;
}

void ClientSide::abandonAll()
{
    std::vector<DWORD> all;
    for (const auto &[id, pending] : m_pending)
        all.push_back(id);
    for (const DWORD id : all)
        abandon(id);
}

void ClientSide::setCurrent(const Activity &activity)
{
    m_current = activity;
    if (activity.type == 0)
        rest();
}

// A failure shows until the next transaction.
void ClientSide::rest()
{
    if (state != XST_INCOMPLETE && !isTerminated() && m_pending.empty() && m_current.type == 0)
        state = XST_CONNECTED;
}

const Conversation::Activity *ClientSide::activity(DWORD transaction) const
{
    const auto found = m_pending.find(transaction);
    return found == m_pending.end() ? nullptr : &found->second.activity;
}

DWORD_PTR *ClientSide::userHandle(DWORD transaction)
{
    const auto found = m_pending.find(transaction);
    return found == m_pending.end() ? nullptr : &found->second.userHandle;
}

} // namespace tellwire::ddeml
