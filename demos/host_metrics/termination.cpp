// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/termination.h"

#include <csignal>

#include <sys/signalfd.h>
#include <unistd.h>

namespace host_metrics {
namespace {

/// Once they are blocked, only the descriptor tells of them; without one they stay deadly, as they should.
int takeSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor >= 0)
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return descriptor;
}

} // namespace

Termination::Termination() : m_descriptor(takeSignals())
{
    if (m_descriptor < 0)
        return;
    m_notifier = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        m_notifier->setEnabled(false); // one is enough
        Q_EMIT wanted();
    });
}

Termination::~Termination()
{
    m_notifier.reset();
    if (m_descriptor >= 0)
        close(m_descriptor);
}

} // namespace host_metrics
