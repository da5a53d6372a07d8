// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/log_test_support.h"
#include "tests/processes/failing_calls.h"

#include <gmock/gmock.h>

#include <map>

// Every call of the kernel that a program makes while its log is compacted again and again is refused once,
// one in each run. What was acknowledged stays, everybody sees the same, and compaction goes on.

namespace tellwire::transport {
namespace {

using test::FailingCalls;

constexpr qint64 early = 4096; // So that a log is compacted after some dozens of records.
constexpr int changes = 60;

struct Refusal
{
    std::string place;
    int number;
    int reason;
};

std::vector<int> reasonsFor(const std::string &place)
{
    if (place == "append")
        return {ENOSPC, EINTR, FailingCalls::shortWrite};
    if (place == "allocate")
        return {ENOSPC, EINTR};
    return {EMFILE, ENOSPC};
}

/// Changes the log until it has been compacted some times, and returns what was acknowledged.
std::map<QByteArray, QByteArray> churn(SessionLog &log)
{
    std::map<QByteArray, QByteArray> acknowledged;
    for (int number = 0; number < changes; ++number) {
        const QByteArray key = "key/" + QByteArray::number(number % 3);
        const QByteArray body = QByteArray::number(number) + QByteArray(400, 'x');
        const Result<void> changed = log.change(put(key, body));
        acknowledged.erase(key); // One that failed may have been written all the same.
        if (changed)
            acknowledged[key] = body;
        else
            EXPECT_EQ(changed.error().code, ErrorCode::OutOfSpace) << changed.error().detail.toStdString();
    }
    return acknowledged;
}

/// Returns how many calls there were that could have failed.
int liveWith(const Refusal &refusal)
{
    SCOPED_TRACE(refusal.place + " number " + std::to_string(refusal.number) + ", errno " +
                 std::to_string(refusal.reason));
    const ScratchSession session;
    const auto neighbour = session.log(1, early);
    FailingCalls calls{refusal.place, refusal.number, refusal.reason};
    const auto opened = SessionLog::open(session.directory(), calls, 2, early);
    if (!opened)
        return calls.calls();

    const std::map<QByteArray, QByteArray> acknowledged = churn(**opened);

    const bool isWritten = (*opened)->change(put("end", "1")) || (*opened)->change(put("end", "1"));
    EXPECT_TRUE(isWritten); // At the second attempt if it is the first that is refused a call.
    EXPECT_TRUE(neighbour->replay());
    EXPECT_EQ(neighbour->state(), (*opened)->state());
    EXPECT_EQ(neighbour->state(), session.log(3, early)->state());
    EXPECT_GT(neighbour->figures().generation, 3U);
    for (const auto &[key, body] : acknowledged)
        EXPECT_EQ(bodyOf(*neighbour, key), body);
    return calls.calls();
}

} // namespace

class ACompaction : public testing::TestWithParam<const char *>
{};

TEST_P(ACompaction, LosesNothingWhenACallFails)
{
    const int calls = liveWith({GetParam(), 0, 0});

    for (const int reason : reasonsFor(GetParam()))
        for (int number = 1; number <= calls && !HasFailure(); ++number)
            liveWith({GetParam(), number, reason});

    EXPECT_GT(calls, 3);
}

INSTANTIATE_TEST_SUITE_P(OfTheKernel, ACompaction,
                         testing::Values("append", "allocate", "Open", "Link", "Rename"),
                         [](const auto &each) { return std::string{each.param}; });

} // namespace tellwire::transport
