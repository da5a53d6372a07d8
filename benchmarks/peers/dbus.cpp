// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <array>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

constexpr const char *interfaceName = "org.benchmark.Interface";
constexpr const char *serviceName = "org.benchmark.Service";
constexpr std::size_t longestArray =
    std::size_t{32} * 1024 * 1024; // D-Bus allows 64 MiB for all of a message.

void check(int code, const char *what)
{
    require(code >= 0, std::string{"sd-bus: "} + what + ": " + std::generic_category().message(-code));
}

/// sd-bus with a dbus-daemon of its own: method calls and signals, a match rule for each item. Variant
/// `zerocopy` (W4): the payload lies in a file in memory, whose descriptor is sent.
class DBus final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "dbus"; }

    void openServer() override;
    void runServer() override;
    void openClient() override { connect(); }
    void closeClient() override { m_bus = sd_bus_flush_close_unref(m_bus); }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override;
    void publish(std::uint32_t item, const void *payload, std::size_t size) override
    {
        send(item, payload, sendsDescriptor() ? sizeof(MessageHeader) : size, -1);
    }
    void *borrow(std::uint32_t, std::size_t) override { return m_memory; }
    void commit(std::uint32_t item, void *borrowed, std::size_t) override
    {
        send(item, borrowed, sizeof(MessageHeader), m_file);
    }
    std::size_t largestMessage() const override
    {
        return sendsDescriptor() ? Peer::largestMessage() : longestArray;
    }
    std::uint32_t creditWindow() const override { return 4096; } // The daemon queues signals without end.

    void openSubscriber(unsigned) override;
    void runSubscriber(Receiver &receiver) override;

private:
    bool sendsDescriptor() const { return options().workload == "w4" && options().variant == "zerocopy"; }
    void connect();
    bool process(std::uint64_t microseconds); ///< False: nothing came.
    void send(std::uint32_t item, const void *bytes, std::size_t size, int descriptor);
    static int onRequest(sd_bus_message *message, void *self, sd_bus_error *);
    static int onSignal(sd_bus_message *message, void *self, sd_bus_error *);
    void takeDescriptor(sd_bus_message *message);

    sd_bus *m_bus = nullptr;
    int m_file = -1;
    void *m_memory = nullptr;
    Receiver *m_receiver = nullptr;
    bool m_isDone = false;
};

void DBus::connect()
{
    check(sd_bus_new(&m_bus), "new");
    check(sd_bus_set_address(m_bus, ("unix:path=" + options().endpoint + "/dbus.sock").c_str()), "address");
    check(sd_bus_set_bus_client(m_bus, 1), "client");
    check(sd_bus_negotiate_fds(m_bus, 1), "descriptors");
    check(sd_bus_start(m_bus), "start");
}

bool DBus::process(std::uint64_t microseconds)
{
    const int done = sd_bus_process(m_bus, nullptr);
    check(done, "process");
    return done > 0 || sd_bus_wait(m_bus, microseconds) != 0;
}

int DBus::onRequest(sd_bus_message *message, void *self, sd_bus_error *)
{
    auto *server = static_cast<DBus *>(self);
    const void *bytes = nullptr;
    std::size_t size = 0;
    Request request;
    if (sd_bus_message_read_array(message, 'y', &bytes, &size) < 0 || size != sizeof request)
        return -EINVAL;
    std::memcpy(&request, bytes, sizeof request);
    sd_bus_message *reply = nullptr;
    check(sd_bus_message_new_method_return(message, &reply), "reply");
    check(sd_bus_message_append_array(reply, 'y', server->makeReply(request), request.replySize), "append");
    const int code = sd_bus_send(nullptr, reply, nullptr);
    sd_bus_message_unref(reply);
    server->m_isDone = request.purpose == Purpose::Quit;
    return code < 0 ? code : 1;
}

void DBus::openServer()
{
    static const std::array<sd_bus_vtable, 3> methods{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD("Request", "ay", "ay", onRequest, SD_BUS_VTABLE_UNPRIVILEGED),
        sd_bus_vtable SD_BUS_VTABLE_END};
    connect();
    check(sd_bus_add_object_vtable(m_bus, nullptr, "/object", interfaceName, methods.data(), this), "object");
    check(sd_bus_request_name(m_bus, serviceName, 0), "name");
}

void DBus::runServer()
{
    while (!m_isDone)
        process(UINT64_MAX);
    sd_bus_flush(m_bus);
}

void DBus::request(const Request &request, const UseReply &use)
{
    constexpr std::uint64_t patience = 20'000'000; // Microseconds.
    sd_bus_message *call = nullptr;
    sd_bus_message *reply = nullptr;
    check(sd_bus_message_new_method_call(m_bus, &call, serviceName, "/object", interfaceName, "Request"),
          "call");
    check(sd_bus_message_append_array(call, 'y', &request, sizeof request), "append");
    check(sd_bus_call(m_bus, call, patience, nullptr, &reply), "call");
    const void *bytes = nullptr;
    std::size_t size = 0;
    check(sd_bus_message_read_array(reply, 'y', &bytes, &size), "read");
    use(bytes, size);
    sd_bus_message_unref(call);
    sd_bus_message_unref(reply);
}

void DBus::openPublisher()
{
    connect();
    if (!sendsDescriptor())
        return;
    m_file = memfd_create("payload", MFD_CLOEXEC);
    require(m_file >= 0 && ftruncate(m_file, static_cast<off_t>(options().size)) == 0, "no file in memory");
    m_memory = mmap(nullptr, options().size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, m_file, 0);
    require(m_memory != MAP_FAILED, "a file cannot be mapped");
}

void DBus::send(std::uint32_t item, const void *bytes, std::size_t size, int descriptor)
{
    const std::string path = "/item/" + std::to_string(item);
    const char *member = descriptor >= 0 ? "UpdateInFile" : "Update";
    sd_bus_message *signal = nullptr;
    check(sd_bus_message_new_signal(m_bus, &signal, path.c_str(), interfaceName, member), "signal");
    check(sd_bus_message_append_array(signal, 'y', bytes, size), "append");
    if (descriptor >= 0)
        check(sd_bus_message_append(signal, "h", descriptor), "append");
    check(sd_bus_send(m_bus, signal, nullptr), "send");
    sd_bus_message_unref(signal);
    check(sd_bus_flush(m_bus), "flush"); // Where the socket is full, it was only queued.
}

void DBus::takeDescriptor(sd_bus_message *message)
{
    int descriptor = -1;
    check(sd_bus_message_read(message, "h", &descriptor), "read");
    void *memory = mmap(nullptr, options().size, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor, 0);
    require(memory != MAP_FAILED, "a file cannot be mapped");
    m_isDone = !m_receiver->take(memory, options().size);
    munmap(memory, options().size);
}

int DBus::onSignal(sd_bus_message *message, void *self, sd_bus_error *)
{
    auto *subscriber = static_cast<DBus *>(self);
    const void *bytes = nullptr;
    std::size_t size = 0;
    if (subscriber->m_receiver == nullptr || sd_bus_message_read_array(message, 'y', &bytes, &size) < 0)
        return 0;
    if (sd_bus_message_is_signal(message, interfaceName, "UpdateInFile") > 0)
        subscriber->takeDescriptor(message);
    else
        subscriber->m_isDone = !subscriber->m_receiver->take(bytes, size);
    return 0;
}

void DBus::openSubscriber(unsigned)
{
    connect();
    const unsigned count = options().workload == "w7" ? options().items : 1;
    for (unsigned item = 0; item < count; ++item) {
        const std::string rule = std::string{"type='signal',interface='"} + interfaceName + "',path='/item/" +
                                 std::to_string(item) + "'";
        check(sd_bus_add_match_async(m_bus, nullptr, rule.c_str(), onSignal, nullptr, this), "match");
    }
    // The daemon answers in order: an answer says that all rules are there.
    check(sd_bus_call_method(m_bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                             "org.freedesktop.DBus.Peer", "Ping", nullptr, nullptr, ""),
          "ping");
}

void DBus::runSubscriber(Receiver &receiver)
{
    m_receiver = &receiver;
    while (!m_isDone)
        if (!process(std::uint64_t{Receiver::idleMilliseconds} * 1000) && !receiver.goesOnWaiting())
            return;
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::DBus>(argumentCount, arguments);
}
