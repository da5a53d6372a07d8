// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/receiver.h"

#include "benchmarks/harness/clock.h"

#include <cstring>

namespace tellwire::comparison {

Receiver::Receiver(Control &control, const Options &options, unsigned index, std::uint32_t creditWindow)
    : m_control(control),
      m_index(index),
      m_creditWindow(creditWindow),
      m_isTimed(index == 0 && (options.workload == "w2" || options.workload == "w4")),
      m_isSummed(options.workload == "w4")
{
    if (m_isTimed)
        m_times = roomForSamples();
}

bool Receiver::take(const void *message, std::size_t size)
{
    const std::uint64_t now = m_isTimed ? nanosecondsNow() : 0;
    if (size < sizeof(MessageHeader)) {
        ++m_result.bad;
        return true;
    }
    const MessageHeader header = headerOf(message);
    switch (header.purpose) {
    case Purpose::Warming:
        takeWarming();
        return true;
    case Purpose::Data:
        takeData(header, message, size, now);
        return true;
    case Purpose::End:
        return false;
    case Purpose::Quit:
        break;
    }
    ++m_result.bad;
    return true;
}

void Receiver::takeWarming()
{
    if (!m_isWarm)
        m_control.warm.raise();
    m_isWarm = true;
}

void Receiver::takeData(const MessageHeader &header, const void *message, std::size_t size, std::uint64_t now)
{
    checkOrder(header);
    m_bytes += size;
    if (m_isSummed) {
        m_result.bad += sumOfBody(message, size) == header.sum ? 0 : 1;
        now = nanosecondsNow();
    } else {
        // A transport must not get away with not delivering the end.
        std::uint64_t last = 0;
        std::memcpy(&last, static_cast<const unsigned char *>(message) + size - sizeof last, sizeof last);
        asm volatile("" : : "r"(last));
    }
    if (header.piece + 1 < header.pieces)
        return;
    ++m_result.received;
    m_idleSince = 0;
    if (m_isTimed && m_times.size() < Control::mostSamples)
        m_times.push_back(now - header.sentAt);
    giveCredit();
    if (m_isSummed)
        acknowledge();
}

void Receiver::checkOrder(const MessageHeader &header)
{
    m_result.misordered += header.sequence == m_expected ? 0 : 1;
    m_expected = header.piece + 1 < header.pieces ? header.sequence : header.sequence + 1;
}

void Receiver::giveCredit()
{
    if (m_creditWindow == 0 || m_result.received % (m_creditWindow / 4) != 0)
        return;
    m_control.credit[m_index].store(m_result.received);
    if (m_control.publisherSleeps.load() != 0)
        m_control.tellPublisher();
}

void Receiver::acknowledge()
{
    m_control.acknowledged.fetch_add(1);
    m_control.tellPublisher();
}

bool Receiver::goesOnWaiting()
{
    if (m_control.quit.value() != 0)
        return false;
    if (m_control.published.value() == 0)
        return true;
    const std::uint64_t now = nanosecondsNow();
    if (m_idleSince == 0)
        m_idleSince = now;
    return now - m_idleSince <= nanosecondsPerSecond;
}

void Receiver::finish()
{
    const std::uint64_t setUpTime = m_control.subscribers[m_index].setUpTime;
    m_result.endedAt = nanosecondsNow();
    m_result.setUpTime = setUpTime;
    m_control.subscribers[m_index] = m_result;
    if (m_index != 0)
        return;
    m_control.bytes = m_bytes;
    m_control.keep(m_times);
}

} // namespace tellwire::comparison
