// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <array>
#include <cstring>

#include <unistd.h>
#include <zmq.h>

namespace tellwire::comparison {
namespace {

constexpr std::size_t large = 1'000'000;

/// ZeroMQ over ipc://. Requests: REQ and REP. Updates: XPUB, which blocks instead of dropping (XPUB_NODROP),
/// and SUB. Variant `zerocopy`: the message refers to the publisher's memory (zmq_msg_init_data).
class ZeroMq final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "zmq"; }
    void startProcess(Role) override { m_context = zmq_ctx_new(); }

    void openServer() override
    {
        open(ZMQ_REP);
        bind();
    }
    void runServer() override;
    void openClient() override
    {
        open(ZMQ_REQ);
        set(ZMQ_LINGER, 0);
        connect();
    }
    void closeClient() override
    {
        zmq_msg_close(&m_message);
        zmq_close(m_socket);
    }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override;
    void publish(std::uint32_t item, const void *payload, std::size_t size) override;
    void *borrow(std::uint32_t, std::size_t size) override
    {
        m_lent.resize(size);
        return m_lent.data();
    }
    void commit(std::uint32_t item, void *borrowed, std::size_t size) override
    {
        publish(item, borrowed, size);
    }
    void processPublisher() override;

    void openSubscriber(unsigned) override;
    void runSubscriber(Receiver &receiver) override;

private:
    std::string address() const { return "ipc://" + options().endpoint + "/zmq.sock"; }
    bool hasTopics() const { return options().workload == "w7"; }
    void open(int type)
    {
        m_socket = zmq_socket(m_context, type);
        require(m_socket != nullptr, "ZeroMQ gives no socket");
        zmq_msg_init(&m_message);
    }
    void bind() { require(zmq_bind(m_socket, address().c_str()) == 0, "ZeroMQ cannot bind"); }
    void connect() { require(zmq_connect(m_socket, address().c_str()) == 0, "ZeroMQ cannot connect"); }
    void set(int option, int value) { zmq_setsockopt(m_socket, option, &value, sizeof value); }
    bool receive() { return zmq_msg_recv(&m_message, m_socket, options().spins() ? ZMQ_DONTWAIT : 0) >= 0; }
    void publishInPlace(const void *payload, std::size_t size);
    void publishOnTopic(std::uint32_t item, const void *payload, std::size_t size);

    // A topic is what a message begins with; in this order of bytes no topic begins another one.
    static std::array<unsigned char, 4> topic(std::uint32_t item)
    {
        return {static_cast<unsigned char>(item >> 24), static_cast<unsigned char>(item >> 16),
                static_cast<unsigned char>(item >> 8), static_cast<unsigned char>(item)};
    }

    void *m_context = nullptr;
    void *m_socket = nullptr;
    zmq_msg_t m_message;
    std::vector<unsigned char> m_lent;
    std::vector<unsigned char> m_withTopic;
};

void ZeroMq::runServer()
{
    while (true) {
        if (!receive())
            continue;
        Request request;
        std::memcpy(&request, zmq_msg_data(&m_message), sizeof request);
        zmq_send(m_socket, makeReply(request), request.replySize, 0);
        if (request.purpose == Purpose::Quit)
            return;
    }
}

void ZeroMq::request(const Request &request, const UseReply &use)
{
    zmq_send(m_socket, &request, sizeof request, 0);
    while (!receive()) {
    }
    use(zmq_msg_data(&m_message), zmq_msg_size(&m_message));
}

void ZeroMq::openPublisher()
{
    open(ZMQ_XPUB);
    set(ZMQ_XPUB_NODROP, 1);
    set(ZMQ_SNDHWM, options().size > large ? 4 : 10'000);
    set(ZMQ_RCVHWM, 0); // Subscriptions come this way; beyond the mark they would be lost silently.
    bind();
}

void ZeroMq::publish(std::uint32_t item, const void *payload, std::size_t size)
{
    if (hasTopics())
        publishOnTopic(item, payload, size);
    else if (options().variant == "zerocopy")
        publishInPlace(payload, size);
    else
        require(zmq_send(m_socket, payload, size, 0) >= 0, "ZeroMQ cannot send");
}

void ZeroMq::publishOnTopic(std::uint32_t item, const void *payload, std::size_t size)
{
    const auto name = topic(item);
    m_withTopic.resize(name.size() + size);
    std::memcpy(m_withTopic.data(), name.data(), name.size());
    std::memcpy(m_withTopic.data() + name.size(), payload, size);
    require(zmq_send(m_socket, m_withTopic.data(), m_withTopic.size(), 0) >= 0, "ZeroMQ cannot send");
}

void ZeroMq::publishInPlace(const void *payload, std::size_t size)
{
    const auto keep = [](void *, void *) {};
    zmq_msg_t message;
    zmq_msg_init_data(&message, const_cast<void *>(payload), size, keep, nullptr); // NOLINT: it only reads
    require(zmq_msg_send(&message, m_socket, 0) >= 0, "ZeroMQ cannot send");
}

void ZeroMq::processPublisher()
{
    if (!hasTopics())
        return;
    zmq_msg_t subscription;
    zmq_msg_init(&subscription);
    while (zmq_msg_recv(&subscription, m_socket, ZMQ_DONTWAIT) >= 0) {
    }
    zmq_msg_close(&subscription);
}

void ZeroMq::openSubscriber(unsigned)
{
    open(ZMQ_SUB);
    set(ZMQ_RCVHWM, options().size > large ? 4 : 10'000);
    set(ZMQ_RCVTIMEO, Receiver::idleMilliseconds);
    set(ZMQ_SNDHWM, 0);
    for (std::uint32_t item = 0; hasTopics() && item < options().items; ++item) {
        const auto name = topic(item);
        zmq_setsockopt(m_socket, ZMQ_SUBSCRIBE, name.data(), name.size());
    }
    if (!hasTopics())
        zmq_setsockopt(m_socket, ZMQ_SUBSCRIBE, "", 0);
    connect();
}

void ZeroMq::runSubscriber(Receiver &receiver)
{
    const std::size_t before = hasTopics() ? 4 : 0;
    for (std::uint64_t turn = 0;; ++turn) {
        if (receive()) {
            const auto *bytes = static_cast<const unsigned char *>(zmq_msg_data(&m_message));
            if (!receiver.take(bytes + before, zmq_msg_size(&m_message) - before))
                return;
        } else if ((!options().spins() || turn % (1 << 20) == 0) && !receiver.goesOnWaiting())
            return;
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::ZeroMq>(argumentCount, arguments);
}
