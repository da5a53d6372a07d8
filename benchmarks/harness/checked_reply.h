// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/message.h"
#include "benchmarks/harness/peer.h"

namespace tellwire::comparison {

/// Reads all of a reply, and compares it with what it should be.
class CheckedReply
{
public:
    explicit CheckedReply(std::uint64_t size) { m_request.replySize = size; }

    void ask(Peer &peer)
    {
        ++m_request.sequence;
        peer.request(m_request, m_check);
    }

    std::uint64_t sequence() const { return m_request.sequence; }
    std::uint64_t bad() const { return m_bad; }
    std::uint64_t bytes() const { return m_bytes; }
    void forgetBytes() { m_bytes = 0; }

private:
    void check(const void *reply, std::size_t size)
    {
        m_bytes += size;
        const bool isRight = size == m_request.replySize && isAnswer(headerOf(reply)) &&
                             sumOfBody(reply, size) == headerOf(reply).sum;
        m_bad += isRight ? 0 : 1;
    }
    bool isAnswer(const MessageHeader &header) const
    {
        return header.sequence == m_request.sequence || header.sequence == anySequence;
    }

    Request m_request;
    std::uint64_t m_bad = 0;
    std::uint64_t m_bytes = 0;
    Peer::UseReply m_check = [this](const void *reply, std::size_t size) { check(reply, size); };
};

} // namespace tellwire::comparison
