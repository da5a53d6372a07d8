// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/callback_queue.h"
#include "conversations/ddeml/string_table.h"
#include "dde/protocol/names.h"

#include <memory>

namespace tellwire::ddeml {

class Instance;

/// One end of a conversation, whichever: what the program sees of it by its handle.
class Conversation : public std::enable_shared_from_this<Conversation>
{
public:
    struct Setup
    {
        QString service; ///< As the server has registered it.
        QString serviceAskedFor;
        QString topic;
        CONVCONTEXT context{};
        std::uint32_t partner = 0; ///< What the other end calls it; 0 if that is not of the exact face.
        bool isSelf = false;       ///< Both ends are of one instance.
    };

    Conversation(std::shared_ptr<Instance> instance, const Setup &setup);
    virtual ~Conversation();
    Conversation(const Conversation &) = delete;
    Conversation &operator=(const Conversation &) = delete;

    virtual bool isClient() const noexcept = 0;
    virtual bool hasLinks() const noexcept = 0;

    /// The program ends it: the partner is told, the program is not. Nothing may be called afterwards but
    /// what only looks. Call disconnect(), which also takes the handle away.
    virtual void tellPartnerEnd() = 0;

    HCONV handle() const noexcept { return m_handle; }
    std::uint32_t number() const noexcept
    {
        return static_cast<std::uint32_t>(numberOf(m_handle));
    } ///< Not 0.
    Instance &instance() const noexcept { return *m_instance; }
    HSZ service() const noexcept { return m_service.get(); }
    HSZ topic() const noexcept { return m_topic.get(); }
    std::uint32_t partner() const noexcept { return m_partner; }
    bool isSelf() const noexcept { return m_isSelf; }
    const CONVCONTEXT &context() const noexcept { return m_context; }
    CallbackQueue &queue() noexcept { return m_queue; }

    void disconnect();

    /// The partner has ended it: what waits is dropped, the program is told, and then the handle is invalid.
    /// To be called from the session's processing.
    void onPartnerEnded();
    bool isTerminated() const noexcept { return m_isTerminated; } ///< Either side has ended it.
    bool isTellingItsEnd() const noexcept { return m_isTellingItsEnd; }

    UINT status() const;

    /// What DdeQueryConvInfo() tells. False if there is no such transaction.
    bool describe(DWORD transaction, CONVINFO &info) const;
    bool setUserHandle(DWORD transaction, DWORD_PTR word);

    HCONVLIST list = nullptr;         ///< The one it is in.
    UINT state = XST_CONNECTED;       ///< XST_…
    UINT lastError = DMLERR_NO_ERROR; ///< Of its last transaction.

    /// The transaction that is under way, or was the last one.
    struct Activity
    {
        HSZ item = nullptr;
        UINT format = 0;
        UINT type = 0;
    };

protected:
    virtual const Activity *activity(DWORD transaction) const = 0; ///< Null: no such asynchronous one.
    virtual DWORD_PTR *userHandle(DWORD transaction) = 0;          ///< Likewise.
    Activity m_current; ///< Of the synchronous one, or at the server.

private:
    void forget();

    std::shared_ptr<Instance> m_instance;
    HCONV m_handle;
    StringHold m_service;
    StringHold m_serviceAskedFor;
    StringHold m_topic;
    CONVCONTEXT m_context;
    std::uint32_t m_partner;
    DWORD_PTR m_userHandle = 0;
    CallbackQueue m_queue;
    bool m_isSelf;
    bool m_isTerminated = false;
    bool m_isEndedByPartner = false;
    bool m_isTellingItsEnd = false;
};

} // namespace tellwire::ddeml
