// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/peer.h"

#include "benchmarks/harness/require.h"

#include <algorithm>

#include <poll.h>
#include <sys/eventfd.h>

namespace tellwire::comparison {
namespace {

[[noreturn]] void cannot(const char *what)
{
    throw std::runtime_error(std::string{"this peer has no "} + what);
}

} // namespace

void Peer::openServer() { cannot("requests"); }
void Peer::openClient() { cannot("requests"); }
void Peer::request(const Request &, const UseReply &) { cannot("requests"); }
void Peer::openPublisher() { cannot("updates"); }
void Peer::publish(std::uint32_t, const void *, std::size_t) { cannot("updates"); }
void *Peer::borrow(std::uint32_t, std::size_t) { cannot("memory to lend"); }
void Peer::commit(std::uint32_t, void *, std::size_t) { cannot("memory to lend"); }
void Peer::openSubscriber(unsigned) { cannot("updates"); }
void Peer::runSubscriber(Receiver &) { cannot("updates"); }

void Peer::endServer(std::uint64_t sequence)
{
    Request last;
    last.sequence = sequence;
    last.replySize = sizeof(MessageHeader);
    last.purpose = Purpose::Quit;
    request(last, [](const void *, std::size_t) {});
}

void Peer::forgetProgress() const
{
    eventfd_t said = 0;
    eventfd_read(m_control->progress, &said);
}

void Peer::waitForReaders(int milliseconds)
{
    pollfd waited{m_control->progress, POLLIN, 0};
    poll(&waited, 1, milliseconds);
    forgetProgress();
}

const void *Peer::makeReply(const Request &request)
{
    const std::size_t size = std::max<std::size_t>(request.replySize, sizeof(MessageHeader));
    if (!m_reply || m_reply->size() != size) {
        m_reply = std::make_unique<PayloadBuffer>(size);
        m_replySum = sumOfBody(m_reply->data(), size);
    }
    MessageHeader header;
    header.sequence = request.sequence;
    header.item = request.item;
    header.purpose = request.purpose;
    header.sum = m_replySum;
    header.total = size;
    m_reply->setHeader(header);
    return m_reply->data();
}

} // namespace tellwire::comparison
