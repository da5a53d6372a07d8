// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/loan_returns.h"
#include "formats/bytes.h"

#include <QByteArrayView>

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

namespace tellwire::transport {

class ForeignMemory;

/// The payload of a pinned block of a peer, found to be there.
struct LendableBytes
{
    const std::shared_ptr<const ForeignMemory> &memory;
    const std::uint64_t &tag; ///< In its header: stays `expectedTag` as long as the block is the same one.
    std::uint64_t expectedTag;
    QByteArrayView bytes;
    std::uint32_t pin;
};

/// The large payloads of one peer that this program reads where they are. What is lent keeps its pin, and the
/// memory mapped, until the last who holds it lets go, in whatever thread and order; so its publisher cannot
/// use the block again. That is why there is a bound: beyond it payloads are copied, and a program that keeps
/// what it gets, however much, is neither cut off for that nor does it use up the publisher's memory.
///
/// Thread: that of its seat.
class Loans : public std::enable_shared_from_this<Loans>
{
public:
    /// `mostBytes` bounds what is lent at a time, whatever its size. `returnPin` tells the peer that a block
    /// is not looked at any more.
    Loans(std::shared_ptr<LoanReturns> returns, std::uint64_t mostBytes,
          std::function<void(std::uint32_t pin)> returnPin);
    ~Loans();

    /// Whether a payload of this length, which has just come, should be lent: to copy a short one is cheaper.
    /// The bound in bytes is twice the largest one so far, half of what its publisher lets wait for one
    /// reader at least.
    bool accepts(std::uint64_t length);

    Bytes lend(const LendableBytes &payload);

    /// Nothing is given back after this. Unless the peer has promised to leave its memory as it is, what is
    /// still lent is copied: without its pin, the peer may use a block again.
    void end(bool memoryStays);

    /// In a forked child: nothing is given back, and nothing is touched.
    void abandon() noexcept { m_hasEnded = true; }

private:
    friend class LoanReturns;
    struct Lent
    {
        std::weak_ptr<const LentBytes> bytes;
        std::uint64_t length;
        std::uint32_t pin;
    };

    void takeBack(LoanId id);

    std::shared_ptr<LoanReturns> m_returns;
    std::uint64_t m_mostBytes;
    std::function<void(std::uint32_t)> m_returnPin;
    std::unordered_map<LoanId, Lent> m_lent;
    std::uint64_t m_lentBytes = 0;
    std::uint64_t m_largest = 0;
    LoanId m_lastId = 0;
    bool m_hasEnded = false;
};

} // namespace tellwire::transport
