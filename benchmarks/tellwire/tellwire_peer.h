// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/peer.h"
#include "benchmarks/tellwire/publisher_side.h"
#include "benchmarks/tellwire/request_client.h"
#include "benchmarks/tellwire/request_server.h"
#include "benchmarks/tellwire/subscriber_side.h"

#include <optional>

namespace tellwire::comparison {

/// Tellwire as its own peer. Its variants: docs/performance.md.
class TellwirePeer final : public Peer
{
public:
    explicit TellwirePeer(const Options &options) : Peer(options), m_client(options.variant) {}

    const char *name() const override { return "tellwire"; }

    void startProcess(Role role) override;

    void openServer() override;
    void runServer() override { m_server->run(); }
    void openClient() override { m_client.open(); }
    void closeClient() override { m_client.close(); }
    void request(const Request &, const UseReply &use) override { m_client.request(use); }
    void endServer(std::uint64_t) override { m_client.endServer(); }

    void openPublisher() override { m_publisher.emplace(options()); }
    void publish(std::uint32_t item, const void *payload, std::size_t size) override
    {
        m_publisher->publish(item, payload, size);
    }
    void processPublisher() override { m_publisher->process(); }
    void waitForReaders(int milliseconds) override;
    std::uint32_t creditWindow() const override;

    void openSubscriber(unsigned) override { m_subscriber.emplace(options()); }
    void runSubscriber(Receiver &receiver) override { m_subscriber->run(receiver); }

private:
    std::optional<RequestServer> m_server;
    RequestClient m_client;
    std::optional<PublisherSide> m_publisher;
    std::optional<SubscriberSide> m_subscriber;
};

} // namespace tellwire::comparison
