// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"
#include "conversations/ddeml/connection_list.h"

#include <algorithm>
#include <cstring>
#include <utility>

using namespace tellwire::ddeml;

BOOL DdeDisconnect(HCONV hConv)
{
    const std::shared_ptr<Conversation> conversation = conversationOf(hConv, DMLERR_NO_CONV_ESTABLISHED);
    if (!conversation)
        return FALSE;
    if (conversation->isTerminated())
        return failed(conversation->instance(), DMLERR_NO_CONV_ESTABLISHED, FALSE);
    conversation->disconnect();
    return TRUE;
}

UINT DdeQueryConvInfo(HCONV hConv, DWORD idTransaction, PCONVINFO pConvInfo)
{
    const std::shared_ptr<Conversation> conversation = conversationOf(hConv, DMLERR_INVALIDPARAMETER);
    if (!conversation)
        return 0;
    if (pConvInfo == nullptr || pConvInfo->cb < sizeof(pConvInfo->cb))
        return failed<UINT>(conversation->instance(), DMLERR_INVALIDPARAMETER, 0);
    CONVINFO info;
    if (!conversation->describe(idTransaction, info))
        return failed<UINT>(conversation->instance(), DMLERR_UNFOUND_QUEUE_ID, 0);
    const DWORD size = std::min<DWORD>(pConvInfo->cb, sizeof(info));
    info.cb = size;
    std::memcpy(pConvInfo, &info, size);
    return size;
}

BOOL DdeSetUserHandle(HCONV hConv, DWORD id, DWORD_PTR hUser)
{
    const std::shared_ptr<Conversation> conversation = conversationOf(hConv, DMLERR_INVALIDPARAMETER);
    if (!conversation)
        return FALSE;
    if (!conversation->setUserHandle(id, hUser))
        return failed(conversation->instance(), DMLERR_UNFOUND_QUEUE_ID, FALSE);
    return TRUE;
}

// Whoever can reach a session is of the same user, so there is nobody else to be.
BOOL DdeImpersonateClient(HCONV hConv)
{
    const std::shared_ptr<Conversation> conversation = conversationOf(hConv, DMLERR_INVALIDPARAMETER);
    if (!conversation)
        return FALSE;
    if (conversation->isClient() || conversation->isTerminated())
        return failed(conversation->instance(), DMLERR_INVALIDPARAMETER, FALSE);
    return TRUE;
}

// There are no windows, so it is that of the thread: for conversations that are opened from now on without a
// context of their own.
BOOL DdeSetQualityOfService(HWND, const SECURITY_QUALITY_OF_SERVICE *pqosNew,
                            PSECURITY_QUALITY_OF_SERVICE pqosPrev)
{
    if (pqosNew == nullptr)
        return FALSE;
    const SECURITY_QUALITY_OF_SERVICE before =
        std::exchange(ThreadInstances::ofThisThread().quality, *pqosNew);
    if (pqosPrev != nullptr)
        *pqosPrev = before;
    return TRUE;
}

HCONV DdeQueryNextServer(HCONVLIST hConvList, HCONV hConvPrev)
{
    ThreadInstances &thread = ThreadInstances::ofThisThread();
    const auto found = thread.lists.find(hConvList);
    if (found == thread.lists.end()) {
        thread.setLastErrorOfAll(DMLERR_INVALIDPARAMETER);
        return nullptr;
    }
    return found->second->next(hConvPrev);
}

BOOL DdeDisconnectList(HCONVLIST hConvList)
{
    ThreadInstances &thread = ThreadInstances::ofThisThread();
    const auto node = thread.lists.extract(hConvList);
    if (node.empty()) {
        thread.setLastErrorOfAll(DMLERR_INVALIDPARAMETER);
        return FALSE;
    }
    for (const HCONV member : std::vector{node.mapped()->members()})
        if (const std::shared_ptr<Conversation> conversation = thread.findConversation(member))
            conversation->disconnect();
    return TRUE;
}
