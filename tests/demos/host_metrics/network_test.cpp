// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/network.h"

#include "tests/demos/host_metrics/figures.h"

#include <gtest/gtest.h>

using namespace tellwire;
using namespace host_metrics;
using namespace std::chrono_literals;
using host_metrics::test::textOf;

namespace {

const QByteArray heading =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls "
    "carrier compressed\n";

Network oneInterface(const Traffic &received) { return {{"eth0", {.received = received, .sent = {}}}}; }

} // namespace

TEST(TheNetwork, IsReadFromARecordedText)
{
    const Result<Network> network = parseNetwork(
        heading + "    lo:    3267      29    0    0    0     0          0         0     3267      29    0 "
                  "   0    0     0       0          0\n"
                  "  eth0:39720702     889    1    2    0     0          0         0    46839     565    "
                  "3    4    0     0       0          0\n");

    ASSERT_TRUE(network);
    EXPECT_EQ(network->keys(), (QList<QByteArray>{"eth0", "lo"}));
    EXPECT_EQ(network->value("eth0").received, (Traffic{39720702, 889, 1, 2}));
    EXPECT_EQ(network->value("eth0").sent, (Traffic{46839, 565, 3, 4}));
}

TEST(TheNetwork, ThatIsMalformedIsBadData)
{
    for (const char *wrong : {"eth0", "eth0:", "eth0: 1 2 3", ": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
                              "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 many"}) {
        const Result<Network> network = parseNetwork(heading + wrong);
        ASSERT_FALSE(network) << wrong;
        EXPECT_EQ(network.error().code, ErrorCode::BadData);
    }
    EXPECT_FALSE(parseNetwork(""));
}

TEST(Traffic, IsToldPerSecond)
{
    const Network before = oneInterface({.bytes = 1000, .packets = 10});
    const Network now = oneInterface({.bytes = 6000, .packets = 15});

    const QList<Figure> figures = networkFigures(now, Earlier<Network>{before, 2s});

    EXPECT_EQ(textOf(figures, "eth0:received"), "2500.0");
    EXPECT_EQ(textOf(figures, "eth0:receivedPackets"), "2.5");
    EXPECT_EQ(textOf(figures, "eth0:receivedTotal"), "6000");
}

TEST(Traffic, HasNoRateAfterACounterWasSetBack)
{
    const Network before = oneInterface({.bytes = 6000});
    const Network now = oneInterface({.bytes = 100});

    const QList<Figure> figures = networkFigures(now, Earlier<Network>{before, 2s});

    EXPECT_EQ(textOf(figures, "eth0:received"), "(left out)");
    EXPECT_EQ(textOf(figures, "eth0:receivedTotal"), "100");
}

TEST(Traffic, HasNoRateUntilThereAreTwoReadings)
{
    EXPECT_EQ(textOf(networkFigures(oneInterface({.bytes = 100}), {}), "eth0:received"), "(left out)");
    EXPECT_EQ(textOf(networkFigures(oneInterface({.bytes = 100}), Earlier<Network>{{}, 1s}), "eth0:received"),
              "(left out)");
}
