// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/bare_wake_ups.h"

#include "benchmarks/limits/child.h"
#include "benchmarks/limits/clock.h"
#include "benchmarks/limits/processor.h"
#include "benchmarks/limits/require.h"
#include "benchmarks/limits/shared_samples.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace tellwire::benchmark {
namespace {

/// An eventfd, which outlives fork() and is read blocking.
class WakeUp
{
public:
    WakeUp() : m_descriptor(eventfd(0, EFD_CLOEXEC))
    {
        require(m_descriptor >= 0, "there is no further eventfd");
    }
    ~WakeUp() { close(m_descriptor); }
    WakeUp(const WakeUp &) = delete;
    WakeUp &operator=(const WakeUp &) = delete;

    void send() const { require(eventfd_write(m_descriptor, 1) == 0, "an eventfd cannot be written"); }

    /// How many were sent since the last time, at least one.
    int receive() const
    {
        eventfd_t sent = 0;
        require(eventfd_read(m_descriptor, &sent) == 0, "an eventfd cannot be read");
        return static_cast<int>(sent);
    }

private:
    int m_descriptor;
};

} // namespace

std::vector<double> bareWakeUps(int count)
{
    const WakeUp wakeUp;
    SharedWords sentAt{1};
    SharedSamples delays{count};
    Child receiver{"the receiver of bare wake-ups", [&](const Parent &parent) {
                       stayOnProcessorOf(Side::Second);
                       parent.tellReady();
                       for (int received = 0; received < count;) {
                           received += wakeUp.receive();
                           delays.addNanoseconds(nanosecondsNow() - sentAt.load(0));
                       }
                   }};
    receiver.waitUntilReady();

    Child sender{"the sender of bare wake-ups", [&](const Parent &) {
                     stayOnProcessorOf(Side::First);
                     Pacer pacer{std::chrono::milliseconds{1}};
                     for (int sent = 0; sent < count; ++sent) {
                         pacer.sleepUntilNext();
                         sentAt.store(0, nanosecondsNow());
                         wakeUp.send();
                     }
                 }};
    sender.waitForEnd();
    receiver.waitForEnd();
    return delays.microseconds();
}

std::vector<double> bareRoundTrips(int count)
{
    const WakeUp there;
    const WakeUp back;
    SharedSamples times{count};
    Child answering{"the answering side of bare round trips", [&](const Parent &) {
                        stayOnProcessorOf(Side::Second);
                        for (int answered = 0; answered < count; ++answered) {
                            there.receive();
                            back.send();
                        }
                    }};
    Child asking{"the asking side of bare round trips", [&](const Parent &) {
                     stayOnProcessorOf(Side::First);
                     for (int asked = 0; asked < count; ++asked) {
                         const std::int64_t start = nanosecondsNow();
                         there.send();
                         back.receive();
                         times.addNanoseconds(nanosecondsNow() - start);
                     }
                 }};
    asking.waitForEnd();
    answering.waitForEnd();
    return times.microseconds();
}

} // namespace tellwire::benchmark
