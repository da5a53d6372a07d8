// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <array>
#include <cstring>

#include <hiredis/hiredis.h>
#include <poll.h>

namespace tellwire::comparison {
namespace {

constexpr const char *key = "value";

struct FreeReply
{
    void operator()(redisReply *reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// Redis on a unix socket, by hiredis. Requests: the store answers them (GET); the server only puts the value
/// there. Updates: PUBLISH and SUBSCRIBE, a channel for each item; where the rate counts, several of them are
/// on their way before the first one is confirmed.
class Redis final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "redis"; }

    void openServer() override;
    void endServer(std::uint64_t) override {} // It has ended already.
    void openClient() override { connect(); }
    void closeClient() override { redisFree(m_connection); }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override { connect(); }
    void publish(std::uint32_t item, const void *payload, std::size_t size) override;
    void flush() override;

    // In pieces, it takes half the time, and a third of the page faults.
    std::size_t largestMessage() const override { return std::size_t{4} << 20; }
    std::uint32_t creditWindow() const override { return 4096; } // The server queues without end.

    void openSubscriber(unsigned) override;
    void runSubscriber(Receiver &receiver) override;

private:
    bool hasManyItems() const { return options().workload == "w7"; }
    unsigned mostUnconfirmed() const { return hasManyItems() || options().workload == "w3" ? 64 : 1; }
    void connect();
    void check(int code) const
    {
        if (code != REDIS_OK)
            throw std::runtime_error(std::string{"Redis: "} + m_connection->errstr);
    }
    Reply checked(void *reply) const;
    Reply nextReply() const;   ///< Of a command. Waits for it.
    Reply nextMessage() const; ///< None: nothing whole came for so long.
    bool waitUntilReadable() const;

    redisContext *m_connection = nullptr;
    unsigned m_unconfirmed = 0;
};

void Redis::connect()
{
    m_connection = redisConnectUnix((options().endpoint + "/redis.sock").c_str());
    require(m_connection != nullptr, "Redis: no memory for a connection");
    check(m_connection->err);
    m_connection->reader->maxbuf = 0; // It keeps its buffer, however large that has become.
}

Reply Redis::checked(void *reply) const
{
    Reply checked{static_cast<redisReply *>(reply)};
    if (checked && checked->type == REDIS_REPLY_ERROR)
        throw std::runtime_error(std::string{"Redis: "} + checked->str);
    return checked;
}

Reply Redis::nextReply() const
{
    void *reply = nullptr;
    check(redisGetReply(m_connection, &reply));
    return checked(reply);
}

void Redis::openServer()
{
    Request stored;
    stored.sequence = anySequence;
    stored.replySize = options().workload == "w1" ? options().size : sizeof(MessageHeader);
    connect();
    check(redisAppendCommand(m_connection, "SET %s %b", key, makeReply(stored), stored.replySize));
    nextReply();
    redisFree(m_connection);
}

void Redis::request(const Request &, const UseReply &use)
{
    check(redisAppendCommand(m_connection, "GET %s", key));
    const Reply reply = nextReply();
    if (reply->type != REDIS_REPLY_STRING)
        throw std::runtime_error("Redis: there is no value");
    use(reply->str, reply->len);
}

void Redis::publish(std::uint32_t item, const void *payload, std::size_t size)
{
    const std::string channel = std::to_string(item);
    std::array<const char *, 3> words{"PUBLISH", channel.c_str(), static_cast<const char *>(payload)};
    const std::array<std::size_t, 3> sizes{std::strlen(words[0]), channel.size(), size};
    // A command in words is copied once less than a formatted one.
    check(redisAppendCommandArgv(m_connection, static_cast<int>(words.size()), words.data(), sizes.data()));
    if (++m_unconfirmed >= mostUnconfirmed())
        flush();
}

void Redis::flush()
{
    for (; m_unconfirmed > 0; --m_unconfirmed)
        nextReply();
}

void Redis::openSubscriber(unsigned)
{
    connect();
    const unsigned count = hasManyItems() ? options().items : 1;
    for (unsigned item = 0; item < count; ++item)
        check(redisAppendCommand(m_connection, "SUBSCRIBE %u", item));
    for (unsigned item = 0; item < count; ++item)
        nextReply();
}

bool Redis::waitUntilReadable() const
{
    pollfd waited{m_connection->fd, POLLIN, 0};
    return poll(&waited, 1, Receiver::idleMilliseconds) > 0;
}

Reply Redis::nextMessage() const
{
    while (true) {
        void *reply = nullptr;
        check(redisReaderGetReply(m_connection->reader, &reply));
        if (reply != nullptr)
            return checked(reply);
        if (!waitUntilReadable())
            return nullptr;
        check(redisBufferRead(m_connection));
    }
}

void Redis::runSubscriber(Receiver &receiver)
{
    constexpr std::size_t payload = 2; // Before it: "message", and the channel.
    while (true) {
        const Reply message = nextMessage();
        if (!message) {
            if (!receiver.goesOnWaiting())
                return;
        } else if (message->elements > payload) {
            const redisReply &bytes = *message->element[payload];
            if (!receiver.take(bytes.str, bytes.len))
                return;
        }
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::Redis>(argumentCount, arguments);
}
