// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

namespace tellwire::transport {

class Loans;

/// Counted up for each payload that a peer lends.
using LoanId = std::uint64_t;

/// Says which loan has come back. Made with the loan, because its end must not need memory.
struct LoanReturn
{
    std::weak_ptr<Loans> lender;
    LoanId id = 0;
    LoanReturn *next = nullptr; ///< In the list of those that LoanReturns owns.
};

/// Where all loans of a seat come back, from any thread, even after the seat has gone. Takes no lock: a child
/// of this process would find it taken for ever.
class LoanReturns
{
public:
    /// Belongs to the thread that makes it. `wake`, an eventfd, wakes it.
    explicit LoanReturns(std::shared_ptr<const FileDescriptor> wake) : m_wake(std::move(wake)) {}
    ~LoanReturns();
    LoanReturns(const LoanReturns &) = delete;
    LoanReturns &operator=(const LoanReturns &) = delete;

    /// Thread: any. In its own thread the loan is back at once.
    void put(std::unique_ptr<LoanReturn> ended);

    /// Tells the lenders; true if there was one to tell. Thread: its own.
    bool collect()
    {
        const bool hasSome = m_newest.load(std::memory_order_relaxed) != nullptr;
        if (hasSome)
            collectAll();
        return hasSome;
    }

private:
    void collectAll();

    std::shared_ptr<const FileDescriptor> m_wake;
    const std::thread::id m_thread = std::this_thread::get_id();
    std::atomic<LoanReturn *> m_newest = nullptr;
};

} // namespace tellwire::transport
