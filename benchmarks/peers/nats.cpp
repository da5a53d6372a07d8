// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <mutex>

#include <nats/nats.h>

namespace tellwire::comparison {
namespace {

constexpr const char *requests = "requests";
constexpr std::int64_t patience = 20'000; // Milliseconds.

void check(natsStatus status, const char *what)
{
    if (status != NATS_OK)
        throw std::runtime_error(std::string{"NATS: "} + what + ": " + natsStatus_GetText(status));
}

struct FreeMessage
{
    void operator()(natsMsg *message) const { natsMsg_Destroy(message); }
};
using Message = std::unique_ptr<natsMsg, FreeMessage>;

std::size_t sizeOf(const Message &message)
{
    return static_cast<std::size_t>(natsMsg_GetDataLength(message.get()));
}

/// NATS by its C library, with a nats-server of its own on the loopback interface: it has no unix sockets.
/// Requests: natsConnection_Request(). Updates: a subject for each item, which a thread of the library
/// delivers.
class Nats final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "nats"; }

    void openServer() override;
    void runServer() override;
    void openClient() override { connect(); }
    void closeClient() override { natsConnection_Destroy(m_connection); }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override { connect(); }
    void publish(std::uint32_t item, const void *payload, std::size_t size) override
    {
        send(subjectOf(item).c_str(), payload, size);
    }
    void flush() override { check(natsConnection_FlushTimeout(m_connection, patience), "flush"); }

    // The server allows 64 MiB. In smaller pieces, it takes half the time, and a third of the page faults.
    std::size_t largestMessage() const override { return std::size_t{16} << 20; }
    std::uint32_t creditWindow() const override { return 8192; } // The server queues without end.

    void openSubscriber(unsigned) override;
    void runSubscriber(Receiver &receiver) override;

private:
    bool hasManyItems() const { return options().workload == "w7"; }
    bool isAboutRate() const { return hasManyItems() || options().workload == "w3"; }
    static std::string subjectOf(std::uint32_t item) { return "updates." + std::to_string(item); }
    void connect();
    void send(const char *subject, const void *bytes, std::size_t size)
    {
        check(natsConnection_Publish(m_connection, subject, bytes, static_cast<int>(size)), "publish");
    }
    static void onMessage(natsConnection *, natsSubscription *, natsMsg *message, void *self);

    std::string m_address;
    natsConnection *m_connection = nullptr;
    natsSubscription *m_requests = nullptr;

    // What follows is shared with the library's thread.
    std::mutex m_guard;
    std::condition_variable m_done;
    Receiver *m_receiver = nullptr; // Under the guard, as the next one.
    bool m_isDone = false;
};

void Nats::connect()
{
    if (m_address.empty()) // Where the server listens is known only when it runs.
        std::getline(std::ifstream{options().endpoint + "/nats.address"}, m_address);
    require(!m_address.empty(), "NATS: there is no server");
    natsOptions *wanted = nullptr;
    check(natsOptions_Create(&wanted), "options");
    natsOptions_SetURL(wanted, m_address.c_str());
    natsOptions_SetAllowReconnect(wanted, false);
    natsOptions_SetSendAsap(wanted, !isAboutRate()); // Otherwise a thread sends what has gathered.
    natsOptions_UseGlobalMessageDelivery(wanted, hasManyItems()); // Otherwise each subscription has a thread.
    const natsStatus status = natsConnection_Connect(&m_connection, wanted);
    natsOptions_Destroy(wanted);
    check(status, "connect");
}

void Nats::openServer()
{
    connect();
    check(natsConnection_SubscribeSync(&m_requests, m_connection, requests), "subscribe");
    flush();
}

void Nats::runServer()
{
    Request request;
    while (request.purpose != Purpose::Quit) {
        natsMsg *next = nullptr;
        const natsStatus status = natsSubscription_NextMsg(&next, m_requests, patience);
        if (status == NATS_TIMEOUT)
            continue;
        check(status, "next request");
        const Message message{next};
        std::memcpy(&request, natsMsg_GetData(message.get()), sizeof request);
        send(natsMsg_GetReply(message.get()), makeReply(request), request.replySize);
    }
}

void Nats::request(const Request &request, const UseReply &use)
{
    natsMsg *reply = nullptr;
    check(natsConnection_Request(&reply, m_connection, requests, &request, sizeof request, patience),
          "request");
    const Message message{reply};
    use(natsMsg_GetData(reply), sizeOf(message));
}

void Nats::openSubscriber(unsigned)
{
    connect();
    const unsigned count = hasManyItems() ? options().items : 1;
    for (unsigned item = 0; item < count; ++item) {
        natsSubscription *updates = nullptr;
        check(natsConnection_Subscribe(&updates, m_connection, subjectOf(item).c_str(), onMessage, this),
              "subscribe");
        check(natsSubscription_SetPendingLimits(updates, -1, -1), "limits"); // It drops nothing.
    }
    flush();
}

void Nats::onMessage(natsConnection *, natsSubscription *, natsMsg *message, void *self)
{
    auto *subscriber = static_cast<Nats *>(self);
    const Message taken{message};
    const std::lock_guard lock{subscriber->m_guard};
    if (subscriber->m_receiver == nullptr || subscriber->m_isDone)
        return;
    subscriber->m_isDone = !subscriber->m_receiver->take(natsMsg_GetData(message), sizeOf(taken));
    if (subscriber->m_isDone)
        subscriber->m_done.notify_one();
}

void Nats::runSubscriber(Receiver &receiver)
{
    constexpr std::chrono::milliseconds idle{Receiver::idleMilliseconds};
    std::unique_lock lock{m_guard};
    m_receiver = &receiver;
    while (!m_done.wait_for(lock, idle, [this] { return m_isDone; }) && receiver.goesOnWaiting()) {
    }
    m_receiver = nullptr;
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::Nats>(argumentCount, arguments);
}
