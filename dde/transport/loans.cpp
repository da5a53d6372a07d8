// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/loans.h"

#include "dde/transport/large_bytes.h"
#include "dde/transport/memory_p.h"
#include "dde/transport/shared_word.h"
#include "formats/lent_bytes.h"

#include <algorithm>
#include <new>
#include <utility>

namespace tellwire::transport {
namespace {

constexpr std::uint64_t shortest = 64U << 10; // Below it, a copy costs less than what a loan takes.
constexpr std::size_t mostAtOnce = 64;        // A peer has 2,048 pins for all that is on its way.

/// Gives the block back when it ends.
class BlockLoan final : public Loan
{
public:
    BlockLoan(const LendableBytes &payload, std::shared_ptr<LoanReturns> returns,
              std::unique_ptr<LoanReturn> ended)
        : m_memory(payload.memory),
          m_tag(payload.tag),
          m_expectedTag(payload.expectedTag),
          m_bytes(payload.bytes),
          m_returns(std::move(returns)),
          m_ended(std::move(ended))
    {}
    ~BlockLoan() override { m_returns->put(std::move(m_ended)); }

    QByteArray copy() const override
    {
        QByteArray copied = copyOf(m_bytes);
        fullFence();
        return loadAcquire(m_tag) == m_expectedTag ? copied : QByteArray{};
    }

private:
    std::shared_ptr<const ForeignMemory> m_memory;
    const std::uint64_t &m_tag;
    std::uint64_t m_expectedTag;
    QByteArrayView m_bytes;
    std::shared_ptr<LoanReturns> m_returns;
    std::unique_ptr<LoanReturn> m_ended;
};

} // namespace

Loans::Loans(std::shared_ptr<LoanReturns> returns, std::uint64_t mostBytes,
             std::function<void(std::uint32_t)> returnPin)
    : m_returns(std::move(returns)),
      m_mostBytes(mostBytes),
      m_returnPin(std::move(returnPin))
{}

Loans::~Loans() = default;

bool Loans::accepts(std::uint64_t length)
{
    if (length < shortest || m_hasEnded)
        return false;
    m_largest = std::max(m_largest, length);
    return m_lent.size() < mostAtOnce && m_lentBytes + length <= std::min(2 * m_largest, m_mostBytes);
}

Bytes Loans::lend(const LendableBytes &payload)
{
    const LoanId id = ++m_lastId;
    auto ended = std::make_unique<LoanReturn>(LoanReturn{.lender = weak_from_this(), .id = id});
    auto loan = std::make_unique<const BlockLoan>(payload, m_returns, std::move(ended));
    const auto lent = std::make_shared<const LentBytes>(payload.bytes, std::move(loan));
    const auto length = static_cast<std::uint64_t>(payload.bytes.size());
    m_lent.emplace(id, Lent{lent, length, payload.pin});
    m_lentBytes += length;
    return Bytes{lent};
}

void Loans::takeBack(LoanId id)
{
    const auto node = m_lent.extract(id);
    if (node.empty())
        return;
    m_lentBytes -= node.mapped().length;
    if (!m_hasEnded)
        m_returnPin(node.mapped().pin);
}

void Loans::end(bool memoryStays)
{
    m_hasEnded = true;
    const auto lent = std::exchange(m_lent, {});
    if (memoryStays)
        return;
    for (const auto &[id, entry] : lent)
        try {
            if (const std::shared_ptr<const LentBytes> held = entry.bytes.lock())
                held->array();
        } catch (const std::bad_alloc &) {
            continue; // It can still be looked at where it is.
        }
}

} // namespace tellwire::transport
