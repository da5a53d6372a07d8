// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/loan_returns.h"

#include "dde/transport/loans.h"

#include <memory>

#include <sys/eventfd.h>

namespace tellwire::transport {

LoanReturns::~LoanReturns()
{
    for (LoanReturn *ended = m_newest.load(); ended != nullptr;)
        ended = std::unique_ptr<LoanReturn> { ended } -> next;
}

void LoanReturns::put(std::unique_ptr<LoanReturn> ended)
{
    LoanReturn *const mine = ended.release();
    mine->next = m_newest.load(std::memory_order_relaxed);
    while (!m_newest.compare_exchange_weak(mine->next, mine, std::memory_order_release,
                                           std::memory_order_relaxed)) {
    }
    if (std::this_thread::get_id() == m_thread)
        collectAll();
    else
        eventfd_write(m_wake->get(), 1);
}

void LoanReturns::collectAll()
{
    LoanReturn *list = m_newest.exchange(nullptr, std::memory_order_acquire);
    while (list != nullptr) {
        const std::unique_ptr<const LoanReturn> ended{list};
        list = ended->next;
        if (const std::shared_ptr<Loans> lender = ended->lender.lock())
            lender->takeBack(ended->id);
    }
}

} // namespace tellwire::transport
