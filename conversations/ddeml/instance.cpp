// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/instance.h"

#include "conversations/ddeml/conversation.h"
#include "conversations/ddeml/monitor.h"
#include "conversations/ddeml/monitor_reports.h"
#include "conversations/ddeml/name_service.h"
#include "conversations/ddeml/thread_instances.h"
#include "conversations/engine/monitor_handler.h"
#include "dde/transport/seat.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace tellwire::ddeml {
namespace {

std::uint64_t randomNumber()
{
    const std::uint64_t number = QRandomGenerator::system()->generate64();
    return number == 0 ? 1 : number;
}

} // namespace

Instance::Instance(ThreadInstances &thread, DWORD id, const Setup &setup)
    : m_thread(thread),
      m_id(id),
      m_number(randomNumber()),
      m_setup(setup)
{}

Instance::~Instance() = default;

void Instance::begin()
{
    (void)seat().handler<engine::MonitorHandler>(); // So it is there when somebody wants to be told.
    m_strings.onChange = [this](MonitoredString::Change change, HSZ string, const QString &text) {
        reportString(*this, change, string, text);
    };
    m_services = std::make_unique<NameService>(*this);
    if (isMonitor())
        m_monitor = std::make_unique<Monitor>(*this);
}

void Instance::end()
{
    if (m_isEnded)
        return;
    m_strings.tellCleanUp();
    m_isEnded = true;
    const auto self = shared_from_this();
    for (const std::shared_ptr<Conversation> &conversation : std::vector{m_conversations})
        conversation->disconnect();
    m_services->end();
    m_monitor.reset();
    m_thread.remove(*this);
}

// Source: ddeml-semantics.md A1: only a client stays one for good; a monitor stays what it is.
void Instance::setFlags(DWORD flags)
{
    constexpr DWORD fixed = APPCLASS_MASK | APPCMD_CLIENTONLY;
    m_setup.flags = (m_setup.flags & fixed) | (flags & ~fixed);
    m_services->onFlagsChanged();
    if (m_monitor)
        m_monitor->onFlagsChanged();
}

void Instance::setLastError(UINT error)
{
    m_lastError = error;
    reportError(*this, error);
}

UINT Instance::takeLastError() { return std::exchange(m_lastError, DMLERR_NO_ERROR); }

transport::Seat &Instance::seat() const noexcept { return m_thread.seat(); }

HDDEDATA Instance::call(const CallbackArguments &arguments)
{
    if (m_isEnded)
        return nullptr;
    const auto self = shared_from_this();
    CallbackReport report{*this, arguments};
    ++m_callsUnderWay;
    const HDDEDATA result =
        m_setup.callback(arguments.type, arguments.format, arguments.conversation, arguments.string1,
                         arguments.string2, arguments.data, arguments.word1, arguments.word2);
    --m_callsUnderWay;
    report.finish(result);
    return result;
}

void Instance::add(const std::shared_ptr<Conversation> &conversation)
{
    m_conversations.push_back(conversation);
    m_thread.add(conversation);
    if (blocksNewConversations)
        conversation->queue().disable();
}

void Instance::remove(const Conversation &conversation)
{
    m_thread.remove(conversation);
    std::erase_if(m_conversations, [&](const auto &other) { return other.get() == &conversation; });
}

CONVCONTEXT Instance::defaultContext() const
{
    CONVCONTEXT context{};
    context.cb = sizeof(context);
    context.iCodePage = codePage();
    context.qos = m_thread.quality;
    return context;
}

protocol::ConversationContext toMessage(const CONVCONTEXT &context, std::uint64_t instance)
{
    return {.instance = instance,
            .isWide = context.iCodePage == CP_WINUNICODE,
            .flags = context.wFlags,
            .country = context.wCountryID,
            .codePage = context.iCodePage,
            .language = context.dwLangID,
            .security = context.dwSecurity,
            .impersonationLevel = static_cast<std::uint32_t>(context.qos.ImpersonationLevel),
            .trackingMode = context.qos.ContextTrackingMode,
            .effectiveOnly = context.qos.EffectiveOnly != FALSE};
}

// A quality of service that says nothing is all zero, also its length, which does not travel.
CONVCONTEXT fromMessage(const protocol::ConversationContext &context)
{
    CONVCONTEXT result{};
    result.cb = sizeof(result);
    result.wFlags = context.flags;
    result.wCountryID = context.country;
    result.iCodePage = context.codePage;
    result.dwLangID = context.language;
    result.dwSecurity = context.security;
    result.qos.ImpersonationLevel = static_cast<SECURITY_IMPERSONATION_LEVEL>(
        std::min<std::uint32_t>(context.impersonationLevel, SecurityDelegation));
    result.qos.ContextTrackingMode = context.trackingMode;
    result.qos.EffectiveOnly = context.effectiveOnly ? TRUE : FALSE;
    const bool saysSomething =
        context.impersonationLevel != 0 || context.trackingMode != 0 || context.effectiveOnly;
    result.qos.Length = saysSomething ? sizeof(result.qos) : 0;
    return result;
}

} // namespace tellwire::ddeml
