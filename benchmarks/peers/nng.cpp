// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <array>
#include <cstring>

#include <nng/nng.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>
#include <nng/protocol/pubsub0/pub.h>
#include <nng/protocol/pubsub0/sub.h>
#include <nng/protocol/reqrep0/rep.h>
#include <nng/protocol/reqrep0/req.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

constexpr std::size_t large = 1'000'000;
using Topic = std::array<unsigned char, 4>;

Topic topicOf(std::uint32_t item)
{
    return {static_cast<unsigned char>(item >> 24), static_cast<unsigned char>(item >> 16),
            static_cast<unsigned char>(item >> 8), static_cast<unsigned char>(item)};
}

void check(int code, const char *what)
{
    require(code == 0, std::string{"nng: "} + what + ": " + nng_strerror(code));
}

/// nng over ipc://. Requests: REQ and REP. Updates: PUB and SUB; but PUB drops what a subscriber is too slow
/// for, so the workloads that may lose nothing have a pair of PUSH and PULL for each subscriber.
class Nng final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "nng"; }

    void openServer() override
    {
        check(nng_rep0_open(&m_socket), "open");
        listen(m_socket, 0);
    }
    void runServer() override;
    void openClient() override
    {
        check(nng_req0_open(&m_socket), "open");
        allowAllSizes(m_socket);
        check(nng_dial(m_socket, address(0).c_str(), nullptr, 0), "dial");
    }
    void closeClient() override { nng_close(m_socket); }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override;
    void publish(std::uint32_t item, const void *payload, std::size_t size) override;
    std::uint32_t creditWindow() const override { return hasTopics() ? 1024 : 0; }

    void openSubscriber(unsigned index) override;
    void runSubscriber(Receiver &receiver) override;

private:
    bool hasTopics() const { return options().workload == "w7"; }
    bool losesNothing() const { return options().workload == "w3" || options().workload == "w4"; }
    int queueLength() const { return options().size > large ? 1 : 4096; }
    std::string path(unsigned index) const
    {
        return options().endpoint + "/nng" + std::to_string(index) + ".sock";
    }
    std::string address(unsigned index) const { return "ipc://" + path(index); }
    static void allowAllSizes(nng_socket socket) { nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, 0); }
    void listen(nng_socket socket, unsigned index) const
    {
        allowAllSizes(socket);
        unlink(path(index).c_str());
        check(nng_listen(socket, address(index).c_str(), nullptr, 0), "listen");
    }
    nng_msg *receive()
    {
        nng_msg *message = nullptr;
        const int flags = options().spins() ? static_cast<int>(NNG_FLAG_NONBLOCK) : 0;
        return nng_recvmsg(m_socket, &message, flags) == 0 ? message : nullptr;
    }
    static void send(nng_socket socket, const void *bytes, std::size_t size)
    {
        check(nng_send(socket, const_cast<void *>(bytes), size, 0), "send"); // NOLINT: it only reads
    }
    void subscribeTopics() const;

    nng_socket m_socket = NNG_SOCKET_INITIALIZER;
    std::vector<nng_socket> m_outputs;
};

void Nng::runServer()
{
    while (true) {
        nng_msg *message = receive();
        if (message == nullptr)
            continue;
        Request request;
        std::memcpy(&request, nng_msg_body(message), sizeof request);
        nng_msg_free(message);
        send(m_socket, makeReply(request), request.replySize);
        if (request.purpose == Purpose::Quit)
            return;
    }
}

void Nng::request(const Request &request, const UseReply &use)
{
    send(m_socket, &request, sizeof request);
    nng_msg *message = nullptr;
    while ((message = receive()) == nullptr) {
    }
    use(nng_msg_body(message), nng_msg_len(message));
    nng_msg_free(message);
}

void Nng::openPublisher()
{
    const unsigned count = losesNothing() ? options().subscribers : 1;
    for (unsigned index = 0; index < count; ++index) {
        nng_socket socket = NNG_SOCKET_INITIALIZER;
        check(losesNothing() ? nng_push0_open(&socket) : nng_pub0_open(&socket), "open");
        nng_socket_set_int(socket, NNG_OPT_SENDBUF, queueLength());
        listen(socket, index);
        m_outputs.push_back(socket);
    }
}

void Nng::publish(std::uint32_t item, const void *payload, std::size_t size)
{
    for (const nng_socket socket : m_outputs) {
        if (!hasTopics()) {
            send(socket, payload, size);
            continue;
        }
        const Topic topic = topicOf(item);
        nng_msg *message = nullptr;
        check(nng_msg_alloc(&message, 0), "allocate");
        nng_msg_append(message, topic.data(), topic.size());
        nng_msg_append(message, payload, size);
        check(nng_sendmsg(socket, message, 0), "send");
    }
}

void Nng::subscribeTopics() const
{
    if (!hasTopics())
        nng_socket_set(m_socket, NNG_OPT_SUB_SUBSCRIBE, "", 0);
    for (std::uint32_t item = 0; hasTopics() && item < options().items; ++item) {
        const Topic topic = topicOf(item);
        nng_socket_set(m_socket, NNG_OPT_SUB_SUBSCRIBE, topic.data(), topic.size());
    }
}

void Nng::openSubscriber(unsigned index)
{
    constexpr int attempts = 2000;
    check(losesNothing() ? nng_pull0_open(&m_socket) : nng_sub0_open(&m_socket), "open");
    allowAllSizes(m_socket);
    nng_socket_set_ms(m_socket, NNG_OPT_RECVTIMEO, Receiver::idleMilliseconds);
    nng_socket_set_int(m_socket, NNG_OPT_RECVBUF, queueLength());
    if (!losesNothing())
        subscribeTopics();
    const std::string wanted = address(losesNothing() ? index : 0);
    int code = -1;
    for (int attempt = 0; attempt < attempts && code != 0; ++attempt)
        if ((code = nng_dial(m_socket, wanted.c_str(), nullptr, 0)) != 0)
            usleep(2000);
    check(code, "dial");
}

void Nng::runSubscriber(Receiver &receiver)
{
    const std::size_t before = hasTopics() ? sizeof(Topic) : 0;
    for (std::uint64_t turn = 0;; ++turn) {
        if (nng_msg *message = receive()) {
            const auto *bytes = static_cast<const unsigned char *>(nng_msg_body(message));
            const bool goesOn = receiver.take(bytes + before, nng_msg_len(message) - before);
            nng_msg_free(message);
            if (!goesOn)
                return;
        } else if ((!options().spins() || turn % (1 << 16) == 0) && !receiver.goesOnWaiting())
            return;
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::Nng>(argumentCount, arguments);
}
