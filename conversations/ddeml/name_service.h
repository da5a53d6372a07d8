// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/post_advise.h"
#include "dde/protocol/service_table.h"
#include "formats/format.h"

#include <QSet>

#include <memory>
#include <optional>
#include <vector>

namespace tellwire::engine {
class ServedService;
class Server;
} // namespace tellwire::engine

namespace tellwire::ddeml {

class Connecting;
class Instance;

/// What an instance is as a server: its names, whether it decides about all others too, and its links. Tells
/// the program of all services that come and go, those of other faces too.
/// Source: ddeml-semantics.md A3.
class NameService
{
public:
    explicit NameService(Instance &instance);
    ~NameService();
    NameService(const NameService &) = delete;
    NameService &operator=(const NameService &) = delete;

    // Each returns what the call is to fail with, or DMLERR_NO_ERROR.
    UINT add(const ServiceName &name);
    UINT remove(const ServiceName &name); ///< Ends its conversations.
    void removeAll();
    UINT setFilter(bool isOn);

    /// Withdraws all names. The instance's conversations have ended by then.
    void end();

    /// The instance has other filter flags.
    void onFlagsChanged();

    AdvisedLinks &links() noexcept { return m_links; }

    // For Connecting.
    ServiceName nameOf(std::uint32_t service) const; ///< Empty if it has none of its own.
    /// Under which number the name can be talked to; 0 if there is none at all.
    std::uint32_t serviceFor(const ServiceName &name) const;
    /// Whether that is one of its names, or that of its instance alone.
    bool isName(const ServiceName &base, const ServiceName &asked) const;

    // What the System topics say.
    void conversationsChanged() const;
    void noteFormat(UINT format); ///< The program answers in it.
    const QList<Format> &formats() const noexcept { return m_formats; }

private:
    struct Registered
    {
        protocol::ServiceOffer offer;
        ServiceName instanceName;
        std::shared_ptr<engine::ServedService> service; ///< Null for any name.
    };

    protocol::ServiceOffer offer(std::uint32_t number) const;
    UINT enter(Registered registered);
    void withdraw(const Registered &registered);
    void watch();
    void onLogChange();
    void tell(UINT type, const protocol::ServiceOffer &offer) const;
    engine::Server &server() const;

    Instance &m_instance;
    std::shared_ptr<Connecting> m_connecting;
    std::vector<Registered> m_registered; ///< In order of registration.
    AdvisedLinks m_links;
    QSet<UINT> m_formatNumbers;
    QList<Format> m_formats;
    QList<protocol::ServiceOffer> m_known; ///< All of the session, as the program has been told.
    std::shared_ptr<int> m_guard;          ///< Of the watch on the log.
};

} // namespace tellwire::ddeml
