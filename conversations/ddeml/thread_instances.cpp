// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/thread_instances.h"

#include "conversations/ddeml/connection_list.h"
#include "conversations/ddeml/conversation.h"
#include "conversations/ddeml/instance.h"
#include "dde/transport/seat.h"
#include "dde/transport/thread_sessions.h"

#include <QAbstractEventDispatcher>
#include <QEventLoop>

#include <algorithm>

namespace tellwire::ddeml {
namespace {

constexpr std::size_t maxRemembered = 1024;

} // namespace

ThreadInstances &ThreadInstances::ofThisThread()
{
    static thread_local ThreadInstances instances;
    return instances;
}

ThreadInstances::ThreadInstances() = default;

ThreadInstances::~ThreadInstances()
{
    for (const std::shared_ptr<Instance> &instance : std::vector{m_instances})
        instance->end();
}

Result<void> ThreadInstances::join()
{
    if (m_session)
        return {};
    Result<Session> session = Session::join();
    if (!session)
        return session.error();
    if (const Result<void> entered = session->seat().listen(); !entered)
        return entered.error();
    m_session = std::move(session).value();
    return {};
}

std::shared_ptr<Instance> ThreadInstances::make(PFNCALLBACK callback, DWORD flags, bool isWide)
{
    const auto id = static_cast<DWORD>(newHandleNumber());
    const auto instance = std::make_shared<Instance>(
        *this, id, Instance::Setup{.callback = callback, .flags = flags, .isWide = isWide});
    m_instances.push_back(instance);
    instance->begin();
    return instance;
}

void ThreadInstances::remove(Instance &instance)
{
    std::erase_if(lists, [&](const auto &entry) { return &entry.second->instance() == &instance; });
    m_data.removeOf(instance.id());
    std::erase_if(m_instances, [&](const auto &other) { return other.get() == &instance; });
    if (m_instances.empty())
        m_session.reset();
}

std::shared_ptr<Instance> ThreadInstances::find(DWORD id) const
{
    for (const std::shared_ptr<Instance> &instance : m_instances)
        if (instance->id() == id)
            return instance;
    return nullptr;
}

const ItemName *ThreadInstances::findString(HSZ string) const
{
    for (const std::shared_ptr<Instance> &instance : m_instances)
        if (const ItemName *found = instance->strings().find(string))
            return found;
    return nullptr;
}

void ThreadInstances::add(const std::shared_ptr<Conversation> &conversation)
{
    m_conversations.emplace(conversation->handle(), conversation);
}

void ThreadInstances::remove(const Conversation &conversation)
{
    if (m_conversations.erase(conversation.handle()) == 0)
        return;
    m_ended.push_back(conversation.handle());
    if (m_ended.size() > maxRemembered)
        m_ended.pop_front();
}

std::shared_ptr<Conversation> ThreadInstances::findConversation(HCONV handle) const
{
    const auto found = m_conversations.find(handle);
    return found == m_conversations.end() ? nullptr : found->second;
}

bool ThreadInstances::hasEnded(HCONV handle) const
{
    return std::ranges::find(m_ended, handle) != m_ended.end();
}

void ThreadInstances::setLastErrorOfAll(UINT error)
{
    for (const std::shared_ptr<Instance> &instance : m_instances)
        instance->setLastError(error);
}

// The timer only ends the sleep.
bool ThreadInstances::waitUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit)
{
    const Session session = *m_session; // Handlers may uninitialise the last instance.
    transport::Reactor &reactor = session.seat().reactor();
    bool isLate = false;
    const transport::Reactor::TimerId timer =
        limit.count() < 0 ? 0 : reactor.after(limit, [&isLate] { isLate = true; });
    while (!isDone() && !isLate && !session.seat().isDead()) {
        if (QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance()) {
            session.seat().attachToEventLoop();
            dispatcher->processEvents(QEventLoop::WaitForMoreEvents);
        } else {
            transport::waitForSessions(std::chrono::milliseconds{-1});
        }
    }
    reactor.cancel(timer);
    return isDone();
}

} // namespace tellwire::ddeml
