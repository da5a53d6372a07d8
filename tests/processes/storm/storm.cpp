// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/storm.h"

#include <gtest/gtest.h>

#include <QString>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int slice = 100;                  // Milliseconds between two looks at one's patience.
constexpr std::chrono::seconds longWait{3}; // Worth a line of its own in the report.

// Of a child, for the handler of messages, which gets no context.
Storm *stormOfChild = nullptr;

int descriptorOf(pid_t process)
{
    // glibc 2.36 declares pidfd_open() without extern "C".
    return static_cast<int>(syscall(SYS_pidfd_open, process, 0));
}

std::string howItEnded(int status)
{
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit code " + std::to_string(WEXITSTATUS(status));
}

} // namespace

bool Patience::isOver()
{
    constexpr std::chrono::nanoseconds mostAtOnce = std::chrono::milliseconds{500};
    const Clock::time_point now = Clock::now();
    m_left -= std::min<std::chrono::nanoseconds>(now - std::exchange(m_last, now), mostAtOnce);
    return m_left.count() < 0;
}

Participant::Participant(Storm &storm, int place, int number, std::uint64_t life)
    : m_storm(storm),
      m_number(number),
      m_life(life),
      m_progress(&storm.m_board->progress[static_cast<std::size_t>(place)]),
      m_isOver(&storm.m_board->isOver[static_cast<std::size_t>(place)]),
      m_random(stormOptions().seed * 1'000'003 + static_cast<std::uint64_t>(place) * 10'007 + life)
{}

void Participant::complain(Counter &counter, const std::string &words)
{
    ++counter;
    m_storm.keepWords(words);
}

Storm::Storm()
    : m_random(stormOptions().seed),
      m_kills(counts("kills")),
      m_stops(counts("stops")),
      m_ownEnds(neverHappens("programs that ended by themselves")),
      m_stuck(neverHappens("programs that are stuck")),
      m_warnings(neverHappens("warnings")),
      m_otherWarnings(counts("warnings that are allowed"))
{}

Storm::~Storm()
{
    for (Place &place : m_places)
        if (place.process > 0)
            killNow(place);
}

Counter &Storm::counts(const std::string &name) { return addCounter(name, false); }
Counter &Storm::neverHappens(const std::string &name) { return addCounter(name, true); }

Counter &Storm::addCounter(const std::string &name, bool staysZero)
{
    m_counters.push_back({name, staysZero});
    return m_board->counters.at(m_counters.size() - 1);
}

void Storm::role(const std::string &name, int count, std::function<void(Participant &)> body,
                 const RoleOptions &options)
{
    m_roles.push_back({name, std::move(body), options});
    for (int number = 0; number < count; ++number)
        m_places.push_back({.role = m_roles.size() - 1, .number = number});
    if (m_places.size() > maxPlaces)
        throw std::length_error("a storm has no more places");
}

std::size_t Storm::place(const std::string &role, int number) const
{
    const auto found = std::find_if(m_places.begin(), m_places.end(), [&](const Place &place) {
        return m_roles[place.role].name == role && place.number == number;
    });
    if (found == m_places.end())
        throw std::out_of_range("no such program: " + role);
    return static_cast<std::size_t>(found - m_places.begin());
}

std::string Storm::nameOf(const Place &place) const
{
    return m_roles[place.role].name + ' ' + std::to_string(place.number);
}

void Storm::start()
{
    for (std::size_t index = 0; index < m_places.size(); ++index)
        if (m_places[index].process < 0)
            start(index);
}

void Storm::start(std::size_t index)
{
    Place &place = m_places[index];
    std::fflush(nullptr); // or the child has a copy of what is not written yet
    const pid_t parent = getpid();
    const pid_t process = fork();
    if (process < 0)
        throw std::system_error(errno, std::generic_category(), "start " + nameOf(place));
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0);
        live(index);
    }
    place.process = process;
    place.descriptor = descriptorOf(process);
    ++place.lives;
    place.isStopped = false;
}

void Storm::live(std::size_t index)
{
    const Place &place = m_places[index];
    for (const Place &other : m_places)
        if (other.descriptor >= 0)
            close(other.descriptor);
    stormOfChild = this;
    qInstallMessageHandler(onMessage);
    int code = 0;
    try {
        Participant self{*this, static_cast<int>(index), place.number, place.lives};
        m_roles[place.role].body(self);
    } catch (const std::exception &problem) {
        keepWords(nameOf(place) + " threw: " + problem.what());
        code = 1;
    }
    _exit(code); // whatever the test would do at its end is not the child's to do
}

void Storm::onMessage(QtMsgType type, const QMessageLogContext & /*context*/, const QString &text)
{
    if (type == QtDebugMsg || type == QtInfoMsg)
        return;
    const std::string words = text.toStdString();
    const auto &allowed = stormOfChild->m_allowedWarnings;
    const bool isAllowed = std::any_of(allowed.begin(), allowed.end(), [&](const std::string &part) {
        return words.find(part) != std::string::npos;
    });
    ++(isAllowed ? stormOfChild->m_otherWarnings : stormOfChild->m_warnings);
    if (!isAllowed)
        stormOfChild->keepWords("warning: " + words);
}

void Storm::keepWords(const std::string &words)
{
    const std::uint64_t number = m_board->complaints++;
    if (number >= maxComplaints)
        return;
    auto &room = m_board->words[number];
    std::strncpy(room.data(), words.c_str(), room.size() - 1);
}

void Storm::killNow(Place &place)
{
    ::kill(place.process, SIGKILL);
    collect(place, How::Killed);
}

// Returns when the process is gone.
void Storm::collect(Place &place, How expected)
{
    int status = 0;
    waitpid(place.process, &status, 0);
    close(place.descriptor);
    place.process = -1;
    place.descriptor = -1;
    const bool wasKilled = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    if ((expected == How::Killed && wasKilled) || (expected == How::InOrder && status == 0))
        return;
    ++m_ownEnds;
    keepWords(nameOf(place) + " ended by itself: " + howItEnded(status));
}

// Sleeps, and starts anew whoever ends meanwhile without being killed.
void Storm::pause(std::chrono::microseconds time)
{
    std::vector<pollfd> watched;
    for (const Place &place : m_places)
        watched.push_back({place.descriptor, POLLIN, 0});
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const timespec limit{seconds.count(), std::chrono::nanoseconds{time - seconds}.count()};
    if (ppoll(watched.data(), watched.size(), &limit, nullptr) <= 0)
        return;
    for (std::size_t index = 0; index < m_places.size(); ++index) {
        if ((watched[index].revents & POLLIN) == 0)
            continue;
        collect(m_places[index], How::ByItself);
        start(index);
    }
}

void Storm::rage(const RageOptions &options)
{
    start();
    std::vector<std::size_t> mortal;
    for (std::size_t index = 0; index < m_places.size(); ++index)
        if (m_roles[m_places[index].role].options.isKilled)
            mortal.push_back(index);
    const auto kills = static_cast<std::uint64_t>(stormOptions().kills.value_or(options.kills));
    const auto longest = static_cast<std::uint64_t>(options.longestPause.count());
    for (std::uint64_t kill = 0; kill < kills; ++kill) {
        // Most pauses are short, some are none: programs die while they join, connect and leave too.
        const std::uint64_t part = std::uint64_t{1} << (m_random() % 5);
        if (m_random() % 8 != 0)
            pause(std::chrono::microseconds{m_random() % (longest / part + 1)});
        if (options.stopEvery != 0 && m_random() % static_cast<std::uint64_t>(options.stopEvery) == 0) {
            resumeAll();
            Place &stopped = m_places[m_random() % m_places.size()];
            if (m_roles[stopped.role].options.isStopped && ::kill(stopped.process, SIGSTOP) == 0) {
                stopped.isStopped = true;
                ++m_stops;
            }
        }
        const std::size_t victim = mortal[m_random() % mortal.size()];
        killNow(m_places[victim]);
        ++m_kills;
        start(victim);
    }
    resumeAll();
}

void Storm::resumeAll()
{
    for (Place &place : m_places)
        if (std::exchange(place.isStopped, false))
            ::kill(place.process, SIGCONT);
}

void Storm::settle(std::uint64_t steps)
{
    std::array<std::uint64_t, maxPlaces> before{};
    for (std::size_t index = 0; index < m_places.size(); ++index)
        before[index] = m_board->progress[index];
    for (std::size_t index = 0; index < m_places.size(); ++index)
        if (m_places[index].process > 0)
            await(nameOf(m_places[index]) + " gets on",
                  [&] { return m_board->progress[index] >= before[index] + steps; });
}

bool Storm::await(const std::string &what, const std::function<bool()> &condition)
{
    const Clock::time_point start = Clock::now();
    Patience patience;
    while (!condition()) {
        if (patience.isOver()) {
            ++m_stuck;
            keepWords("waited in vain: " + what);
            return false;
        }
        pause(std::chrono::milliseconds{2});
    }
    const auto waited = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start);
    if (waited >= longWait)
        std::printf("%12lld  seconds until %s\n", static_cast<long long>(waited.count()), what.c_str());
    return true;
}

void Storm::end(const std::string &role)
{
    for (std::size_t index = 0; index < m_places.size(); ++index)
        if (m_roles[m_places[index].role].name == role)
            m_board->isOver[index] = 1;
    for (Place &place : m_places)
        if (m_roles[place.role].name == role && place.process > 0 && !waitForEnd(place)) {
            ++m_stuck;
            keepWords(nameOf(place) + " does not come to its end");
            killNow(place);
        }
}

bool Storm::waitForEnd(Place &place)
{
    pollfd watched{place.descriptor, POLLIN, 0};
    Patience patience;
    while (poll(&watched, 1, slice) <= 0)
        if (patience.isOver())
            return false;
    collect(place, How::InOrder);
    return true;
}

void Storm::end()
{
    for (auto role = m_roles.rbegin(); role != m_roles.rend(); ++role)
        end(role->name);
}

void Storm::report()
{
    for (std::size_t index = 0; index < m_counters.size(); ++index) {
        const NamedCounter &counter = m_counters[index];
        const std::uint64_t value = m_board->counters[index];
        std::printf("%12llu  %s\n", static_cast<unsigned long long>(value), counter.name.c_str());
        if (counter.staysZero) {
            EXPECT_EQ(value, 0U) << counter.name;
        }
    }
    const auto complaints = std::min<std::uint64_t>(m_board->complaints, maxComplaints);
    for (std::size_t index = 0; index < complaints; ++index)
        std::printf("              %s\n", m_board->words[index].data());
}

pid_t Storm::processId(const std::string &role, int number) const
{
    return m_places[place(role, number)].process;
}

std::uint64_t Storm::progressOf(const std::string &role, int number) const
{
    return m_board->progress[place(role, number)];
}

void Storm::kill(const std::string &role, int number)
{
    killNow(m_places[place(role, number)]);
    ++m_kills;
}

void Storm::stop(const std::string &role, int number)
{
    Place &stopped = m_places[place(role, number)];
    ::kill(stopped.process, SIGSTOP);
    siginfo_t state{};
    waitid(P_PID, static_cast<id_t>(stopped.process), &state, WSTOPPED | WEXITED | WNOWAIT);
    stopped.isStopped = true;
    ++m_stops;
}

void Storm::resume(const std::string &role, int number)
{
    Place &stopped = m_places[place(role, number)];
    stopped.isStopped = false;
    ::kill(stopped.process, SIGCONT);
}

} // namespace tellwire::test
