// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QExplicitlySharedDataPointer>

#include <cstdint>
#include <memory>
#include <vector>

namespace tellwire::transport {

class Channel;

/// What a Windowed link still waits for.
class SendWindow
{
public:
    explicit SendWindow(std::uint16_t size) : m_size(size) {}

    bool hasRoom() const noexcept { return m_sent.size() < m_size; }
    bool isEmpty() const noexcept { return m_sent.empty(); }
    void sent(std::uint64_t sequence) { m_sent.push_back(sequence); }

    /// Everything up to the update before or at `newest` that has these low 32 bits. So a number that was
    /// never sent means one so old that it acknowledges nothing.
    void acknowledge(std::uint32_t sequence, std::uint64_t newest);

    bool isBehind = false; ///< The newest update was skipped, and is to be sent when there is room.

private:
    std::uint16_t m_size;
    std::vector<std::uint64_t> m_sent; ///< Update numbers, rising; at most m_size of them.
};

/// One link as its publisher sees it. Shared by its publication and the queue of its channel. There may be a
/// hundred thousand of them on one channel.
struct OutgoingLink : QSharedData
{
    using Pointer = QExplicitlySharedDataPointer<OutgoingLink>;
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    std::uint32_t id = 0;
    std::shared_ptr<Channel> channel;
    std::unique_ptr<SendWindow> window; ///< Of a Windowed link; null for others.
    std::uint64_t noticeAt = never;     ///< Where in the lane the last message was written.
    std::uint64_t queuedBytes = 0;      ///< In blocks of its messages that wait in the outbox.
    std::uint32_t queuedMessages = 0;   ///< That wait in the outbox.
    bool newestOnly = false;
    bool noticeOnly = false;
    bool marksBatches = false;
    bool ended = false;
};
static_assert(sizeof(OutgoingLink) <= 56);

} // namespace tellwire::transport
