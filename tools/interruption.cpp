// SPDX-License-Identifier: Apache-2.0
#include "tools/interruption.h"

#include <csignal>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::tool {

namespace {

int openSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool isClosedAtItsOtherEnd(int descriptor)
{
    pollfd state{descriptor, 0, 0};
    return poll(&state, 1, 0) == 1 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

} // namespace

Interruption::Interruption(std::function<void()> end)
    : m_descriptor(openSignals()),
      m_notifier(m_descriptor, QSocketNotifier::Read)
{
    QObject::connect(&m_notifier, &QSocketNotifier::activated, [this, end = std::move(end)] {
        m_notifier.setEnabled(false); // It stays readable, for a write() that is under way.
        end();
    });
}

Interruption::~Interruption()
{
    m_notifier.setEnabled(false);
    close(m_descriptor);
}

std::unique_ptr<QSocketNotifier> whenNobodyReads(std::function<void()> end)
{
    struct stat status
    {};
    if (fstat(STDOUT_FILENO, &status) != 0 || (!S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode)))
        return nullptr;
    auto notifier = std::make_unique<QSocketNotifier>(STDOUT_FILENO, QSocketNotifier::Exception);
    QObject::connect(notifier.get(), &QSocketNotifier::activated,
                     [watched = notifier.get(), end = std::move(end)] {
                         if (!isClosedAtItsOtherEnd(STDOUT_FILENO))
                             return;
                         watched->setEnabled(false);
                         end();
                     });
    return notifier;
}

} // namespace tellwire::tool
