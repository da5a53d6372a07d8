// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/storm.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

void idle() { poll(nullptr, 0, 1); }

void workUntilOver(Participant &self)
{
    while (!self.isOver()) {
        self.progress();
        idle();
    }
}

TEST(AStorm, KillsAsOftenAsItIsToldAndStartsAnew)
{
    Storm storm;
    Counter &lives = storm.counts("lives");
    storm.role("worker", 4, [&](Participant &self) {
        ++lives;
        workUntilOver(self);
    });

    storm.rage({.kills = 50, .longestPause = std::chrono::milliseconds{4}});
    storm.settle();
    storm.end();

    storm.report();
    EXPECT_GT(lives, 10U);
}

TEST(AStorm, LeavesSurvivorsAlone)
{
    Storm storm;
    Counter &lives = storm.counts("lives of the survivor");
    storm.role("victim", 1, workUntilOver);
    storm.role("survivor", 1,
               [&](Participant &self) {
                   ++lives;
                   workUntilOver(self);
               },
               {.isKilled = false});

    storm.rage({.kills = 20});
    storm.settle();
    storm.end();

    storm.report();
    EXPECT_EQ(lives, 1U);
}

TEST(AStorm, FailsIfSomethingHappensThatNeverShould)
{
    Storm storm;
    Counter &never = storm.neverHappens("sky falls");
    storm.role("worker", 1, [&](Participant &self) {
        self.complain(never, "the sky fell");
        workUntilOver(self);
    });

    storm.start();
    storm.settle();
    storm.end();

    EXPECT_NONFATAL_FAILURE(storm.report(), "sky falls");
}

TEST(AStorm, FailsIfAProgramCrashes)
{
    Storm storm;
    storm.role("crasher", 1, [&](Participant &self) {
        self.progress();
        if (self.life() == 0)
            std::abort();
        workUntilOver(self);
    });

    storm.start();
    storm.settle();
    storm.end();

    EXPECT_NONFATAL_FAILURE(storm.report(), "programs that ended by themselves");
}

TEST(AStorm, StopsAProgramUntilItIsResumed)
{
    Storm storm;
    storm.role("worker", 1, workUntilOver);
    storm.start();
    storm.settle();

    storm.stop("worker");
    const std::uint64_t atStop = storm.progressOf("worker");
    idle();
    const std::uint64_t later = storm.progressOf("worker");
    storm.resume("worker");
    storm.settle();
    storm.end();

    EXPECT_EQ(later, atStop);
    storm.report();
}

} // namespace
} // namespace tellwire::test
