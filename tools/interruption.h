// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace tellwire::tool {

/// Turns Ctrl-C and SIGTERM into a call from the event loop. Make one before the work begins and keep it.
/// Nothing is done in a signal handler: there is none, the signals arrive through a descriptor.
class Interruption
{
public:
    explicit Interruption(std::function<void()> end);
    ~Interruption();
    Interruption(const Interruption &) = delete;
    Interruption &operator=(const Interruption &) = delete;

    /// Readable from the moment the user wants to end.
    int descriptor() const noexcept { return m_descriptor; }

private:
    int m_descriptor;
    QSocketNotifier m_notifier;
};

/// Calls back as soon as nobody reads standard output any more, not only when the next line is written; null
/// if standard output is neither a pipe nor a socket.
std::unique_ptr<QSocketNotifier> whenNobodyReads(std::function<void()> end);

} // namespace tellwire::tool
