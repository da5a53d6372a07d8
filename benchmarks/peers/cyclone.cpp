// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include "sample.h" // Made by idlc of sample.idl.
#include <array>
#include <cstdlib>
#include <cstring>
#include <dds/dds.h>

#include <unistd.h>

namespace tellwire::comparison {
namespace {

using Sample = tellwire_peer_Sample;

/// Without it, it takes the network's interfaces, and finds nobody where there is no multicast.
constexpr auto configuration = R"(<CycloneDDS><Domain id="any">
    <General><Interfaces><NetworkInterface name="lo"/></Interfaces><AllowMulticast>false</AllowMulticast>
        <MaxMessageSize>65500B</MaxMessageSize><FragmentSize>65000B</FragmentSize></General>
    <Discovery><ParticipantIndex>auto</ParticipantIndex><MaxAutoParticipantIndex>60</MaxAutoParticipantIndex>
        <Peers><Peer address="127.0.0.1"/></Peers></Discovery>
    <Tracing><Verbosity>severe</Verbosity></Tracing></Domain></CycloneDDS>)";

/// Eclipse Cyclone DDS over the loopback interface, reliable. Requests: a topic for them and one for replies.
/// Updates: one topic, with an instance for each item. Its history keeps all that was not delivered yet, so
/// the writer waits for slow readers.
class Cyclone final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "cyclonedds"; }

    void startProcess(Role) override
    {
        setenv("CYCLONEDDS_URI", configuration, 1); // NOLINT(concurrency-mt-unsafe): no threads yet
        m_participant = valid(dds_create_participant(DDS_DOMAIN_DEFAULT, nullptr, nullptr));
    }

    void openServer() override
    {
        openReader("requests");
        openWriter("replies");
    }
    void runServer() override;
    void openClient() override;
    void closeClient() override;
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override { openWriter("updates"); }
    void publish(std::uint32_t item, const void *payload, std::size_t size) override;
    void openSubscriber(unsigned) override { openReader("updates"); }
    void runSubscriber(Receiver &receiver) override;

private:
    static dds_entity_t valid(dds_entity_t result)
    {
        require(result >= 0, std::string{"Cyclone DDS: "} + dds_strretcode(result));
        return result;
    }
    dds_entity_t topic(const char *name, const dds_qos_t *quality)
    {
        m_topics.push_back(
            valid(dds_create_topic(m_participant, &tellwire_peer_Sample_desc, name, quality, nullptr)));
        return m_topics.back();
    }
    dds_qos_t *quality() const;
    void openWriter(const char *name);
    void openReader(const char *name);
    void waitForTheOther() const;
    bool wait() const
    {
        dds_attach_t woken{};
        return dds_waitset_wait(m_waiting, &woken, 1, DDS_MSECS(Receiver::idleMilliseconds)) > 0;
    }

    /// Takes what there is, until `use` returns false. That it does so is the result.
    template <typename Use>
    bool take(Use use) const;

    dds_entity_t m_participant = 0;
    dds_entity_t m_writer = 0;
    dds_entity_t m_reader = 0;
    dds_entity_t m_waiting = 0;
    std::vector<dds_entity_t> m_topics;
};

dds_qos_t *Cyclone::quality() const
{
    constexpr int most = 4096;
    const bool isLarge = options().size > 1'000'000;
    dds_qos_t *quality = dds_create_qos();
    dds_qset_reliability(quality, DDS_RELIABILITY_RELIABLE, DDS_SECS(20));
    dds_qset_history(quality, DDS_HISTORY_KEEP_ALL, 0);
    dds_qset_resource_limits(quality, isLarge ? 2 : most, DDS_LENGTH_UNLIMITED, DDS_LENGTH_UNLIMITED);
    if (options().workload ==
        "w5") { // Who has just been found may not have found us yet: it gets the last one later.
        dds_qset_durability(quality, DDS_DURABILITY_TRANSIENT_LOCAL);
        dds_qset_durability_service(quality, 0, DDS_HISTORY_KEEP_LAST, 1, DDS_LENGTH_UNLIMITED,
                                    DDS_LENGTH_UNLIMITED, DDS_LENGTH_UNLIMITED);
    }
    return quality;
}

void Cyclone::openWriter(const char *name)
{
    dds_qos_t *wanted = quality();
    m_writer = valid(dds_create_writer(m_participant, topic(name, wanted), wanted, nullptr));
    dds_delete_qos(wanted);
}

void Cyclone::openReader(const char *name)
{
    dds_qos_t *wanted = quality();
    m_reader = valid(dds_create_reader(m_participant, topic(name, wanted), wanted, nullptr));
    dds_delete_qos(wanted);
    m_waiting = valid(dds_create_waitset(m_participant));
    valid(dds_waitset_attach(m_waiting, valid(dds_create_readcondition(m_reader, DDS_ANY_STATE)), 0));
}

template <typename Use>
bool Cyclone::take(Use use) const
{
    constexpr int most = 32; // At once.
    std::array<void *, most> samples{};
    std::array<dds_sample_info_t, most> about{};
    const int count = dds_take(m_reader, samples.data(), about.data(), most, most);
    valid(count);
    bool isDone = false;
    for (std::size_t index = 0; index < static_cast<std::size_t>(count) && !isDone; ++index) {
        const auto *sample = static_cast<const Sample *>(samples[index]);
        isDone = about[index].valid_data && !use(*sample);
    }
    if (count > 0)
        dds_return_loan(m_reader, samples.data(), count);
    return isDone;
}

// The other one does not hear what is written before both know of each other.
void Cyclone::waitForTheOther() const
{
    constexpr int attempts = 100'000;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        dds_publication_matched_status_t published{};
        dds_subscription_matched_status_t subscribed{};
        dds_get_publication_matched_status(m_writer, &published);
        dds_get_subscription_matched_status(m_reader, &subscribed);
        if (published.current_count > 0 && subscribed.current_count > 0)
            return;
        usleep(100);
    }
    throw std::runtime_error("Cyclone DDS does not find the server");
}

void Cyclone::publish(std::uint32_t item, const void *payload, std::size_t size)
{
    Sample sample{};
    sample.item = item;
    sample.bytes._length = sample.bytes._maximum = static_cast<std::uint32_t>(size);
    sample.bytes._buffer = static_cast<std::uint8_t *>(const_cast<void *>(payload)); // NOLINT: it only reads
    valid(dds_write(m_writer, &sample));
}

void Cyclone::runServer()
{
    bool isDone = false;
    while (!isDone) {
        wait();
        isDone = take([&](const Sample &sample) {
            Request request;
            std::memcpy(&request, sample.bytes._buffer, sizeof request);
            publish(sample.item, makeReply(request), request.replySize);
            return request.purpose != Purpose::Quit;
        });
    }
    dds_wait_for_acks(m_writer, DDS_SECS(1)); // The last reply is still on its way.
}

void Cyclone::openClient()
{
    if (m_participant == 0)
        startProcess(Role::Client);
    openWriter("requests");
    openReader("replies");
    waitForTheOther();
}

void Cyclone::closeClient()
{
    dds_delete(m_waiting);
    dds_delete(m_reader);
    dds_delete(m_writer);
    for (const dds_entity_t topic : m_topics)
        dds_delete(topic);
    m_topics.clear();
}

// The last replies to others may come as well: other programs have other numbers, other requests too.
void Cyclone::request(const Request &request, const UseReply &use)
{
    const auto self = static_cast<std::uint32_t>(getpid());
    publish(self, &request, sizeof request);
    bool isAnswered = false;
    while (!isAnswered) {
        wait();
        isAnswered = take([&](const Sample &sample) {
            if (sample.item != self || headerOf(sample.bytes._buffer).sequence != request.sequence)
                return true;
            use(sample.bytes._buffer, sample.bytes._length);
            return false;
        });
    }
}

void Cyclone::runSubscriber(Receiver &receiver)
{
    while (true) {
        if (!wait()) {
            if (!receiver.goesOnWaiting())
                return;
        } else if (take([&](const Sample &sample) {
                       return receiver.take(sample.bytes._buffer, sample.bytes._length);
                   }))
            return;
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::Cyclone>(argumentCount, arguments);
}
