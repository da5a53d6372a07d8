// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "conversations/topic.h"
#include "tests/conversations/ddeml/program.h"
#include "tests/support/peer.h"

#include <malloc.h>

using namespace tellwire;
using namespace tellwire::test;

namespace {

constexpr int count = 100'000;

QString itemName(int number) { return QStringLiteral("Item%1").arg(number); }

TELLWIRE_PEER(ManyItems)
{
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    for (int number = 0; number < count; ++number)
        nyse.setItem(ItemName{itemName(number)}, QStringLiteral("0"));
    nyse.onPoke([&](const ItemName &item, const Payload &value) -> Result<void> {
        nyse.setItem(item, value);
        return {};
    });
    (void)quotes.publish();
    peerIsReady();
    while (true)
        session.wait(std::chrono::milliseconds{-1});
}

/// What is allocated, without the memory of others that is mapped.
std::size_t heapBytes()
{
    const struct mallinfo2 use = mallinfo2();
    return use.uordblks + use.hblkhd;
}

/// Counts, since what the callback is told about so many would fill the memory that is measured.
std::size_t completed = 0;
std::size_t succeeded = 0;
std::size_t updated = 0;

HDDEDATA CALLBACK counting(UINT type, UINT, HCONV, HSZ, HSZ, HDDEDATA data, ULONG_PTR, ULONG_PTR)
{
    completed += type == XTYP_XACT_COMPLETE ? 1 : 0;
    succeeded += type == XTYP_XACT_COMPLETE && data != nullptr ? 1 : 0;
    updated += type == XTYP_ADVDATA ? 1 : 0;
    return nullptr;
}

/// One client, whose links are started so many at a time.
struct ManyLinks
{
    DWORD id = 0;
    HCONV talk = nullptr;

    ManyLinks()
    {
        completed = succeeded = updated = 0;
        EXPECT_EQ(DdeInitializeA(&id, counting, APPCMD_CLIENTONLY, 0), UINT{DMLERR_NO_ERROR});
        talk = DdeConnect(id, name("Quotes"), name("NYSE"), nullptr);
    }
    ~ManyLinks() { DdeUninitialize(id); }
    ManyLinks(const ManyLinks &) = delete;
    ManyLinks &operator=(const ManyLinks &) = delete;

    HSZ name(const char *text) const { return DdeCreateStringHandleA(id, text, CP_WINANSI); }

    void start(int first, int last) const
    {
        for (int number = first; number < last; ++number) {
            const HSZ item = name(itemName(number).toLatin1().constData());
            DdeClientTransaction(nullptr, 0, talk, item, CF_TEXT, XTYP_ADVSTART, TIMEOUT_ASYNC, nullptr);
            DdeFreeStringHandle(id, item); // The link has a use of its own.
        }
    }

    bool waitFor(const std::size_t &counter, std::size_t wanted) const
    {
        return eventually([&] { return counter >= wanted; },
                          [this](auto atMost) { DdeDispatch(id, static_cast<DWORD>(atMost.count())); });
    }
};

} // namespace

TEST(AConversation, Has100000Links)
{
    const FreshSession fresh;
    const Peer server{"ManyItems"};
    ManyLinks client;
    const std::size_t before = heapBytes();

    for (int first = 0; first < count; first += 1000) {
        client.start(first, first + 1000);
        ASSERT_TRUE(client.waitFor(completed, static_cast<std::size_t>(first) + 1000));
    }
    RecordProperty("bytesPerLink", static_cast<int>((heapBytes() - before) / count));
    const HSZ last = client.name(itemName(count - 1).toLatin1().constData());
    BYTE value[] = {'1', 0};
    DdeClientTransaction(value, sizeof(value), client.talk, last, CF_TEXT, XTYP_POKE, 20'000, nullptr);

    EXPECT_EQ(succeeded, std::size_t{count});
    EXPECT_TRUE(client.waitFor(updated, 1));
    EXPECT_EQ(updated, 1U);
}
