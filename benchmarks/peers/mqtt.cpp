// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <algorithm>
#include <cstring>

#include <mosquitto.h>
#include <poll.h>

namespace tellwire::comparison {
namespace {

constexpr int quality = 0; // At most once; the socket loses nothing either.
constexpr const char *requests = "requests";
constexpr const char *replies = "replies";

void check(int code, const char *what)
{
    if (code != MOSQ_ERR_SUCCESS)
        throw std::runtime_error(std::string{"MQTT: "} + what + ": " + mosquitto_strerror(code));
}

std::string topicOf(std::uint32_t item) { return "updates/" + std::to_string(item); }

/// MQTT by libmosquitto, which works in the caller's thread, with a mosquitto of its own on a unix socket.
/// Requests: a topic for them and one for replies. Updates: a topic for each item.
class Mqtt final : public Peer
{
public:
    explicit Mqtt(const Options &options) : Peer(options) { mosquitto_lib_init(); }

    const char *name() const override { return "mqtt"; }

    void openServer() override
    {
        connect();
        subscribe({requests});
    }
    void runServer() override;
    void openClient() override
    {
        connect();
        subscribe({replies});
    }
    void closeClient() override
    {
        mosquitto_disconnect(m_client);
        mosquitto_destroy(m_client);
    }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override { connect(); }
    void publish(std::uint32_t item, const void *payload, std::size_t size) override
    {
        send(topicOf(item).c_str(), payload, size);
    }

    // MQTT allows less than 256 MiB. In smaller pieces, it takes half the time, and half the page faults.
    std::size_t largestMessage() const override { return std::size_t{4} << 20; }
    std::uint32_t creditWindow() const override { return 4096; } // The broker queues without end.

    void openSubscriber(unsigned) override;
    void runSubscriber(Receiver &receiver) override;

private:
    void connect();
    void subscribe(std::vector<std::string> topics);
    void send(const char *topic, const void *bytes, std::size_t size);
    void process(int milliseconds = 1000) { check(mosquitto_loop(m_client, milliseconds, 1), "loop"); }
    static void onConnect(mosquitto *, void *self, int code);
    static void onSubscribe(mosquitto *, void *self, int, int, const int *);
    static void onMessage(mosquitto *, void *self, const mosquitto_message *message);

    mosquitto *m_client = nullptr;
    bool m_isAnswered = false; ///< What the broker was asked for: a connection, or a subscription.
    int m_refusal = 0;
    UseReply m_useMessage;
};

void Mqtt::onConnect(mosquitto *, void *self, int code)
{
    static_cast<Mqtt *>(self)->m_refusal = code;
    static_cast<Mqtt *>(self)->m_isAnswered = true;
}

void Mqtt::onSubscribe(mosquitto *, void *self, int, int, const int *)
{
    static_cast<Mqtt *>(self)->m_isAnswered = true;
}

void Mqtt::onMessage(mosquitto *, void *self, const mosquitto_message *message)
{
    if (const UseReply &use = static_cast<Mqtt *>(self)->m_useMessage)
        use(message->payload, static_cast<std::size_t>(message->payloadlen));
}

void Mqtt::connect()
{
    constexpr int keepAlive = 600; // Seconds, more than a measurement takes.
    m_client = mosquitto_new(nullptr, true, this);
    require(m_client != nullptr, "MQTT: no memory for a client");
    mosquitto_connect_callback_set(m_client, onConnect);
    mosquitto_subscribe_callback_set(m_client, onSubscribe);
    mosquitto_message_callback_set(m_client, onMessage);
    // With port 0, the host is a unix socket.
    check(mosquitto_connect(m_client, (options().endpoint + "/mqtt.sock").c_str(), 0, keepAlive), "connect");
    for (m_isAnswered = false; !m_isAnswered;)
        process();
    require(m_refusal == 0, std::string{"MQTT: refused: "} + mosquitto_connack_string(m_refusal));
}

void Mqtt::subscribe(std::vector<std::string> topics)
{
    std::vector<char *> names;
    for (std::string &topic : topics)
        names.push_back(topic.data());
    const int count = static_cast<int>(names.size());
    check(mosquitto_subscribe_multiple(m_client, nullptr, count, names.data(), quality, 0, nullptr),
          "subscribe");
    for (m_isAnswered = false; !m_isAnswered;)
        process();
}

void Mqtt::send(const char *topic, const void *bytes, std::size_t size)
{
    check(mosquitto_publish(m_client, nullptr, topic, static_cast<int>(size), bytes, quality, false),
          "publish");
    while (mosquitto_want_write(m_client)) { // The socket is full.
        pollfd waited{mosquitto_socket(m_client), POLLOUT, 0};
        poll(&waited, 1, 1000);
        check(mosquitto_loop_write(m_client, 1), "write");
    }
}

// The reply is sent after the handler, in which the library would only queue it.
void Mqtt::runServer()
{
    Request request;
    bool hasRequest = false;
    m_useMessage = [&](const void *bytes, std::size_t) {
        std::memcpy(&request, bytes, sizeof request);
        hasRequest = true;
    };
    while (request.purpose != Purpose::Quit) {
        process();
        if (!hasRequest)
            continue;
        hasRequest = false;
        send(replies, makeReply(request), request.replySize);
    }
}

void Mqtt::request(const Request &request, const UseReply &use)
{
    bool isAnswered = false;
    m_useMessage = [&](const void *bytes, std::size_t size) {
        use(bytes, size);
        isAnswered = true;
    };
    send(requests, &request, sizeof request);
    while (!isAnswered)
        process();
}

void Mqtt::openSubscriber(unsigned)
{
    constexpr unsigned atOnce = 100;
    connect();
    const unsigned count = options().workload == "w7" ? options().items : 1;
    for (unsigned first = 0; first < count; first += atOnce) {
        std::vector<std::string> topics;
        topics.reserve(atOnce);
        for (unsigned item = first; item < std::min(first + atOnce, count); ++item)
            topics.push_back(topicOf(item));
        subscribe(std::move(topics));
    }
}

void Mqtt::runSubscriber(Receiver &receiver)
{
    bool isAny = false;
    bool isDone = false;
    m_useMessage = [&](const void *bytes, std::size_t size) {
        isAny = true;
        isDone = isDone || !receiver.take(bytes, size);
    };
    while (!isDone) {
        isAny = false;
        process(Receiver::idleMilliseconds);
        if (!isAny && !receiver.goesOnWaiting())
            return;
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::Mqtt>(argumentCount, arguments);
}
