// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <boost/date_time/posix_time/posix_time_types.hpp>
#include <boost/interprocess/ipc/message_queue.hpp>

#include <functional>
#include <optional>

#include <unistd.h>

namespace tellwire::comparison {
namespace {

using Queue = boost::interprocess::message_queue;

/// Boost.Interprocess' message_queue: shared memory, a mutex and a condition; copied in and copied out. One
/// queue for each subscriber.
class BoostMessageQueue final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "boost_mq"; }

    void openServer() override
    {
        m_output = create("replies", 4, options().size);
        m_input = create("requests", 4, sizeof(Request));
    }
    void runServer() override;
    void openClient() override
    {
        m_output = open("requests");
        m_input = open("replies");
        m_bytes.resize(options().size);
    }
    void closeClient() override
    {
        m_output.reset();
        m_input.reset();
    }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override;
    void publish(std::uint32_t, const void *payload, std::size_t size) override
    {
        for (const auto &queue : m_outputs)
            queue->send(payload, size, 0);
    }
    void closePublisher() override;

    void openSubscriber(unsigned index) override;
    void runSubscriber(Receiver &receiver) override;

private:
    std::string queueName(const std::string &purpose) const
    {
        return "tellwire-bench-" + std::to_string(std::hash<std::string>{}(options().endpoint)) + "-" +
               purpose;
    }
    std::unique_ptr<Queue> open(const std::string &purpose) const;
    std::unique_ptr<Queue> create(const std::string &purpose, std::size_t count, std::size_t size) const
    {
        const std::string name = queueName(purpose);
        Queue::remove(name.c_str());
        return std::make_unique<Queue>(boost::interprocess::create_only, name.c_str(), count, size);
    }
    std::size_t depth() const { return options().size > (1 << 20) ? 2 : options().size > 65'536 ? 8 : 1024; }

    /// The size of what came; nothing if nothing came for a while.
    std::optional<std::size_t> receive(void *bytes, std::size_t room) const;
    std::optional<std::size_t> spin(void *bytes, std::size_t room) const;

    std::unique_ptr<Queue> m_input;
    std::unique_ptr<Queue> m_output;
    std::vector<std::unique_ptr<Queue>> m_outputs;
    std::vector<unsigned char> m_bytes;
};

std::unique_ptr<Queue> BoostMessageQueue::open(const std::string &purpose) const
{
    constexpr int attempts = 2000;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        try {
            return std::make_unique<Queue>(boost::interprocess::open_only, queueName(purpose).c_str());
        } catch (const boost::interprocess::interprocess_exception &) {
            usleep(1000);
        }
    }
    throw std::runtime_error("there is no message queue");
}

std::optional<std::size_t> BoostMessageQueue::spin(void *bytes, std::size_t room) const
{
    constexpr int turns = 1'000'000;
    Queue::size_type size = 0;
    unsigned priority = 0;
    for (int turn = 0; turn < turns; ++turn) {
        if (m_input->try_receive(bytes, room, size, priority))
            return size;
        pauseProcessor();
    }
    return std::nullopt;
}

std::optional<std::size_t> BoostMessageQueue::receive(void *bytes, std::size_t room) const
{
    if (options().spins())
        return spin(bytes, room);
    Queue::size_type size = 0;
    unsigned priority = 0;
    const auto latest = boost::posix_time::microsec_clock::universal_time() +
                        boost::posix_time::milliseconds(Receiver::idleMilliseconds);
    return m_input->timed_receive(bytes, room, size, priority, latest) ? std::optional{size} : std::nullopt;
}

void BoostMessageQueue::runServer()
{
    Request request;
    while (request.purpose != Purpose::Quit) {
        if (!receive(&request, sizeof request))
            continue;
        m_output->send(makeReply(request), request.replySize, 0);
    }
    Queue::remove(queueName("requests").c_str());
    Queue::remove(queueName("replies").c_str());
}

void BoostMessageQueue::request(const Request &request, const UseReply &use)
{
    m_output->send(&request, sizeof request, 0);
    std::optional<std::size_t> size;
    while (!(size = receive(m_bytes.data(), m_bytes.size()))) {
    }
    use(m_bytes.data(), *size);
}

void BoostMessageQueue::openPublisher()
{
    for (unsigned index = 0; index < options().subscribers; ++index)
        m_outputs.push_back(create(std::to_string(index), depth(), options().size));
}

void BoostMessageQueue::closePublisher()
{
    for (unsigned index = 0; index < options().subscribers; ++index)
        Queue::remove(queueName(std::to_string(index)).c_str());
}

void BoostMessageQueue::openSubscriber(unsigned index)
{
    require(control().ready.waitUntil(1, options().timeout), "the publisher does not come");
    m_input = open(std::to_string(index));
    m_bytes.resize(options().size);
}

void BoostMessageQueue::runSubscriber(Receiver &receiver)
{
    while (true) {
        const std::optional<std::size_t> size = receive(m_bytes.data(), m_bytes.size());
        if (size ? !receiver.take(m_bytes.data(), *size) : !receiver.goesOnWaiting())
            return;
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::BoostMessageQueue>(argumentCount, arguments);
}
