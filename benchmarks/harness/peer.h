// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/control.h"
#include "benchmarks/harness/message.h"
#include "benchmarks/harness/options.h"
#include "benchmarks/harness/receiver.h"

#include <functional>
#include <limits>
#include <memory>
#include <vector>

namespace tellwire::comparison {

enum class Role { Server, Client, Publisher, Subscriber };

/// One way to carry the workloads: all that differs between Tellwire and others. It is made before the
/// processes of a measurement are, and each of them uses the part that belongs to its role. Everything throws
/// what it cannot do.
class Peer
{
public:
    using UseReply = std::function<void(const void *reply, std::size_t size)>;

    explicit Peer(const Options &options) : m_options(options) {}
    virtual ~Peer() = default;
    Peer(const Peer &) = delete;
    Peer &operator=(const Peer &) = delete;

    virtual const char *name() const = 0;

    /// First call in each process.
    virtual void startProcess(Role) {}

    // The server and the client of requests.
    virtual void openServer();
    virtual void runServer() {} ///< Until a request to quit.
    virtual void openClient();
    virtual void closeClient() {}
    virtual void request(const Request &request, const UseReply &use); ///< The reply is valid in `use` only.
    virtual void endServer(std::uint64_t sequence);

    // The publisher.
    virtual void openPublisher();
    virtual void publish(std::uint32_t item, const void *payload, std::size_t size);
    virtual void *borrow(std::uint32_t item, std::size_t size); ///< Memory of the transport to write into.
    virtual void commit(std::uint32_t item, void *borrowed, std::size_t size);
    virtual void flush() {}
    virtual void processPublisher() {} ///< Lets an event loop do what there is to do.
    virtual void closePublisher() {}

    /// Sleeps until readers have said something (Control::tellPublisher()), or for so long.
    virtual void waitForReaders(int milliseconds);

    /// What is longer is cut into pieces of this size.
    virtual std::size_t largestMessage() const { return std::numeric_limits<std::size_t>::max(); }

    /// All messages of a run have one size.
    virtual bool hasFixedSize() const { return false; }

    /// How far the publisher may be ahead, for a transport that would drop updates or queue without end;
    /// 0: it has a flow control of its own.
    virtual std::uint32_t creditWindow() const { return 0; }

    // A subscriber.
    virtual void openSubscriber(unsigned index);
    virtual void runSubscriber(Receiver &receiver); ///< Until the receiver wants no more.
    virtual void closeSubscriber() {}

    void setControl(Control &control) { m_control = &control; }
    const Options &options() const { return m_options; }

protected:
    Control &control() const { return *m_control; }

    /// The reply lies ready in the server's own memory; only its header is written.
    const void *makeReply(const Request &request);

    /// Forgets what readers have said until now.
    void forgetProgress() const;

private:
    const Options &m_options;
    Control *m_control = nullptr;
    std::unique_ptr<PayloadBuffer> m_reply;
    std::uint64_t m_replySum = 0;
};

} // namespace tellwire::comparison
