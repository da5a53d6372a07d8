// SPDX-License-Identifier: Apache-2.0
#include "tests/support/eventually.h"

#include <QCoreApplication>
#include <QEvent>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>

namespace tellwire::test {
namespace {

constexpr std::chrono::milliseconds longestTurn{10};

} // namespace

void serveQt(std::chrono::milliseconds atMost)
{
    QTimer wake;
    wake.start(atMost);
    QEventLoop{}.processEvents(QEventLoop::WaitForMoreEvents);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // a bare loop leaves them lying
}

bool eventually(const std::function<bool()> &condition, const Turn &turn, std::chrono::milliseconds deadline)
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + deadline;
    while (!condition()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        if (left.count() <= 0)
            return false;
        turn(std::min(left, longestTurn));
    }
    return true;
}

} // namespace tellwire::test
