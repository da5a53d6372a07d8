// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/limits/child.h"
#include "conversations/service.h"
#include "dde/transport/session.h"
#include "formats/payload.h"

#include <QCoreApplication>

#include <cstdint>
#include <functional>
#include <optional>

namespace tellwire::benchmark {

/// What a program waits with when it has nothing to do.
enum class Loop { Blocking, Qt };

/// A program of the session: all that every child with a Tellwire side needs.
class Program
{
public:
    explicit Program(Loop loop);

    Session &session() noexcept { return m_session; }

    /// Serves the session until the condition holds. Throws if it does not within a minute.
    void serveUntil(const std::function<bool()> &isDone);

    /// Serves the session until the parent says go.
    void serveUntilGo(const Parent &parent);

private:
    void serveQtUntil(const std::function<bool()> &isDone);

    std::optional<QCoreApplication> m_application; // First: a session looks for an event loop when it joins.
    Session m_session;
};

// The one service of a measurement.
const ServiceName &serviceName();
const TopicName &topicName();
const ItemName &itemName();

/// The bytes, beginning with a number: a time, or how many there were.
Payload numbered(std::int64_t number, QByteArray bytes);
Payload numbered(std::int64_t number, qsizetype sizeInBytes);
std::int64_t numberOf(const Payload &payload);

} // namespace tellwire::benchmark
