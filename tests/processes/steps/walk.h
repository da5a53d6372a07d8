// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace tellwire::test {

/// What the walker and the rest of the test both see, and what outlives the walker. Written by the walker
/// only.
struct Ledger
{
    static constexpr std::size_t mostNames = 160;

    struct Taken
    {
        std::array<char, 48> name;
        std::uint32_t times;
    };

    std::atomic<std::uint32_t> acknowledged; ///< Changes whose call returned without an error.
    std::atomic<std::uint64_t> peer;         ///< Its id, if it told.
    std::array<Taken, mostNames> steps;      ///< In the order of their first time; an empty name ends them.
};

/// One program walks through some protocols, step by step, while others are there. It is run once to see the
/// steps, and then again for each of them, to be killed or stopped there.
///
/// Order of calls: meet(), then walk() in a process of its own while turn() is called again and again here;
/// goOn() once the walker ended, was killed or is stopped; if it was stopped, turn() again until it has come
/// to its end; settle(). The object is then gone, and a newcomer tidies the session up: leftovers() says what
/// was not to be there then.
class Scenario
{
public:
    Scenario() = default;
    virtual ~Scenario() = default;
    Scenario(const Scenario &) = delete;
    Scenario &operator=(const Scenario &) = delete;

    virtual void meet() {}                 ///< The others come.
    virtual bool walk(Ledger &ledger) = 0; ///< True if nothing went wrong. Runs in its own process.
    virtual void turn(std::chrono::milliseconds atMost); ///< What the others do meanwhile.
    virtual void goOn(const Ledger & /*ledger*/) {}      ///< The others must get on without the walker.
    virtual void settle(const Ledger & /*ledger*/) {}    ///< And with what it has left.
};

using MakeScenario = std::function<std::unique_ptr<Scenario>()>;

struct NamedScenario
{
    std::string name;
    MakeScenario make;
};

/// Says the name instead of all bytes.
inline void PrintTo(const NamedScenario &scenario, std::ostream *out) { *out << scenario.name; }

/// All that were registered, by name.
std::vector<NamedScenario> &scenarios();

bool registerScenario(const char *name, MakeScenario make);

/// Takes the steps of a scenario without harm, and returns their names with how often each was taken.
std::vector<std::pair<std::string, std::uint32_t>> stepsOf(const NamedScenario &scenario);

/// Walks through a scenario once for each of its steps, and sends itself the signal (SIGKILL or SIGSTOP)
/// there.
void walkThrough(const NamedScenario &scenario, int signalNumber);

/// Leaves the steps that were taken to a process that is about to die; see Ledger::steps.
void noteSteps(Ledger &ledger);

} // namespace tellwire::test

/// A class derived from Scenario, by its name.
#define TELLWIRE_SCENARIO(name)                                                                              \
    [[maybe_unused]] static const bool name##IsRegistered =                                                  \
        tellwire::test::registerScenario(#name, [] { return std::make_unique<name>(); });
