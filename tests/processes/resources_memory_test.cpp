// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <gmock/gmock.h>

#include <fstream>

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

constexpr qsizetype size = 64 << 20;
const Format bytesFormat{QStringLiteral("application/octet-stream")};

/// Lets this process map only so many more bytes.
void limitMemory(rlim_t more)
{
    std::size_t pages = 0;
    std::ifstream{"/proc/self/statm"} >> pages;
    rlimit limit{};
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + more;
    setrlimit(RLIMIT_AS, &limit);
}

std::string outcomeOf(const Result<Update> &asked)
{
    return asked ? "a value"
                 : errorName(asked.error().code).toStdString() + ": " + asked.error().detail.toStdString();
}

} // namespace

TELLWIRE_PEER(HasALargeValue)
{
    Session session = Session::join().value();
    Service service{session, "Large"_service};
    Topic &topic = service.topic("data"_topic);
    topic.setItem("small"_item, QStringLiteral("small"));
    topic.setItem("large"_item, Payload{bytesFormat, QByteArray(size, 'x')});
    if (!service.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

/// Offers as much as a value may have, with too little memory to offer it.
TELLWIRE_PEER(OffersWithLittleMemory)
{
    constexpr std::size_t most = std::size_t{1} << 30;
    void *zeros = mmap(nullptr, most, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    Session session = Session::join().value();
    Service service{session, "Large"_service};
    Topic &topic = service.topic("data"_topic);
    topic.setItem("small"_item, QStringLiteral("small"));
    if (zeros == MAP_FAILED || !service.publish())
        return 1;
    limitMemory(std::stoul(peerArguments().front()) << 20);
    topic.setItem("large"_item,
                  Payload{bytesFormat, QByteArray::fromRawData(static_cast<char *>(zeros), qsizetype{most})});
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

/// Asks for it with so many MiB of memory as it is given, and then for a small one.
TELLWIRE_PEER(AsksWithLittleMemory)
{
    const Session session = Session::join().value();
    Conversation talk{session, "Large"_service, "data"_topic};
    talk.setTimeout(patience); // To find memory takes a busy machine its time.
    if (!waitFor(talk.request("small"_item), patience))
        return 1;
    limitMemory(std::stoul(peerArguments().front()) << 20);

    const Result<Update> large = waitFor(talk.request("large"_item, bytesFormat), patience);
    Conversation again{session, "Large"_service, "data"_topic};
    again.setTimeout(patience);
    const Result<Update> small = waitFor(again.request("small"_item), patience);
    peerIsReady();
    sayToTest(outcomeOf(large));
    sayToTest(outcomeOf(small));
    return 0;
}

class LittleMemory : public testing::Test
{
protected:
    void SetUp() override
    {
#if defined(__SANITIZE_THREAD__)
        GTEST_SKIP() << "the thread sanitizer needs the memory for itself";
#endif
    }
};

TEST_F(LittleMemory, MakesAValueThatCannotBeMappedAnErrorThatNamesItAndNothingElse)
{
    const FreshSession fresh;
    const Peer server{"HasALargeValue"};

    Peer client{"AsksWithLittleMemory", {"32"}};
    const std::string large = client.hear().value_or("nothing");
    const std::string small = client.hear().value_or("nothing");

    EXPECT_THAT(large, testing::StartsWith("OutOfSpace"));
    EXPECT_THAT(large, testing::ContainsRegex("67[0-9]+ bytes"));
    EXPECT_EQ(small, "a value");
    EXPECT_EQ(client.waitForExit(), 0);
}

TEST_F(LittleMemory, IsEnoughToReadALargeValueWhereItIs)
{
    const FreshSession fresh;
    const Peer server{"HasALargeValue"};

    Peer client{"AsksWithLittleMemory", {"100"}}; // For the value and its place, but not for a copy.
    const std::string large = client.hear().value_or("nothing");

    EXPECT_EQ(large, "a value");
    EXPECT_EQ(client.hear(), "a value");
    EXPECT_EQ(client.waitForExit(), 0);
}

class LittleMemoryForAnOffer : public LittleMemory, public testing::WithParamInterface<const char *>
{};

TEST_P(LittleMemoryForAnOffer, MakesItAnErrorThatNamesItAndNothingElse)
{
    const FreshSession fresh;
    const Peer server{"OffersWithLittleMemory", {GetParam()}};
    const Session session = Session::join().value();
    Conversation talk{session, "Large"_service, "data"_topic};
    talk.setTimeout(patience);
    AdviseLink link{talk, "large"_item, {.formats = {bytesFormat}}};
    const Heard heard{link};

    const std::string large = outcomeOf(waitFor(talk.request("large"_item, bytesFormat), patience));
    const std::string small = outcomeOf(waitFor(talk.request("small"_item), patience));

    EXPECT_THAT(large, testing::StartsWith("OutOfSpace"));
    EXPECT_THAT(large, testing::ContainsRegex("10737[0-9]+ (more )?bytes"));
    EXPECT_EQ(small, "a value");
    EXPECT_TRUE(heard.updates.isEmpty());
    EXPECT_EQ(heard.end.value_or(Error{}).code, ErrorCode::OutOfSpace);
}

INSTANTIATE_TEST_SUITE_P(InMiB, LittleMemoryForAnOffer, testing::Values("32", "100"),
                         [](const auto &each) { return std::string{each.param}; });

} // namespace tellwire::test
