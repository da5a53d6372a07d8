// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/update.h"
#include "dde/protocol/names.h"
#include "demos/host_metrics/figure.h"

#include <functional>
#include <optional>
#include <utility>

namespace host_metrics {

/// What one look at a subject gave.
struct Look
{
    tellwire::TopicName topic;
    tellwire::SourceTime time; ///< When the figures were true.
    tellwire::Result<QList<Figure>> figures;
};

/// Something to be looked at again and again. Remembers the look before, to tell rates.
struct Subject
{
    tellwire::TopicName topic;
    std::function<Look()> look;
};

/// The kernel counts time in ticks of 10 ms: over less than a few of them, shares mean nothing.
inline constexpr std::chrono::milliseconds shortestSpan{40};

/// A subject made of a function that reads, and one that makes figures of two readings. These lie apart by
/// the span at least: a look that comes too soon is compared with an older reading.
template <typename Reading>
Subject subjectOf(const tellwire::TopicName &topic, tellwire::Result<Reading> (*read)(),
                  QList<Figure> (*makeFigures)(const Reading &now,
                                               const std::optional<Earlier<Reading>> &before),
                  std::chrono::milliseconds span = shortestSpan)
{
    using Clock = std::chrono::steady_clock; // rates must not suffer when somebody sets the time
    struct Memory
    {
        Reading reading;
        Clock::time_point moment;
    };
    return {topic, [=, older = std::optional<Memory>{}, last = std::optional<Memory>{}]() mutable -> Look {
                const tellwire::SourceTime time = std::chrono::system_clock::now();
                const Clock::time_point moment = Clock::now();
                const tellwire::Result<Reading> now = read();
                if (!now) {
                    older = last = std::nullopt;
                    return {topic, time, now.error()};
                }
                if (!last || moment - last->moment >= span)
                    older = std::exchange(last, Memory{*now, moment});
                std::optional<Earlier<Reading>> before;
                if (older)
                    before = Earlier<Reading>{older->reading, moment - older->moment};
                return {topic, time, makeFigures(*now, before)};
            }};
}

/// All there is to know about this machine: cpu, memory, load, network, disks, processes.
QList<Subject> subjectsOfThisMachine();

} // namespace host_metrics
