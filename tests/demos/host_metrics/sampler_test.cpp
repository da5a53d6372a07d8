// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/sampler.h"

#include "tests/support/eventually.h"

#include <gtest/gtest.h>

using namespace tellwire;
using namespace host_metrics;
using namespace std::chrono_literals;

namespace {

/// Counts how often somebody looks at it.
Subject counter(int &looks)
{
    return {"counter"_topic, [&looks]() -> Look {
                ++looks;
                return {"counter"_topic, {}, QList<Figure>{}};
            }};
}

} // namespace

TEST(ASampler, LooksTwiceAtFirstHoweverLongItsInterval)
{
    int looks = 0;
    const Sampler sampler{{counter(looks)}, Sampler::longestInterval};

    EXPECT_TRUE(test::eventually([&looks] { return looks == 2; }));
}

TEST(ASampler, FollowsANewInterval)
{
    int looks = 0;
    Sampler sampler{{counter(looks)}, Sampler::longestInterval};

    sampler.setInterval(Sampler::shortestInterval);

    EXPECT_TRUE(test::eventually([&looks] { return looks >= 5; }));
}

TEST(ASampler, StaysPausedWhateverItsInterval)
{
    int looks = 0;
    Sampler sampler{{counter(looks)}, Sampler::longestInterval};

    sampler.pause();
    sampler.setInterval(Sampler::shortestInterval);

    EXPECT_TRUE(sampler.isPaused());
    EXPECT_EQ(sampler.interval(), Sampler::shortestInterval);
}

TEST(ASampler, LooksAtOnceWhenItResumes)
{
    int looks = 0;
    Sampler sampler{{counter(looks)}, Sampler::longestInterval};
    sampler.pause();

    sampler.resume();

    EXPECT_EQ(looks, 1);
    EXPECT_FALSE(sampler.isPaused());
}
