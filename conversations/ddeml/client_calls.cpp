// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"
#include "conversations/ddeml/client_side.h"

#include <chrono>
#include <optional>

using namespace tellwire::ddeml;

// Source: ddeml-semantics.md B2.
namespace {

constexpr DWORD isHandle = 0xFFFFFFFF; ///< As a size: the data is a data handle.
constexpr UINT basicType(UINT type) { return type & ~UINT{XTYPF_NODATA | XTYPF_ACKREQ}; }

/// The arguments of DdeClientTransaction().
struct Call
{
    LPBYTE data;
    DWORD size;
    HSZ item;
    UINT format;
    UINT type;

    HDDEDATA handle() const { return reinterpret_cast<HDDEDATA>(data); }
    bool hasData() const { return type == XTYP_POKE || type == XTYP_EXECUTE; }
};

bool isClientType(UINT type)
{
    return type == XTYP_REQUEST || type == XTYP_POKE || type == XTYP_EXECUTE || type == XTYP_ADVSTOP ||
           basicType(type) == XTYP_ADVSTART;
}

UINT complaintAboutData(const Call &call, Instance &instance)
{
    if (!call.hasData())
        return call.data == nullptr ? DMLERR_NO_ERROR : DMLERR_INVALIDPARAMETER;
    if (call.data == nullptr)
        return call.type == XTYP_EXECUTE && call.size == 0 ? DMLERR_MEMORY_ERROR : DMLERR_INVALIDPARAMETER;
    if (call.size != isHandle)
        return DMLERR_NO_ERROR;
    const std::shared_ptr<DataObject> object = instance.thread().data().find(call.handle());
    const bool fits = object && object->instance == instance.id() &&
                      (call.type != XTYP_POKE || object->format == call.format);
    return fits ? DMLERR_NO_ERROR : DMLERR_INVALIDPARAMETER;
}

/// What is wrong with a call, as an error code.
UINT complaintAbout(const Call &call, const Conversation &conversation)
{
    if (!conversation.isClient() || !isClientType(call.type))
        return DMLERR_INVALIDPARAMETER;
    if (conversation.isTerminated())
        return DMLERR_NO_CONV_ESTABLISHED;
    Instance &instance = conversation.instance();
    const bool isAboutItem = call.type != XTYP_EXECUTE;
    if (isAboutItem && instance.strings().find(call.item) == nullptr)
        return DMLERR_INVALIDPARAMETER;
    if (call.type == XTYP_POKE && call.format == 0) // There is no such format to send a value in.
        return DMLERR_INVALIDPARAMETER;
    return complaintAboutData(call, instance);
}

ClientSide::Order orderOf(const Call &call, Instance &instance)
{
    ClientSide::Order order{.type = call.type, .format = call.format, .item = call.item, .data = {}};
    if (call.type == XTYP_EXECUTE)
        order.item = nullptr;
    if (call.hasData() && call.size == isHandle)
        order.data = instance.thread().data().passOn(call.handle(), instance.id())->bytes;
    else if (call.hasData())
        order.data = QByteArray{reinterpret_cast<const char *>(call.data), qsizetype{call.size}};
    return order;
}

UINT timeoutOf(UINT type)
{
    switch (basicType(type)) {
    case XTYP_REQUEST:
        return DMLERR_DATAACKTIMEOUT;
    case XTYP_POKE:
        return DMLERR_POKEACKTIMEOUT;
    case XTYP_EXECUTE:
        return DMLERR_EXECACKTIMEOUT;
    case XTYP_ADVSTART:
        return DMLERR_ADVACKTIMEOUT;
    default:
        return DMLERR_UNADVACKTIMEOUT;
    }
}

/// Waits for the answer, in a loop that lets everything else in the thread go on.
ClientSide::Outcome performAndWait(ClientSide &side, const ClientSide::Order &order,
                                   std::chrono::milliseconds limit)
{
    ThreadInstances &thread = side.instance().thread();
    const auto outcome = std::make_shared<std::optional<ClientSide::Outcome>>();
    thread.isInTransaction = true;
    side.setCurrent({.item = order.item, .format = order.format, .type = order.type});
    const std::uint32_t number =
        side.start(order, [outcome](const ClientSide::Outcome &told) { *outcome = told; });
    const bool isAnswered = thread.waitUntil([&] { return outcome->has_value(); }, limit);
    thread.isInTransaction = false;
    if (!isAnswered) {
        side.giveUp(number);
        side.state = XST_INCOMPLETE;
        side.lastError = timeoutOf(order.type);
        *outcome = {.error = timeoutOf(order.type)};
    }
    side.setCurrent({});
    return **outcome;
}

/// What the program gets, which owns the data from now on.
HDDEDATA resultOf(const ClientSide::Outcome &outcome, Instance &instance)
{
    if (outcome.error != DMLERR_NO_ERROR)
        return nullptr;
    if (!outcome.data)
        return plainResult(TRUE);
    outcome.data->owner = DataObject::Owner::Program;
    return instance.thread().data().add(outcome.data);
}

} // namespace

HDDEDATA DdeClientTransaction(LPBYTE pData, DWORD cbData, HCONV hConv, HSZ hszItem, UINT wFmt, UINT wType,
                              DWORD dwTimeout, LPDWORD pdwResult)
{
    ThreadInstances &thread = ThreadInstances::ofThisThread();
    const std::shared_ptr<Conversation> conversation =
        conversationOf(hConv, thread.hasEnded(hConv) ? DMLERR_NO_CONV_ESTABLISHED : DMLERR_INVALIDPARAMETER);
    if (!conversation)
        return nullptr;
    const std::shared_ptr<Instance> instance = conversation->instance().shared_from_this();
    const Call call{pData, cbData, hszItem, wFmt, wType};
    const bool isAsynchronous = dwTimeout == TIMEOUT_ASYNC;
    UINT complaint = complaintAbout(call, *conversation);
    if (complaint == DMLERR_NO_ERROR && !isAsynchronous && thread.isInTransaction)
        complaint = DMLERR_REENTRANCY;
    if (complaint != DMLERR_NO_ERROR)
        return failed<HDDEDATA>(*instance, complaint, nullptr);

    auto &side = static_cast<ClientSide &>(*conversation);
    const ClientSide::Order order = orderOf(call, *instance);
    DWORD result = 0;
    ClientSide::Outcome outcome;
    if (isAsynchronous) {
        result = side.startLater(order);
    } else {
        outcome = performAndWait(side, order, std::chrono::milliseconds{dwTimeout});
        result = outcome.status;
    }
    if (pdwResult != nullptr)
        *pdwResult = result;
    instance->setLastError(outcome.error);
    return instance->isEnded() ? nullptr : resultOf(outcome, *instance);
}

BOOL DdeAbandonTransaction(DWORD idInst, HCONV hConv, DWORD idTransaction)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst);
    if (!instance)
        return FALSE;
    bool isKnown = hConv == nullptr;
    bool isFound = hConv == nullptr || idTransaction == 0;
    for (const std::shared_ptr<Conversation> &conversation : std::vector{instance->conversations()}) {
        if (!conversation->isClient() || (hConv != nullptr && conversation->handle() != hConv))
            continue;
        isKnown = true;
        auto &side = static_cast<ClientSide &>(*conversation);
        if (hConv == nullptr || idTransaction == 0)
            side.abandonAll();
        else
            isFound = side.abandon(idTransaction);
    }
    if (!isKnown)
        return failed(*instance, DMLERR_INVALIDPARAMETER, FALSE);
    return isFound ? TRUE : failed(*instance, DMLERR_UNFOUND_QUEUE_ID, FALSE);
}
