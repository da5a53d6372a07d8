// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/connector.h"

#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/thread_instances.h"
#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/finder.h"
#include "dde/protocol/service_table.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

namespace tellwire::ddeml {
namespace {

using Candidate = engine::ClientConversation::Candidate;

/// The same place, whichever search has named it.
bool isSamePlace(const Candidate &a, const Candidate &b)
{
    return a.peer == b.peer && a.instance == b.instance && a.service == b.service && a.topic == b.topic;
}

bool contains(const std::vector<Candidate> &all, const Candidate &one)
{
    return std::ranges::any_of(all, [&](const Candidate &other) { return isSamePlace(one, other); });
}

} // namespace

/// One conversation that is being opened.
class Connector::Attempt final : public engine::ClientConversation::Observer
{
public:
    Attempt(const Connector &connector, const Target &target) : m_connector(connector)
    {
        m_conversation = engine::ClientConversation::open(connector.client(), target, this);
    }
    ~Attempt()
    {
        if (m_conversation && !m_side) // Nobody waits for it any more.
            m_conversation->end();
    }
    Attempt(const Attempt &) = delete;
    Attempt &operator=(const Attempt &) = delete;

    bool isDone() const noexcept { return !m_conversation; }
    const std::shared_ptr<ClientSide> &side() const noexcept { return m_side; }

    void onOpened() override
    {
        const auto opened = std::exchange(m_conversation, {});
        if (m_connector.m_instance->isEnded())
            return opened->end();
        m_side = ClientSide::make(m_connector.m_instance, opened, m_connector.m_serviceAskedFor,
                                  m_connector.m_context);
    }
    void onLost(const Error &) override {}
    void onClosed(const Error &) override { m_conversation.reset(); }

private:
    const Connector &m_connector;
    std::shared_ptr<engine::ClientConversation> m_conversation; ///< Until it is open or will not be.
    std::shared_ptr<ClientSide> m_side;
};

Connector::Connector(std::shared_ptr<Instance> instance, QString serviceAskedFor, const CONVCONTEXT &context)
    : m_instance(std::move(instance)),
      m_serviceAskedFor(std::move(serviceAskedFor)),
      m_context(context)
{}

engine::Client &Connector::client() const
{
    return m_instance->seat().handler<engine::ConversationHandler>().client();
}

Connector::Target Connector::target(const ServiceName &service, const TopicName &topic) const
{
    return {.service = service, .topic = topic, .context = toMessage(m_context, m_instance->number())};
}

std::shared_ptr<ClientSide> Connector::connect(const ServiceName &service, const TopicName &topic)
{
    const auto opened = open({target(service, topic)});
    return opened.empty() ? nullptr : opened.front();
}

std::vector<std::shared_ptr<ClientSide>>
Connector::connectAll(const ServiceName &service, const TopicName &topic, const std::vector<Candidate> &known)
{
    std::vector<Target> targets;
    for (const Candidate &found : find(service, topic))
        if (!contains(known, found)) {
            targets.push_back(target(found.service, found.topic));
            targets.back().only = found;
        }
    return open(targets);
}

std::shared_ptr<ClientSide> Connector::connectAgain(const ClientSide &ended)
{
    Candidate same = ended.server();
    same.found = 0;
    Target again = target(same.service, same.topic);
    again.only = same;
    const auto opened = open({again});
    return opened.empty() ? connect(same.service, same.topic) : opened.front();
}

std::vector<Candidate> Connector::find(const ServiceName &service, const TopicName &topic)
{
    transport::SessionLog &log = m_instance->seat().log();
    (void)log.replay(); // What cannot be read has been known before, or will be next time.
    const QList<protocol::ServiceOffer> offers =
        service.isEmpty() ? protocol::allServices(log.state()) + protocol::servicesOfAnyName(log.state())
                          : protocol::servicesNamed(log.state(), service);
    std::vector<Candidate> candidates;
    bool isDone = false;
    const auto onAnswer = [&candidates](std::uint64_t peer, const Result<protocol::Found> &answer) {
        if (!answer)
            return;
        for (const protocol::FoundTopic &found : answer->topics) {
            const Candidate candidate{peer, found.instance, found.service, found.topic, answer->transaction};
            if (!contains(candidates, candidate))
                candidates.push_back(candidate);
        }
    };
    const auto finder = engine::Finder::start(
        client(), offers,
        protocol::Find{
            .service = service, .topic = topic, .context = toMessage(m_context, m_instance->number())},
        {onAnswer, [&isDone] { isDone = true; }});
    m_instance->thread().waitUntil([&] { return isDone || m_instance->isEnded(); },
                                   std::chrono::milliseconds{-1});
    return candidates;
}

// Each has the time that the session allows for a connection, so this ends.
std::vector<std::shared_ptr<ClientSide>> Connector::open(const std::vector<Target> &targets)
{
    if (m_instance->isEnded())
        return {};
    std::vector<std::unique_ptr<Attempt>> attempts;
    for (const Target &target : targets)
        attempts.push_back(std::make_unique<Attempt>(*this, target));
    const auto areDone = [&] {
        return m_instance->isEnded() ||
               std::ranges::all_of(attempts, [](const auto &attempt) { return attempt->isDone(); });
    };
    m_instance->thread().waitUntil(areDone, std::chrono::milliseconds{-1});
    std::vector<std::shared_ptr<ClientSide>> opened;
    for (const auto &attempt : attempts)
        if (attempt->side() && !attempt->side()->isTerminated())
            opened.push_back(attempt->side());
    return opened;
}

} // namespace tellwire::ddeml
