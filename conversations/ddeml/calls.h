// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/conversation.h"
#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/thread_instances.h"

#include <memory>

// What the functions of <ddeml.h> have in common.
namespace tellwire::ddeml {

/// What the call fails with: stores the error with the instance.
template <typename Value>
Value failed(Instance &instance, UINT error, Value value)
{
    instance.setLastError(error);
    return value;
}

/// The instance of a call; null, and the error with all instances of the thread, if there is no such one.
/// Source: ddeml-semantics.md A2 and B9.
inline std::shared_ptr<Instance> instanceOf(DWORD id, UINT errorIfNone = DMLERR_DLL_NOT_INITIALIZED)
{
    ThreadInstances &thread = ThreadInstances::ofThisThread();
    std::shared_ptr<Instance> found = thread.find(id);
    if (!found)
        thread.setLastErrorOfAll(errorIfNone);
    return found;
}

/// Null, and the error with all instances of the thread, if there is no such conversation.
inline std::shared_ptr<Conversation> conversationOf(HCONV handle, UINT errorIfNone)
{
    ThreadInstances &thread = ThreadInstances::ofThisThread();
    std::shared_ptr<Conversation> found = thread.findConversation(handle);
    if (!found)
        thread.setLastErrorOfAll(errorIfNone);
    return found;
}

} // namespace tellwire::ddeml
