// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/callback_queue.h"

#include "conversations/ddeml/conversation.h"
#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/thread_instances.h"
#include "dde/transport/seat.h"

#include <utility>

namespace tellwire::ddeml {

bool CallbackQueue::add(WaitingCallback entry)
{
    const bool hasRoom = m_waiting.size() < maxEntries && m_bytes + entry.size() <= maxBytes;
    if (entry.isBounded && !hasRoom && !m_waiting.empty())
        return false;
    m_bytes += entry.size();
    m_waiting.push_back(std::move(entry));
    deliver();
    return true;
}

void CallbackQueue::addNext(WaitingCallback entry)
{
    m_bytes += entry.size();
    m_waiting.push_front(std::move(entry));
}

void CallbackQueue::addLast(WaitingCallback entry)
{
    clear();
    m_bytes = entry.size();
    m_waiting.push_back(std::move(entry));
    deliver();
}

void CallbackQueue::enable()
{
    m_state = State::Open;
    deliverLater();
}

void CallbackQueue::enableOne()
{
    m_state = State::OneOnly;
    deliverLater();
}

void CallbackQueue::clear()
{
    m_waiting.clear();
    m_bytes = 0;
}

void CallbackQueue::dropIf(const std::function<bool(const WaitingCallback &)> &isUnwanted)
{
    std::erase_if(m_waiting, [&](const WaitingCallback &entry) {
        if (!isUnwanted(entry))
            return false;
        m_bytes -= entry.size();
        return true;
    });
}

bool CallbackQueue::mayRunNext() const
{
    return !m_isRunning && !m_waiting.empty() &&
           (m_state != State::Blocked || !m_waiting.front().isBlockable);
}

void CallbackQueue::deliver()
{
    const std::shared_ptr<Conversation> guard = m_conversation.shared_from_this();
    while (mayRunNext() && !m_conversation.instance().isEnded())
        runNext();
}

// An answer of CBR_BLOCK puts it back; the program gets the very same when it lets it come.
void CallbackQueue::runNext()
{
    WaitingCallback next = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_bytes -= next.size();
    if (next.prepare && !next.prepare(next))
        return;
    if (m_state == State::OneOnly && next.isBlockable)
        m_state = State::Blocked;

    CallbackArguments arguments = next.arguments;
    arguments.conversation = m_conversation.handle();
    arguments.string2 = next.item.get() != nullptr ? next.item.get() : arguments.string2;
    Instance &instance = m_conversation.instance();
    if (next.data)
        arguments.data = instance.thread().data().add(next.data);
    m_isRunning = true;
    const HDDEDATA result = instance.call(arguments);
    m_isRunning = false;
    if (next.data)
        instance.thread().data().remove(next.data->handle);

    if (result == CBR_BLOCK && next.isBlockable && !m_conversation.isTerminated()) {
        m_state = State::Blocked;
        m_bytes += next.size();
        m_waiting.push_front(std::move(next));
        return;
    }
    if (next.done)
        next.done(result);
}

void CallbackQueue::deliverLater()
{
    m_conversation.instance().seat().reactor().post([weak = m_conversation.weak_from_this()] {
        if (const std::shared_ptr<Conversation> alive = weak.lock())
            alive->queue().deliver();
    });
}

} // namespace tellwire::ddeml
