// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"
#include "dde/transport/seat.h"
#include "dde/transport/thread_sessions.h"

#include <algorithm>

using namespace tellwire;
using namespace tellwire::ddeml;

namespace {

UINT initialise(LPDWORD id, PFNCALLBACK callback, DWORD flags, DWORD reserved, bool isWide)
{
    if (id == nullptr || reserved != 0)
        return DMLERR_INVALIDPARAMETER;
    ThreadInstances &thread = ThreadInstances::ofThisThread();
    if (*id != 0) {
        const std::shared_ptr<Instance> known = thread.find(*id);
        if (!known)
            return DMLERR_INVALIDPARAMETER;
        known->setFlags(flags);
        return DMLERR_NO_ERROR;
    }
    if (callback == nullptr)
        return DMLERR_INVALIDPARAMETER;
    if (!thread.join())
        return DMLERR_SYS_ERROR;
    *id = thread.make(callback, flags, isWide)->id();
    return DMLERR_NO_ERROR;
}

bool isWaiting(const Conversation &conversation, CallbackQueue &queue)
{
    return !conversation.isTerminated() && queue.hasWaiting();
}

/// One of the commands of DdeEnableCallback() but EC_QUERYWAITING.
void apply(UINT command, CallbackQueue &queue)
{
    if (command == EC_DISABLE)
        queue.disable();
    else if (command == EC_ENABLEONE)
        queue.enableOne();
    else
        queue.enable();
}

} // namespace

UINT DdeInitializeA(LPDWORD pidInst, PFNCALLBACK pfnCallback, DWORD afCmd, DWORD ulRes)
{
    return initialise(pidInst, pfnCallback, afCmd, ulRes, false);
}

UINT DdeInitializeW(LPDWORD pidInst, PFNCALLBACK pfnCallback, DWORD afCmd, DWORD ulRes)
{
    return initialise(pidInst, pfnCallback, afCmd, ulRes, true);
}

BOOL DdeUninitialize(DWORD idInst)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst);
    if (!instance)
        return FALSE;
    instance->end();
    return TRUE;
}

UINT DdeGetLastError(DWORD idInst)
{
    const std::shared_ptr<Instance> instance = ThreadInstances::ofThisThread().find(idInst);
    return instance ? instance->takeLastError() : UINT{DMLERR_INVALIDPARAMETER};
}

// Source: ddeml-semantics.md B8 and F9.
BOOL DdeEnableCallback(DWORD idInst, HCONV hConv, UINT wCmd)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst);
    if (!instance)
        return FALSE;
    std::vector<std::shared_ptr<Conversation>> concerned = instance->conversations();
    if (hConv != nullptr)
        std::erase_if(concerned, [hConv](const auto &one) { return one->handle() != hConv; });
    const bool isKnown =
        wCmd == EC_ENABLEALL || wCmd == EC_ENABLEONE || wCmd == EC_DISABLE || wCmd == EC_QUERYWAITING;
    if ((hConv != nullptr && concerned.empty()) || !isKnown)
        return failed(*instance, DMLERR_INVALIDPARAMETER, FALSE);
    if (wCmd == EC_QUERYWAITING)
        return std::ranges::any_of(concerned, [](const auto &one) { return isWaiting(*one, one->queue()); });
    if (instance->isInCallback())
        return failed(*instance, DMLERR_REENTRANCY, FALSE);
    if (hConv == nullptr && wCmd != EC_ENABLEONE)
        instance->blocksNewConversations = wCmd == EC_DISABLE;
    for (const std::shared_ptr<Conversation> &conversation : concerned)
        apply(wCmd, conversation->queue());
    return TRUE;
}

int DdeGetPollDescriptor(DWORD idInst)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst);
    return instance ? instance->seat().fd() : -1;
}

BOOL DdeDispatch(DWORD idInst, DWORD dwTimeout)
{
    if (!instanceOf(idInst))
        return FALSE;
    const std::chrono::milliseconds limit{dwTimeout == INFINITE ? -1 : std::int64_t{dwTimeout}};
    return transport::waitForSessions(limit) ? TRUE : FALSE;
}
