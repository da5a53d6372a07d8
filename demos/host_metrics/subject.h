// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/update.h"
#include "dde/protocol/names.h"
#include "demos/host_metrics/figure.h"

#include <functional>
#include <optional>

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

/// A subject made of a function that reads, and one that makes figures of two readings.
template <typename Reading>
Subject subjectOf(const tellwire::TopicName &topic, tellwire::Result<Reading> (*read)(),
                  QList<Figure> (*makeFigures)(const Reading &now,
                                               const std::optional<Earlier<Reading>> &before))
{
    using Clock = std::chrono::steady_clock; // rates must not suffer when somebody sets the time
    struct Memory
    {
        Reading reading;
        Clock::time_point moment;
    };
    return {topic, [topic, read, makeFigures, last = std::optional<Memory>{}]() mutable -> Look {
                const tellwire::SourceTime time = std::chrono::system_clock::now();
                const Clock::time_point moment = Clock::now();
                tellwire::Result<Reading> reading = read();
                std::optional<Earlier<Reading>> before;
                if (last)
                    before = Earlier<Reading>{std::move(last->reading), moment - last->moment};
                last.reset();
                if (!reading)
                    return {topic, time, reading.error()};
                last = Memory{*reading, moment};
                return {topic, time, makeFigures(*reading, before)};
            }};
}

/// All there is to know about this machine: cpu, memory, load, network, disks, processes.
QList<Subject> subjectsOfThisMachine();

} // namespace host_metrics
