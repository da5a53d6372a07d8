// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/processes/storm/shared_area.h"
#include "tests/processes/storm/storm_options.h"

#include <QtGlobal>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tellwire::test {

/// How long a storm waits for one of its programs to get on before it calls it stuck; far more than a loaded
/// machine needs.
constexpr std::chrono::seconds stormPatience{60};

/// Lasts for stormPatience, of which only the time counts that this program was there to see: a machine that
/// stood still for a while makes nobody impatient. To be asked at least some times in a second.
class Patience
{
public:
    explicit Patience(std::chrono::nanoseconds limit = stormPatience) : m_left(limit) {}

    [[nodiscard]] bool isOver();

private:
    std::chrono::nanoseconds m_left;
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

class Storm;

/// A program of a storm, as its body sees itself.
/// Thread: one.
class Participant
{
public:
    /// Among those of its role, from 0. Whoever is started in place of a killed one has its number.
    [[nodiscard]] int number() const noexcept { return m_number; }

    /// How many had this place before. Never the same twice for one place.
    [[nodiscard]] std::uint64_t life() const noexcept { return m_life; }

    /// Another one in each life; the same in each run with the same seed.
    [[nodiscard]] std::mt19937_64 &random() noexcept { return m_random; }

    /// A number in [0, below).
    [[nodiscard]] std::uint64_t random(std::uint64_t below) { return m_random() % below; }

    /// Says that it is not stuck: to be called for each thing that this program is there to do.
    void progress() noexcept { ++*m_progress; }

    /// True: come to an end in good order, and return from the body.
    [[nodiscard]] bool isOver() const noexcept { return m_isOver->load() != 0; }

    /// Counts what must never happen, and keeps some words about it for the report.
    void complain(Counter &counter, const std::string &words);

private:
    friend class Storm;
    Participant(Storm &storm, int place, int number, std::uint64_t life);

    Storm &m_storm;
    int m_number;
    std::uint64_t m_life;
    Counter *m_progress;
    Counter *m_isOver;
    std::mt19937_64 m_random;
};

struct RoleOptions
{
    bool isKilled = true;  ///< False: a survivor, which sees all the others die.
    bool isStopped = true; ///< False: never stands still.
};

struct RageOptions
{
    int kills = 100;                              ///< StormOptions::kills wins.
    std::chrono::microseconds longestPause{8000}; ///< Between two kills; much less in most cases.
    int stopEvery = 10; ///< One of so many kills is preceded by a stop of somebody for some kills. 0: none.
};

/// Many processes that are killed, stopped and started anew at any moment, and all they count.
///
///     Storm storm;
///     Counter &gaps = storm.neverHappens("gaps");
///     Counter &updates = storm.counts("updates");
///     storm.role("reader", 4, [&](Participant &self) { while (!self.isOver()) { …; self.progress(); } });
///     storm.rage({.kills = 200});
///     storm.settle();
///     storm.end();
///     storm.report();
///
/// The bodies run in forked children, which must not outlive the test: the system kills them with it. The
/// process of the test must have no session and no other thread. A child that ends before it is told to, or
/// crashes, fails the test; so does a warning on Qt's logs, unless it is allowed.
/// Thread: the one that made it.
class Storm
{
public:
    Storm();
    ~Storm(); ///< Kills whoever is left.
    Storm(const Storm &) = delete;
    Storm &operator=(const Storm &) = delete;

    // Before the storm:

    /// A number for the report.
    Counter &counts(const std::string &name);
    /// The same, and the test fails if it is not 0 at the end.
    Counter &neverHappens(const std::string &name);

    /// So many programs with this body.
    void role(const std::string &name, int count, std::function<void(Participant &)> body,
              const RoleOptions &options = {});

    /// Qt's warnings that hold these words are counted, and are no failure.
    void allowWarning(const std::string &words) { m_allowedWarnings.push_back(words); }

    // One after the other:

    /// Starts everybody who does not run.
    void start();
    /// Starts everybody, then kills one after the other at random.
    void rage(const RageOptions &options);
    /// Nobody dies any more; waits until each program has made `steps` of progress. Fails the test for each
    /// that is stuck.
    void settle(std::uint64_t steps = 20);
    /// Has the programs of a role come to their end and waits for it; fails the test for each that is stuck.
    void end(const std::string &role);
    /// The same for all, the role added last first.
    void end();
    /// Prints all counters and fails the test for those that should be 0.
    void report();

    // In between, for tests that do something of their own to one program:

    [[nodiscard]] pid_t processId(const std::string &role, int number = 0) const;
    [[nodiscard]] std::uint64_t progressOf(const std::string &role, int number = 0) const;
    void kill(const std::string &role, int number = 0);   ///< SIGKILL; returns when it is dead.
    void stop(const std::string &role, int number = 0);   ///< SIGSTOP; returns when it stands still.
    void resume(const std::string &role, int number = 0); ///< SIGCONT.
    /// Waits until the condition holds, which may depend on all that is shared; fails the test if it never
    /// does.
    bool await(const std::string &what, const std::function<bool()> &condition);

private:
    friend class Participant;

    static constexpr std::size_t maxPlaces = 128;
    static constexpr std::size_t maxCounters = 64;
    static constexpr std::size_t maxComplaints = 16;

    /// What all processes of the storm see.
    struct Board
    {
        std::array<Counter, maxCounters> counters;
        std::array<Counter, maxPlaces> progress;
        std::array<Counter, maxPlaces> isOver;
        Counter complaints;
        std::array<std::array<char, 240>, maxComplaints> words;
    };

    struct Role
    {
        std::string name;
        std::function<void(Participant &)> body;
        RoleOptions options;
    };

    /// Where one program after the other lives.
    struct Place
    {
        std::size_t role = 0;
        int number = 0;
        pid_t process = -1;  ///< -1 while there is none.
        int descriptor = -1; ///< Readable when the process has ended.
        std::uint64_t lives = 0;
        bool isStopped = false;
    };

    enum class How { Killed, InOrder, ByItself };

    struct NamedCounter
    {
        std::string name;
        bool staysZero = false;
    };

    Counter &addCounter(const std::string &name, bool staysZero);
    std::size_t place(const std::string &role, int number) const;
    std::string nameOf(const Place &place) const;
    void start(std::size_t index);
    [[noreturn]] void live(std::size_t index);
    void killNow(Place &place);
    void collect(Place &place, How expected);
    void resumeAll();
    void pause(std::chrono::microseconds time);
    bool waitForEnd(Place &place);
    void keepWords(const std::string &words);
    static void onMessage(QtMsgType type, const QMessageLogContext &context, const QString &text);

    SharedArea<Board> m_board;
    std::vector<NamedCounter> m_counters;
    std::vector<Role> m_roles;
    std::vector<Place> m_places;
    std::vector<std::string> m_allowedWarnings{"no inotify instance is left"}; // Other tests run too.
    std::mt19937_64 m_random;
    Counter &m_kills;
    Counter &m_stops;
    Counter &m_ownEnds;
    Counter &m_stuck;
    Counter &m_warnings;
    Counter &m_otherWarnings;
};

} // namespace tellwire::test
