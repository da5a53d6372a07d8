// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

#include <cstring>

// Cases 241 to 254: data handles (ddeml-semantics.md B7).

namespace tellwire::test {

namespace {

struct DataHandles : testing::Test
{
    FreshSession fresh;
    DdeProgram program;

    HDDEDATA create(const char *bytes, DWORD size, DWORD offset = 0, UINT flags = 0) const
    {
        return DdeCreateDataHandle(program.id, bytesOf(bytes), size, offset, nullptr, CF_TEXT, flags);
    }
    static LPBYTE bytesOf(const char *bytes) { return reinterpret_cast<LPBYTE>(const_cast<char *>(bytes)); }
    std::string read(HDDEDATA handle, DWORD most, DWORD offset) const
    {
        std::string buffer(most, '?');
        const DWORD count = DdeGetData(handle, reinterpret_cast<LPBYTE>(buffer.data()), most, offset);
        return buffer.substr(0, count);
    }
};

} // namespace

TEST_F(DataHandles, Case241_MayBeEmpty)
{
    DWORD length = 77;

    HDDEDATA handle = create("source", 0);

    EXPECT_NE(DdeAccessData(handle, &length), nullptr);
    EXPECT_EQ(length, 0U);
    EXPECT_EQ(program.lastError(), DMLERR_NO_ERROR);
}

TEST_F(DataHandles, TheBytesStandAtTheOffset)
{
    HDDEDATA handle = create("data", 4, 3);

    EXPECT_EQ(read(handle, 100, 0), std::string("\0\0\0data", 7));
}

TEST_F(DataHandles, AreFilledByTheirMakerThroughThePointer)
{
    HDDEDATA handle = DdeCreateDataHandle(program.id, nullptr, 4, 0, nullptr, CF_TEXT, 0);

    std::memcpy(DdeAccessData(handle, nullptr), "data", 4);
    ASSERT_TRUE(DdeUnaccessData(handle));

    EXPECT_EQ(read(handle, 4, 0), "data");
}

TEST_F(DataHandles, Case245_UnknownFlagsAreRefused)
{
    EXPECT_EQ(create("data", 4, 0, 0x8000), nullptr);

    EXPECT_EQ(program.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST_F(DataHandles, Case246_AreAccessedAndFreed)
{
    HDDEDATA handle = create("data", 4);

    const LPBYTE bytes = DdeAccessData(handle, nullptr);
    EXPECT_EQ(std::memcmp(bytes, "data", 4), 0);
    EXPECT_TRUE(DdeUnaccessData(handle));
    EXPECT_TRUE(DdeFreeDataHandle(handle));

    EXPECT_EQ(program.lastError(), DMLERR_NO_ERROR);
}

TEST_F(DataHandles, Case247_AreReadInParts)
{
    HDDEDATA handle = create("0123456789", 10);

    EXPECT_EQ(DdeGetData(handle, nullptr, 0, 0), 10U);
    EXPECT_EQ(read(handle, 4, 0), "0123");
    EXPECT_EQ(read(handle, 20, 8), "89");
    EXPECT_EQ(read(handle, 4, 10), "");
}

TEST_F(DataHandles, Case248_GrowByWhatIsAdded)
{
    HDDEDATA handle = create("0123", 4);

    handle = DdeAddData(handle, bytesOf("abcd"), 4, 8);

    EXPECT_NE(handle, nullptr);
    EXPECT_EQ(program.lastError(), DMLERR_NO_ERROR);
    EXPECT_EQ(DdeGetData(handle, nullptr, 0, 0), 12U);
    EXPECT_EQ(read(handle, 4, 0), "0123");
    EXPECT_EQ(read(handle, 4, 8), "abcd");
}

TEST_F(DataHandles, Case249_StayAsTheyWereGivenAway)
{
    DdeProgram server{{"Bank"}};
    HDDEDATA kept =
        DdeCreateDataHandle(server.id, bytesOf("1.08"), 4, 0, server.string("USD"), CF_TEXT, HDATA_APPOWNED);
    server.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        return call.type == XTYP_REQUEST ? std::optional{kept} : std::nullopt;
    };
    DdeProcess client{{}};
    ASSERT_EQ(client.run("connect Bank Rates"), "yes");
    ASSERT_EQ(client.run("request USD"), "1.08");

    EXPECT_EQ(DdeAddData(kept, bytesOf("more"), 4, 0), nullptr);

    EXPECT_EQ(server.lastError(), DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(client.run("request USD"), "1.08");
}

TEST_F(DataHandles, Case251_OwnedByTheProgramServeManyTimes)
{
    DdeProcess server{{"service=Bank"}};
    const HCONV conversation = program.connect("Bank", "Rates");
    HDDEDATA handle = program.data("1.08", "USD", CF_TEXT, HDATA_APPOWNED);
    for (int count = 0; count < 2; ++count)
        ASSERT_NE(DdeClientTransaction(reinterpret_cast<LPBYTE>(handle), 0xFFFF'FFFF, conversation,
                                       program.string("USD"), CF_TEXT, XTYP_POKE, 20'000, nullptr),
                  nullptr);

    EXPECT_TRUE(DdeFreeDataHandle(handle));

    EXPECT_EQ(program.lastError(), DMLERR_NO_ERROR);
    EXPECT_EQ(program.request(conversation, "USD").value, "1.08");
}

TEST_F(DataHandles, Case252_AreGoneWhenFreed)
{
    HDDEDATA handle = create("data", 4);
    ASSERT_TRUE(DdeFreeDataHandle(handle));

    EXPECT_EQ(DdeAccessData(handle, nullptr), nullptr);

    EXPECT_EQ(program.lastError(), DMLERR_INVALIDPARAMETER);
}

/// Requests a value and writes into it, which may be its end.
TELLWIRE_PEER(Scribbler)
{
    DdeProgram client;
    peerIsReady();
    const HCONV conversation = client.connect("Bank", "Rates");
    HDDEDATA handle = DdeClientTransaction(nullptr, 0, conversation, client.string("USD"), CF_TEXT,
                                           XTYP_REQUEST, 20'000, nullptr);
    DWORD length = 0;
    const LPBYTE bytes = DdeAccessData(handle, &length);
    sayToTest(std::to_string(length));
    std::memset(bytes, 'x', length);
    return 0;
}

TEST_F(DataHandles, Case253_AreWrittenByNobodyWhoReceivedThem)
{
    DdeProcess server{{"service=Bank"}};
    const HCONV conversation = program.connect("Bank", "Rates");
    const std::string large(1U << 20U, 'o');
    ASSERT_EQ(program.poke(conversation, "USD", large).result, 1U);

    Peer scribbler{"Scribbler"};
    EXPECT_EQ(scribbler.hear(), std::to_string(large.size()));
    (void)scribbler.waitForExit();

    EXPECT_TRUE(program.request(conversation, "USD").value == large);
}

TEST_F(DataHandles, Case254_AreOfOneInstance)
{
    DdeProcess server{{"service=Bank"}};
    DdeProgram other;
    const HCONV conversation = other.connect("Bank", "Rates");
    HDDEDATA handle = program.data("1.08", "*");

    EXPECT_EQ(DdeClientTransaction(reinterpret_cast<LPBYTE>(handle), 0xFFFF'FFFF, conversation,
                                   other.string("USD"), CF_TEXT, XTYP_POKE, 20'000, nullptr),
              nullptr);

    EXPECT_EQ(other.lastError(), DMLERR_INVALIDPARAMETER);
}

} // namespace tellwire::test
