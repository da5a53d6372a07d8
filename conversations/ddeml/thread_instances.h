// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/data_object.h"
#include "conversations/ddeml/handles.h"
#include "dde/protocol/names.h"
#include "dde/transport/session.h"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tellwire::ddeml {

class ConnectionList;
class Conversation;
class Instance;

/// All that the exact face has in one thread: the session, the instances, and the tables of their handles.
/// The end of the thread uninitialises all.
class ThreadInstances
{
public:
    static ThreadInstances &ofThisThread();
    ~ThreadInstances();

    /// Joins the session if nobody has.
    Result<void> join();
    transport::Seat &seat() const noexcept { return m_session->seat(); }

    std::shared_ptr<Instance> make(PFNCALLBACK callback, DWORD flags, bool isWide);
    void remove(Instance &instance); ///< The last one leaves the session.

    std::shared_ptr<Instance> find(DWORD id) const;
    const std::vector<std::shared_ptr<Instance>> &instances() const noexcept { return m_instances; }

    /// Of the instance that has the string; null if none of them has.
    const ItemName *findString(HSZ string) const;

    DataTable &data() noexcept { return m_data; }

    // Conversations, of all instances. An ended one is remembered for a while, to tell it from nonsense.
    void add(const std::shared_ptr<Conversation> &conversation);
    void remove(const Conversation &conversation);
    std::shared_ptr<Conversation> findConversation(HCONV handle) const;
    bool hasEnded(HCONV handle) const;

    std::unordered_map<HCONVLIST, std::shared_ptr<ConnectionList>> lists;

    /// For calls that name no instance, or none that there is.
    void setLastErrorOfAll(UINT error);

    /// Lets everything in the thread go on, its Qt event loop too, until the condition holds; false if the
    /// limit comes first, or the session has ended. A negative limit never comes.
    bool waitUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit);

    /// A synchronous transaction is under way: there can be one in a thread.
    bool isInTransaction = false;

    /// What DdeSetQualityOfService() has said last.
    SECURITY_QUALITY_OF_SERVICE quality{};

private:
    ThreadInstances();

    std::optional<Session> m_session;
    std::vector<std::shared_ptr<Instance>> m_instances;
    DataTable m_data;
    std::unordered_map<HCONV, std::shared_ptr<Conversation>> m_conversations;
    std::deque<HCONV> m_ended; ///< The newest are at the end.
};

} // namespace tellwire::ddeml
