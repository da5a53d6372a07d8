// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/control.h"
#include "benchmarks/harness/message.h"
#include "benchmarks/harness/options.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tellwire::comparison {

/// Takes what comes to a subscriber: counts it, checks its order and its bytes, notes when it came.
class Receiver
{
public:
    /// How often a subscriber without traffic has to call goesOnWaiting().
    static constexpr int idleMilliseconds = 200;

    /// `creditWindow`: see Peer::creditWindow().
    Receiver(Control &control, const Options &options, unsigned index, std::uint32_t creditWindow);

    /// False: it was the last one.
    bool take(const void *message, std::size_t size);

    /// False: nothing more will come.
    bool goesOnWaiting();

    /// Tells the results; once, at the end.
    void finish();

private:
    void takeWarming();
    void takeData(const MessageHeader &header, const void *message, std::size_t size, std::uint64_t now);
    void checkOrder(const MessageHeader &header);
    void giveCredit();
    void acknowledge();

    Control &m_control;
    unsigned m_index;
    std::uint32_t m_creditWindow;
    bool m_isTimed;
    bool m_isSummed;
    bool m_isWarm = false;
    std::uint64_t m_expected = 0;
    std::uint64_t m_bytes = 0;
    std::uint64_t m_idleSince = 0;
    SubscriberResult m_result;
    std::vector<std::uint64_t> m_times;
};

} // namespace tellwire::comparison
