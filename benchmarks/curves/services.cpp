// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/curves/growth.h"
#include "benchmarks/limits/require.h"
#include "benchmarks/pieces/programs.h"
#include "conversations/service_browser.h"

namespace tellwire::growth {
namespace {

using benchmark::require;
using benchmark::valueOf;

ServiceName nameOf(int number) { return ServiceName{QStringLiteral("Service%1").arg(number)}; }

/// A program with many services, each with one topic.
class Host
{
public:
    void publishOneMore()
    {
        const int number = count();
        m_services.push_back(std::make_unique<Service>(m_session, nameOf(number)));
        m_services.back()->topic("topic"_topic);
        require(m_services.back()->publish());
    }
    int count() const { return static_cast<int>(m_services.size()); }

private:
    Session m_session = valueOf(Session::join());
    std::vector<std::unique_ptr<Service>> m_services;
};

/// What a program does that comes last, each step for the first time.
void measureNewcomer(const Host &host, Figures &figures)
{
    std::optional<Session> session;
    figures["join"].push_back(timeOf([&] { session = valueOf(Session::join()); }));
    figures["initiate"].push_back(timeOf([&] {
        const Conversation conversation{*session, nameOf(host.count() / 2), "topic"_topic};
        pieces::serveUntil([&] { return conversation.state() != Conversation::State::Opening; });
        require(conversation.state() == Conversation::State::Open, "the service refuses");
    }));
    const ServiceBrowser browser{*session};
    figures["list"].push_back(
        timeOf([&] { require(browser.services().size() == host.count(), "a service is not listed"); }));
}

} // namespace

Figures measureServices(const Extent &extent)
{
    Host host;
    while (host.count() < extent.size)
        host.publishOneMore();
    Figures figures;
    for (int number = 0; number < extent.repetitions; ++number)
        measureNewcomer(host, figures);
    for (int number = 0; number < extent.repetitions; ++number)
        figures["publish"].push_back(timeOf([&] { host.publishOneMore(); }));
    return figures;
}

} // namespace tellwire::growth
