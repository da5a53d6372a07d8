// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/conversation.h"

#include "conversations/ddeml/connection_list.h"
#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/thread_instances.h"

#include <utility>

namespace tellwire::ddeml {

Conversation::Conversation(std::shared_ptr<Instance> instance, const Setup &setup)
    : m_instance(std::move(instance)),
      m_handle(newHandle<HCONV>()),
      m_service(m_instance->strings(), setup.service),
      m_serviceAskedFor(m_instance->strings(), setup.serviceAskedFor),
      m_topic(m_instance->strings(), setup.topic),
      m_context(setup.context),
      m_partner(setup.partner),
      m_queue(*this),
      m_isSelf(setup.isSelf)
{}

Conversation::~Conversation() = default;

void Conversation::forget()
{
    const auto self = shared_from_this();
    if (const auto found = m_instance->thread().lists.find(list); found != m_instance->thread().lists.end())
        found->second->remove(m_handle);
    m_instance->remove(*this);
}

void Conversation::disconnect()
{
    if (std::exchange(m_isTerminated, true))
        return;
    const auto self = shared_from_this();
    m_queue.clear();
    tellPartnerEnd();
    forget();
}

void Conversation::onPartnerEnded()
{
    if (std::exchange(m_isTerminated, true))
        return;
    const auto self = shared_from_this();
    m_isEndedByPartner = true;
    state = XST_NULL;
    if (m_instance->has(CBF_SKIP_DISCONNECTS) || m_instance->isEnded()) {
        m_queue.clear();
        return forget();
    }
    WaitingCallback end;
    end.arguments.type = XTYP_DISCONNECT;
    end.arguments.word2 = m_isSelf ? 1 : 0;
    end.isBlockable = false;
    end.done = [this](HDDEDATA) {
        m_isTellingItsEnd = false;
        forget();
    };
    m_isTellingItsEnd = true;
    m_queue.addLast(std::move(end));
}

UINT Conversation::status() const
{
    const auto bit = [](bool condition, UINT value) { return condition ? value : 0U; };
    return bit(!m_isTerminated, ST_CONNECTED) | bit(hasLinks(), ST_ADVISE) | bit(m_partner != 0, ST_ISLOCAL) |
           bit(m_queue.isBlocked(), ST_BLOCKED) | bit(isClient(), ST_CLIENT) |
           bit(m_isEndedByPartner, ST_TERMINATED) | bit(list != nullptr, ST_INLIST) |
           bit(m_queue.blocksNext(), ST_BLOCKNEXT) | bit(m_isSelf, ST_ISSELF);
}

bool Conversation::describe(DWORD transaction, CONVINFO &info) const
{
    const bool isWhole = transaction == QID_SYNC;
    const Activity *about = isWhole ? &m_current : activity(transaction);
    if (about == nullptr)
        return false;
    info = {};
    info.cb = sizeof(info);
    info.hUser = isWhole ? m_userHandle : *const_cast<Conversation *>(this)->userHandle(transaction);
    info.hConvPartner =
        reinterpret_cast<HCONV>(std::uintptr_t{m_partner}); // NOLINT: a number, never followed
    info.hszSvcPartner = m_service.get();
    info.hszServiceReq = m_serviceAskedFor.get();
    info.hszTopic = m_topic.get();
    info.hszItem = about->item;
    info.wFmt = about->format;
    info.wType = about->type;
    info.wStatus = status();
    info.wConvst = state;
    info.wLastError = lastError;
    info.hConvList = list;
    info.ConvCtxt = m_context;
    return true;
}

bool Conversation::setUserHandle(DWORD transaction, DWORD_PTR word)
{
    DWORD_PTR *place = transaction == QID_SYNC ? &m_userHandle : userHandle(transaction);
    if (place == nullptr)
        return false;
    *place = word;
    return true;
}

} // namespace tellwire::ddeml
