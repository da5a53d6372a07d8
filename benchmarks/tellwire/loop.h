// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/session.h"

#include <QCoreApplication>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace tellwire::comparison {

/// A seat in the session, and what its program waits with: blocking, in Qt's event loop, or spinning.
class Loop
{
public:
    enum class Kind { Blocking, Qt, Spinning };
    static Kind kindOf(const std::string &variant);

    explicit Loop(Kind kind);

    Session &session() noexcept { return m_session; }

    /// Serves the session until the condition holds. False if the limit came first.
    bool serveUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit);

    /// Serves it until this descriptor is readable, or until the limit.
    void serveUntilReadable(int descriptor, std::chrono::milliseconds limit);

private:
    bool serveQtUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit);
    bool spinUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit);

    Kind m_kind;
    std::optional<QCoreApplication> m_application; // First: a session looks for an event loop when it joins.
    Session m_session;
};

} // namespace tellwire::comparison
