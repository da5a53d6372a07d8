// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/name_service.h"

#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/server_side.h"
#include "conversations/ddeml/server_side_connecting.h"
#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/format_numbers.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/system_topic.h"
#include "dde/transport/membership.h"
#include "dde/transport/seat.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <set>
#include <utility>

#include <unistd.h>

namespace tellwire::ddeml {

namespace {

constexpr qsizetype mostFormats = 256;

using OfferId = std::pair<std::uint64_t, std::uint32_t>;

OfferId idOf(const protocol::ServiceOffer &offer) { return {offer.peer, offer.instance}; }

/// Those that are not among the others, in order.
QList<protocol::ServiceOffer> without(const QList<protocol::ServiceOffer> &offers,
                                      const QList<protocol::ServiceOffer> &others)
{
    std::set<OfferId> ids;
    for (const protocol::ServiceOffer &other : others)
        ids.insert(idOf(other));
    QList<protocol::ServiceOffer> left;
    for (const protocol::ServiceOffer &offer : offers)
        if (!ids.contains(idOf(offer)))
            left.append(offer);
    return left;
}

} // namespace

NameService::NameService(Instance &instance) : m_instance(instance), m_links(instance)
{
    if (!instance.isMonitor())
        watch();
}

NameService::~NameService() = default;

engine::Server &NameService::server() const
{
    return m_instance.seat().handler<engine::ConversationHandler>().server();
}

// Names

protocol::ServiceOffer NameService::offer(std::uint32_t number) const
{
    protocol::ServiceOffer offer;
    offer.peer = m_instance.seat().id();
    offer.instance = number;
    offer.program = QFileInfo{QFile::symLinkTarget(QStringLiteral("/proc/self/exe"))}.fileName();
    offer.pid = getpid();
    return offer;
}

UINT NameService::add(const ServiceName &name)
{
    const auto isNamed = [&](const Registered &one) { return one.service && one.offer.name == name; };
    if (std::ranges::any_of(m_registered, isNamed))
        return DMLERR_DLL_USAGE;
    if (!m_connecting)
        m_connecting = std::make_shared<Connecting>(m_instance.weak_from_this());
    const auto service = std::make_shared<engine::ServedService>(server(), name, nullptr);
    service->addTopic(engine::systemTopicName());
    service->setDirect(m_connecting);
    Registered registered{.offer = offer(server().add(service)), .instanceName = {}, .service = service};
    registered.offer.name = name;
    registered.instanceName = protocol::instanceName(registered.offer);
    return enter(std::move(registered));
}

UINT NameService::setFilter(bool isOn)
{
    const auto forAnyName = std::ranges::find(m_registered, nullptr, &Registered::service);
    const bool isOnNow = forAnyName == m_registered.end();
    if (isOn == isOnNow)
        return DMLERR_NO_ERROR;
    if (isOn) {
        const Registered withdrawn = *forAnyName;
        m_registered.erase(forAnyName);
        withdraw(withdrawn);
        return DMLERR_NO_ERROR;
    }
    if (!m_connecting)
        m_connecting = std::make_shared<Connecting>(m_instance.weak_from_this());
    Registered registered{
        .offer = offer(server().addForAnyName(m_connecting)), .instanceName = {}, .service = nullptr};
    registered.offer.takesAnyName = true;
    return enter(std::move(registered));
}

UINT NameService::enter(Registered registered)
{
    const Result<void> declared =
        m_instance.seat().membership().declare(protocol::registration(registered.offer));
    if (!declared) {
        withdraw(registered);
        return DMLERR_SYS_ERROR;
    }
    m_registered.push_back(std::move(registered));
    m_instance.seat().reactor().post([weak = std::weak_ptr{m_guard}, this] {
        if (weak.lock())
            onLogChange();
    });
    return DMLERR_NO_ERROR;
}

UINT NameService::remove(const ServiceName &name)
{
    const auto found = std::ranges::find_if(
        m_registered, [&](const Registered &one) { return one.service && one.offer.name == name; });
    if (found == m_registered.end())
        return DMLERR_INVALIDPARAMETER;
    const Registered withdrawn = *found;
    m_registered.erase(found);
    withdraw(withdrawn);
    return DMLERR_NO_ERROR;
}

void NameService::removeAll()
{
    for (const Registered &one : std::vector{m_registered})
        if (one.service)
            (void)remove(one.offer.name);
}

void NameService::withdraw(const Registered &registered)
{
    // If this fails the log is lost, and with it the entry; or the disk is full, and clients are refused.
    (void)m_instance.seat().membership().retract(protocol::withdrawal(registered.offer).key);
    const std::uint32_t number = registered.offer.instance;
    for (const std::shared_ptr<Conversation> &conversation : std::vector{m_instance.conversations()})
        if (const auto *side = dynamic_cast<const ServerSide *>(conversation.get()))
            if (side->publishedService() == number)
                conversation->disconnect();
    server().remove(number, {ErrorCode::PeerGone, QStringLiteral("the service is no longer registered")});
    if (registered.service)
        registered.service->setDirect(nullptr);
    m_instance.seat().reactor().post([weak = std::weak_ptr{m_guard}, this] {
        if (weak.lock())
            onLogChange();
    });
}

void NameService::end()
{
    m_guard.reset();
    for (const Registered &one : std::exchange(m_registered, {}))
        withdraw(one);
}

void NameService::onFlagsChanged()
{
    if (!m_instance.has(APPCMD_CLIENTONLY) && !m_instance.isMonitor())
        (void)setFilter(m_instance.has(APPCMD_FILTERINITS));
}

ServiceName NameService::nameOf(std::uint32_t service) const
{
    for (const Registered &one : m_registered)
        if (one.offer.instance == service)
            return one.offer.name;
    return {};
}

std::uint32_t NameService::serviceFor(const ServiceName &name) const
{
    const auto named = std::ranges::find_if(
        m_registered, [&](const Registered &one) { return one.service && one.offer.name == name; });
    if (named != m_registered.end())
        return named->offer.instance;
    const auto forAnyName = std::ranges::find(m_registered, nullptr, &Registered::service);
    if (forAnyName != m_registered.end())
        return forAnyName->offer.instance;
    return m_registered.empty() ? 0 : m_registered.front().offer.instance;
}

bool NameService::isName(const ServiceName &base, const ServiceName &asked) const
{
    return base == asked || std::ranges::any_of(m_registered, [&](const Registered &one) {
               return one.offer.name == base && !one.instanceName.isEmpty() && one.instanceName == asked;
           });
}

// What the System topics say

void NameService::conversationsChanged() const
{
    for (const Registered &one : m_registered)
        if (one.service)
            one.service->systemItemChanged(engine::systemItems().topics);
}

void NameService::noteFormat(UINT format)
{
    if (m_formats.size() >= mostFormats || format > 0xFFFF || m_formatNumbers.contains(format))
        return;
    m_formatNumbers.insert(format);
    if (const auto named = engine::formatOf(m_instance.seat(), static_cast<FormatNumber>(format)))
        m_formats.append(*named);
    for (const Registered &one : m_registered)
        if (one.service)
            one.service->systemItemChanged(engine::systemItems().formats);
}

// Notices about all services

void NameService::watch()
{
    m_guard = std::make_shared<int>();
    (void)m_instance.seat().log().replay(); // If it fails, what was read before still holds.
    m_known = protocol::allServices(m_instance.seat().log().state());
    m_instance.seat().onLogChange(m_guard, [this] { onLogChange(); });
}

// The program may do anything when it is told, even have it told more; so what it knows is noted before that.
void NameService::onLogChange()
{
    const std::shared_ptr<Instance> guard = m_instance.shared_from_this();
    const QList<protocol::ServiceOffer> now = protocol::allServices(m_instance.seat().log().state());
    const QList<protocol::ServiceOffer> before = std::exchange(m_known, now);
    if (!m_instance.has(CBF_SKIP_UNREGISTRATIONS))
        for (const protocol::ServiceOffer &gone : without(before, now))
            tell(XTYP_UNREGISTER, gone);
    if (!m_instance.has(CBF_SKIP_REGISTRATIONS))
        for (const protocol::ServiceOffer &come : without(now, before))
            tell(XTYP_REGISTER, come);
}

void NameService::tell(UINT type, const protocol::ServiceOffer &offer) const
{
    const StringHold base{m_instance.strings(), offer.name.text()};
    const StringHold specific{m_instance.strings(), protocol::instanceName(offer).text()};
    (void)m_instance.call({.type = type, .string1 = base.get(), .string2 = specific.get()});
}

} // namespace tellwire::ddeml
