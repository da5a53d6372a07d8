// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/steps/walk.h"

#include "dde/transport/step.h"
#include "dde/transport/thread_sessions.h"
#include "tests/processes/leftovers.h"
#include "tests/processes/storm/shared_area.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <set>

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::test {

using namespace std::chrono_literals;

namespace {

/// Where the walker sends itself a signal.
struct Place
{
    std::string step;
    std::uint32_t time = 1; ///< The how many-th time it is taken.
    int signalNumber = 0;   ///< 0: nowhere.
};

// The walker has one of each; a handler of steps gets nothing but the name.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
Ledger *walkersLedger = nullptr;
Place walkersPlace;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void takeStep(const char *name)
{
    for (Ledger::Taken &taken : walkersLedger->steps) {
        if (taken.name.front() == '\0')
            std::strncpy(taken.name.data(), name, taken.name.size() - 1);
        if (std::strcmp(taken.name.data(), name) != 0)
            continue;
        if (++taken.times == walkersPlace.time && walkersPlace.step == name && walkersPlace.signalNumber != 0)
            ::kill(::getpid(), walkersPlace.signalNumber);
        return;
    }
}

/// The process that walks. It waits for begin().
class Walker
{
public:
    Walker(Scenario &scenario, Ledger &ledger, const Place &place)
    {
        if (::pipe(m_gate.data()) != 0)
            throw std::bad_alloc();
        std::fflush(nullptr); // Or both have what is not written yet.
        m_process = ::fork();
        if (m_process == 0)
            run(scenario, ledger, place);
        ::close(m_gate[0]);
    }
    ~Walker()
    {
        ::close(m_gate[1]);
        if (isThere()) {
            ::kill(m_process, SIGKILL);
            ::waitpid(m_process, nullptr, 0);
        }
    }
    Walker(const Walker &) = delete;
    Walker &operator=(const Walker &) = delete;

    void begin() const { EXPECT_EQ(::write(m_gate[1], "!", 1), 1); }
    void resume() { ::kill(m_process, SIGCONT); }

    /// True if it has stopped or ended since the last look.
    bool hasChanged()
    {
        if (!isThere())
            return true;
        int status = 0;
        if (::waitpid(m_process, &status, WNOHANG | WUNTRACED) <= 0)
            return false;
        m_isStopped = WIFSTOPPED(status);
        if (!m_isStopped) {
            m_isKilled = WIFSIGNALED(status);
            m_signal = m_isKilled ? WTERMSIG(status) : 0;
            m_exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
            m_process = -1;
        }
        return true;
    }
    bool isThere() const { return m_process > 0; }
    bool isStopped() const { return isThere() && m_isStopped; }
    int signalNumber() const { return m_signal; }
    int exitCode() const { return m_exitCode; }

private:
    [[noreturn]] void run(Scenario &scenario, Ledger &ledger, const Place &place)
    {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(m_gate[1]);
        char gate = 0;
        if (::read(m_gate[0], &gate, 1) != 1)
            ::_exit(2);
        ::close(m_gate[0]);
        walkersPlace = place;
        noteSteps(ledger);
        const bool isRight = scenario.walk(ledger);
        std::fflush(nullptr); // What it has to say about failures.
        ::_exit(isRight && !testing::Test::HasFailure() ? 0
                                                        : 1); // What the test has is the test's to destroy.
    }

    std::array<int, 2> m_gate{};
    pid_t m_process = -1;
    bool m_isStopped = false;
    bool m_isKilled = false;
    int m_signal = 0;
    int m_exitCode = -1;
};

bool turnUntilChanged(Scenario &scenario, Walker &walker)
{
    return eventually([&] { return walker.hasChanged(); }, [&](auto) { scenario.turn(1ms); });
}

/// The walker in this place, from its beginning to the last trace of it. True if it got there.
bool walkTo(const NamedScenario &named, const Place &place, Ledger &ledger)
{
    const FreshSession fresh;
    std::unique_ptr<Scenario> scenario = named.make();
    {
        Walker walker(*scenario, ledger, place);
        scenario->meet();
        walker.begin();
        EXPECT_TRUE(turnUntilChanged(*scenario, walker)) << "the walker hangs";
        const bool wasStopped = walker.isStopped();
        const bool wasKilled = walker.signalNumber() == SIGKILL;
        scenario->goOn(ledger);
        if (wasStopped) {
            walker.resume();
            EXPECT_TRUE(eventually([&] { return walker.hasChanged() && !walker.isThere(); },
                                   [&](auto) { scenario->turn(1ms); }))
                << "the walker does not get on after it was stopped";
        }
        if (!walker.isThere() && !wasKilled) {
            EXPECT_EQ(walker.exitCode(), 0) << "signal " << walker.signalNumber();
        }
        scenario->settle(ledger);
        scenario.reset();
        const bool got = wasStopped || wasKilled;
        EXPECT_THAT(leftovers(), testing::IsEmpty());
        return got;
    }
}

/// The first ones find nothing there yet, the last one everything. A step that is taken again and again, as
/// long as the walk lasts, has no last time that is the same in each walk.
std::set<std::uint32_t> placesIn(std::uint32_t times)
{
    constexpr std::uint32_t few = 20;
    return times <= few ? std::set<std::uint32_t>{1, std::min(2U, times), times}
                        : std::set<std::uint32_t>{1, times / 2};
}

} // namespace

void Scenario::turn(std::chrono::milliseconds atMost) { (void)transport::waitForSessions(atMost); }

std::vector<NamedScenario> &scenarios()
{
    static std::vector<NamedScenario> all;
    return all;
}

bool registerScenario(const char *name, MakeScenario make)
{
    scenarios().push_back({name, std::move(make)});
    return true;
}

void noteSteps(Ledger &ledger)
{
    walkersLedger = &ledger;
    transport::onStep(takeStep);
}

std::vector<std::pair<std::string, std::uint32_t>> stepsOf(const NamedScenario &scenario)
{
    const SharedArea<Ledger> ledger;
    EXPECT_FALSE(walkTo(scenario, {}, *ledger));
    std::vector<std::pair<std::string, std::uint32_t>> steps;
    for (const Ledger::Taken &taken : ledger->steps)
        if (taken.times > 0)
            steps.emplace_back(taken.name.data(), taken.times);
    return steps;
}

void walkThrough(const NamedScenario &scenario, int signalNumber)
{
    int reached = 0;
    int walks = 0;
    const auto steps = stepsOf(scenario);
    for (const auto &[step, times] : steps) {
        for (const std::uint32_t time : placesIn(times)) {
            SCOPED_TRACE(step + ", time " + std::to_string(time) + " of " + std::to_string(times));
            const SharedArea<Ledger> ledger;
            ++walks;
            reached += walkTo(scenario, {step, time, signalNumber}, *ledger) ? 1 : 0;
        }
    }
    // How often a message is looked for, or slept, differs from walk to walk; the first time of a step does
    // not.
    EXPECT_GE(reached, walks * 3 / 4);
    testing::Test::RecordProperty("walks", walks);
    testing::Test::RecordProperty("reached", reached);
}

} // namespace tellwire::test
