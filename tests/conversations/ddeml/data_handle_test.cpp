// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/ddeml/program.h"

using namespace tellwire::test;

namespace {

BYTE *bytesOf(const char *text) { return reinterpret_cast<BYTE *>(const_cast<char *>(text)); }

} // namespace

TEST(ADataHandle, PutsTheBytesBehindTheOffset)
{
    const FreshSession fresh;
    const Program program;

    const HDDEDATA handle = DdeCreateDataHandle(program.id, bytesOf("abc"), 3, 2, nullptr, CF_TEXT, 0);

    EXPECT_EQ(Program::take(handle), QByteArray("\0\0abc", 5));
}

TEST(ADataHandle, MayBeEmpty)
{
    const FreshSession fresh;
    const Program program;
    DWORD size = 99;

    const HDDEDATA handle = DdeCreateDataHandle(program.id, bytesOf("abc"), 0, 0, nullptr, CF_TEXT, 0);

    EXPECT_NE(DdeAccessData(handle, &size), nullptr);
    EXPECT_EQ(size, 0U);
    EXPECT_TRUE(DdeUnaccessData(handle));
    EXPECT_TRUE(DdeFreeDataHandle(handle));
}

TEST(ADataHandle, GivesAsManyBytesAsThereAre)
{
    const FreshSession fresh;
    const Program program;
    const HDDEDATA handle = program.data("0123456789");
    std::array<BYTE, 20> room{};

    EXPECT_EQ(DdeGetData(handle, nullptr, 0, 0), 10U);
    EXPECT_EQ(DdeGetData(handle, room.data(), 4, 0), 4U);
    EXPECT_EQ(DdeGetData(handle, room.data(), 20, 8), 2U);
    EXPECT_EQ(DdeGetData(handle, room.data(), 4, 10), 0U);
}

TEST(ADataHandle, GrowsWithWhatIsAdded)
{
    const FreshSession fresh;
    const Program program;
    const HDDEDATA handle = program.data("abcd");

    const HDDEDATA grown = DdeAddData(handle, bytesOf("efgh"), 4, 8);

    EXPECT_EQ(Program::take(grown), QByteArray("abcd\0\0\0\0efgh", 12));
}

TEST(ADataHandle, IsNotMadeWithAFlagThatNobodyKnows)
{
    const FreshSession fresh;
    const Program program;

    const HDDEDATA handle = DdeCreateDataHandle(program.id, nullptr, 4, 0, nullptr, CF_TEXT, 2);

    EXPECT_EQ(handle, nullptr);
    EXPECT_EQ(program.lastError(), UINT{DMLERR_INVALIDPARAMETER});
}

TEST(ADataHandle, IsInvalidOnceItIsFreed)
{
    const FreshSession fresh;
    const Program program;
    const HDDEDATA handle = program.data("abc");

    DdeFreeDataHandle(handle);

    EXPECT_EQ(DdeAccessData(handle, nullptr), nullptr);
    EXPECT_EQ(program.lastError(), UINT{DMLERR_INVALIDPARAMETER});
}
