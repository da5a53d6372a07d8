// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/callback_arguments.h"
#include "conversations/ddeml/string_table.h"
#include "dde/protocol/message.h"

#include <memory>
#include <vector>

namespace tellwire::transport {
class Seat;
}

namespace tellwire::ddeml {

class Conversation;
class Monitor;
class NameService;
class ThreadInstances;

/// What DdeInitialize() makes: one registration of a callback, with its filter flags, its strings and its
/// conversations. Source: ddeml-semantics.md A1.
///
/// Thread: the one it was made in, like everything in this folder but newHandleNumber().
class Instance : public std::enable_shared_from_this<Instance>
{
public:
    struct Setup
    {
        PFNCALLBACK callback = nullptr;
        DWORD flags = 0;
        bool isWide = false;
    };

    Instance(ThreadInstances &thread, DWORD id, const Setup &setup);
    ~Instance();
    Instance(const Instance &) = delete;
    Instance &operator=(const Instance &) = delete;

    /// What needs the finished object: services and the notices about those of others.
    void begin();

    /// What DdeUninitialize() does: partners are told, names withdrawn, handles invalid. The callback is
    /// called no more afterwards.
    void end();
    bool isEnded() const noexcept { return m_isEnded; }

    DWORD id() const noexcept { return m_id; }
    std::uint64_t number() const noexcept { return m_number; } ///< See ConversationContext::instance.
    bool isWide() const noexcept { return m_setup.isWide; }
    int codePage() const noexcept { return isWide() ? CP_WINUNICODE : CP_WINANSI; }

    DWORD flags() const noexcept { return m_setup.flags; }
    bool has(DWORD flag) const noexcept { return (m_setup.flags & flag) != 0; }
    bool isMonitor() const noexcept { return has(APPCLASS_MONITOR); }
    void setFlags(DWORD flags); ///< When it is initialised again.

    void setLastError(UINT error);
    UINT takeLastError();

    StringTable &strings() noexcept { return m_strings; }
    ThreadInstances &thread() const noexcept { return m_thread; }
    transport::Seat &seat() const noexcept;
    NameService &services() const noexcept { return *m_services; }

    /// Calls the program; 0 if the instance has ended. It may delete anything.
    HDDEDATA call(const CallbackArguments &arguments);
    bool isInCallback() const noexcept { return m_callsUnderWay > 0; }

    // Its conversations, in the order in which they were opened.
    void add(const std::shared_ptr<Conversation> &conversation);
    void remove(const Conversation &conversation);
    const std::vector<std::shared_ptr<Conversation>> &conversations() const noexcept
    {
        return m_conversations;
    }

    /// Whether EC_DISABLE was said for all conversations, also those to come.
    bool blocksNewConversations = false;

    /// What it tells servers about itself if DdeConnect() is not told otherwise.
    CONVCONTEXT defaultContext() const;

private:
    ThreadInstances &m_thread;
    DWORD m_id;
    std::uint64_t m_number;
    Setup m_setup;
    UINT m_lastError = DMLERR_NO_ERROR;
    StringTable m_strings;
    std::vector<std::shared_ptr<Conversation>> m_conversations;
    std::unique_ptr<NameService> m_services;
    std::unique_ptr<Monitor> m_monitor; ///< Of a monitor instance.
    int m_callsUnderWay = 0;
    bool m_isEnded = false;
};

/// The context as it travels, and back.
protocol::ConversationContext toMessage(const CONVCONTEXT &context, std::uint64_t instance);
CONVCONTEXT fromMessage(const protocol::ConversationContext &context);

} // namespace tellwire::ddeml
