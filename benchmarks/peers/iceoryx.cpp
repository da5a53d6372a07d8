// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/popo/untyped_client.hpp>
#include <iceoryx_posh/popo/untyped_publisher.hpp>
#include <iceoryx_posh/popo/untyped_server.hpp>
#include <iceoryx_posh/popo/untyped_subscriber.hpp>
#include <iceoryx_posh/popo/wait_set.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>

#include <cstring>
#include <optional>
#include <set>

#include <unistd.h>

namespace tellwire::comparison {
namespace {

using namespace iox;

[[noreturn]] void fail(const char *what) { throw std::runtime_error(std::string{"iceoryx: "} + what); }

capro::ServiceDescription described(const char *instance, const std::string &event)
{
    return {"benchmark", capro::IdString_t(cxx::TruncateToCapacity, instance),
            capro::IdString_t(cxx::TruncateToCapacity, event.c_str())};
}

/// iceoryx 2, with RouDi running: waits with a WaitSet, or takes again and again (spin). Variant `zerocopy`:
/// the data lies in the chunk that was lent.
class Iceoryx final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "iceoryx"; }
    void startProcess(Role) override;

    void openServer() override;
    void runServer() override;
    void openClient() override;
    void closeClient() override
    {
        m_waitSet.reset();
        m_client.reset();
    }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override;
    void publish(std::uint32_t item, const void *payload, std::size_t size) override;
    void *borrow(std::uint32_t item, std::size_t size) override;
    void commit(std::uint32_t item, void *borrowed, std::size_t) override
    {
        publisher(item).publish(borrowed);
    }
    void closePublisher() override { m_publishers.clear(); }

    void openSubscriber(unsigned index) override;
    void runSubscriber(Receiver &receiver) override;
    void closeSubscriber() override
    {
        m_waitSet.reset();
        m_subscribers.clear();
    }

private:
    unsigned itemCount() const { return options().workload == "w7" ? options().items : 1; }
    popo::UntypedPublisher &publisher(std::uint32_t item)
    {
        return *m_publishers[itemCount() > 1 ? item : 0];
    }
    bool serveOne(bool &hasQuit);
    void answer(const void *taken, const Request &request);
    bool drain(popo::UntypedSubscriber &subscriber, Receiver &receiver, bool &isAny) const;
    bool drainAll(Receiver &receiver);

    std::optional<popo::UntypedServer> m_server;
    std::optional<popo::UntypedClient> m_client;
    std::optional<popo::WaitSet<>> m_waitSet;
    std::vector<std::unique_ptr<popo::UntypedPublisher>> m_publishers;
    std::vector<std::unique_ptr<popo::UntypedSubscriber>> m_subscribers;
    std::set<void *> m_filled;
};

void Iceoryx::startProcess(Role)
{
    log::LogManager::GetLogManager().SetDefaultLogLevel(log::LogLevel::kError,
                                                        log::LogLevelOutput::kHideLogLevel);
    const std::string program = "benchmark-" + std::to_string(getpid());
    runtime::PoshRuntime::initRuntime(RuntimeName_t(cxx::TruncateToCapacity, program.c_str()));
}

void Iceoryx::openServer()
{
    m_server.emplace(described("requests", "one"));
    m_waitSet.emplace();
    m_waitSet->attachState(*m_server, popo::ServerState::HAS_REQUEST).or_else([](auto &) { fail("attach"); });
}

void Iceoryx::answer(const void *taken, const Request &request)
{
    auto lend = [&](void *chunk) {
        const bool isFilled = options().variant == "zerocopy" && !m_filled.insert(chunk).second;
        std::memcpy(chunk, makeReply(request), isFilled ? sizeof(MessageHeader) : request.replySize);
        m_server->send(chunk).or_else([](auto &) { fail("send"); });
    };
    const auto size = static_cast<std::uint32_t>(request.replySize);
    m_server->loan(popo::RequestHeader::fromPayload(taken), size, 64).and_then(lend).or_else([](auto &) {
        fail("lend");
    });
}

bool Iceoryx::serveOne(bool &hasQuit)
{
    bool isServed = false;
    m_server->take().and_then([&](const void *taken) {
        isServed = true;
        Request request;
        std::memcpy(&request, taken, sizeof request);
        answer(taken, request);
        m_server->releaseRequest(taken);
        hasQuit = request.purpose == Purpose::Quit;
    });
    return isServed;
}

void Iceoryx::runServer()
{
    for (bool hasQuit = false; !hasQuit;) {
        if (!options().spins())
            m_waitSet->wait();
        while (!hasQuit && serveOne(hasQuit)) {
        }
    }
    usleep(50'000); // The client takes its reply.
    m_waitSet.reset();
    m_server.reset();
}

void Iceoryx::openClient()
{
    m_client.emplace(described("requests", "one"));
    m_waitSet.emplace();
    m_waitSet->attachState(*m_client, popo::ClientState::HAS_RESPONSE).or_else([](auto &) {
        fail("attach");
    });
    const std::uint64_t latest = nanosecondsNow() + 5 * nanosecondsPerSecond;
    while (m_client->getConnectionState() != ConnectionState::CONNECTED) { // RouDi connects in its own time.
        require(nanosecondsNow() < latest, "iceoryx: not connected");
        usleep(50);
    }
}

void Iceoryx::request(const Request &request, const UseReply &use)
{
    m_client->loan(sizeof request, 8)
        .and_then([&](void *chunk) {
            std::memcpy(chunk, &request, sizeof request);
            m_client->send(chunk).or_else([](auto &) { fail("send"); });
        })
        .or_else([](auto &) { fail("lend"); });
    for (bool isThere = false; !isThere;) {
        if (!options().spins())
            m_waitSet->wait();
        m_client->take().and_then([&](const void *reply) {
            isThere = true;
            use(reply, request.replySize);
            m_client->releaseResponse(reply);
        });
    }
}

void Iceoryx::openPublisher()
{
    popo::PublisherOptions wanted;
    wanted.subscriberTooSlowPolicy = popo::ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
    for (unsigned item = 0; item < itemCount(); ++item)
        m_publishers.push_back(
            std::make_unique<popo::UntypedPublisher>(described("updates", std::to_string(item)), wanted));
}

void *Iceoryx::borrow(std::uint32_t item, std::size_t size)
{
    void *chunk = nullptr;
    publisher(item).loan(static_cast<std::uint32_t>(size), 64).and_then([&](void *lent) { chunk = lent; });
    require(chunk != nullptr, "iceoryx: no chunk");
    return chunk;
}

void Iceoryx::publish(std::uint32_t item, const void *payload, std::size_t size)
{
    void *chunk = borrow(item, size);
    std::memcpy(chunk, payload, size);
    commit(item, chunk, size);
}

void Iceoryx::openSubscriber(unsigned)
{
    popo::SubscriberOptions wanted;
    wanted.queueCapacity = options().size > 1'000'000 ? 2 : itemCount() > 1 ? 64 : 256;
    wanted.queueFullPolicy = popo::QueueFullPolicy::BLOCK_PRODUCER;
    m_waitSet.emplace();
    for (unsigned item = 0; item < itemCount(); ++item) {
        m_subscribers.push_back(
            std::make_unique<popo::UntypedSubscriber>(described("updates", std::to_string(item)), wanted));
        m_waitSet->attachState(*m_subscribers.back(), popo::SubscriberState::HAS_DATA).or_else([](auto &) {
            fail("attach");
        });
    }
}

bool Iceoryx::drain(popo::UntypedSubscriber &subscriber, Receiver &receiver, bool &isAny) const
{
    bool goesOn = true;
    for (bool isTaken = true; isTaken && goesOn;) {
        isTaken = false;
        subscriber.take().and_then([&](const void *payload) {
            isTaken = isAny = true;
            goesOn = receiver.take(payload, mepoo::ChunkHeader::fromUserPayload(payload)->userPayloadSize());
            subscriber.release(payload);
        });
    }
    return goesOn;
}

bool Iceoryx::drainAll(Receiver &receiver)
{
    bool isAny = false;
    const auto limit = units::Duration::fromMilliseconds(std::uint64_t{Receiver::idleMilliseconds});
    const auto told = m_waitSet->timedWait(limit);
    for (const auto &news : told)
        if (!drain(*news->getOrigin<popo::UntypedSubscriber>(), receiver, isAny))
            return false;
    return !told.empty() || receiver.goesOnWaiting();
}

void Iceoryx::runSubscriber(Receiver &receiver)
{
    if (!options().spins()) {
        while (drainAll(receiver)) {
        }
        return;
    }
    for (std::uint64_t turn = 0;; ++turn) {
        bool isAny = false;
        if (!drain(*m_subscribers.front(), receiver, isAny))
            return;
        if (!isAny && turn % (1 << 16) == 0 && !receiver.goesOnWaiting())
            return;
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::Iceoryx>(argumentCount, arguments);
}
