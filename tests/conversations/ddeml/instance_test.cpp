// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/ddeml/program.h"

#include <thread>

using namespace tellwire::test;

namespace {

HDDEDATA CALLBACK silent(UINT, UINT, HCONV, HSZ, HSZ, HDDEDATA, ULONG_PTR, ULONG_PTR) { return nullptr; }

} // namespace

TEST(AnInstance, GetsAnIdThatIsNotZero)
{
    const FreshSession fresh;
    DWORD id = 0;

    const UINT result = DdeInitializeA(&id, silent, APPCMD_CLIENTONLY, 0);

    EXPECT_EQ(result, UINT{DMLERR_NO_ERROR});
    EXPECT_NE(id, 0U);
    EXPECT_TRUE(DdeUninitialize(id));
}

TEST(AnInstance, IsNotMadeForAnIdThatNobodyGave)
{
    const FreshSession fresh;
    DWORD id = 0xBADBAD;

    const UINT result = DdeInitializeA(&id, silent, APPCMD_CLIENTONLY, 0);

    EXPECT_EQ(result, UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(DdeGetLastError(id), UINT{DMLERR_INVALIDPARAMETER});
}

TEST(AnInstance, IsNotMadeWithAReservedArgument)
{
    const FreshSession fresh;
    DWORD id = 0;

    const UINT result = DdeInitializeA(&id, silent, 0, 1);

    EXPECT_EQ(result, UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(id, 0U);
}

TEST(AnInstance, MeansNothingToAnotherThread)
{
    const FreshSession fresh;
    const Program program;

    HSZ made = program.string("here");
    std::thread{[&] { made = program.string("there"); }}.join();

    EXPECT_EQ(made, nullptr);
}

TEST(AnInstance, HearsOfWrongIdsOfItsThread)
{
    const FreshSession fresh;
    const Program first;
    const Program second;

    const HSZ made = DdeCreateStringHandleA(0, "text", CP_WINANSI);

    EXPECT_EQ(made, nullptr);
    EXPECT_EQ(first.lastError(), UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(second.lastError(), UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(second.lastError(), UINT{DMLERR_NO_ERROR});
}

TEST(AnInstance, CanBePolledAndDispatched)
{
    const FreshSession fresh;
    const Program program;

    const int descriptor = DdeGetPollDescriptor(program.id);

    EXPECT_GE(descriptor, 0);
    EXPECT_EQ(DdeGetPollDescriptor(program.id + 1), -1);
    EXPECT_FALSE(DdeDispatch(program.id + 1, 0));
}

TEST(AStringHandle, IsTheSameForEqualNames)
{
    const FreshSession fresh;
    const Program program;

    const HSZ first = program.string("MixedCase");
    const HSZ second = program.string("MIXEDCASE");

    EXPECT_EQ(DdeCmpStringHandles(first, second), 0);
    EXPECT_EQ(program.text(second), QStringLiteral("MixedCase"));
}

TEST(AStringHandle, IsOrderedWithNoneFirst)
{
    const FreshSession fresh;
    const Program program;

    const HSZ a = program.string("a");
    const HSZ b = program.string("b");

    EXPECT_EQ(DdeCmpStringHandles(a, b), -1);
    EXPECT_EQ(DdeCmpStringHandles(b, a), 1);
    EXPECT_EQ(DdeCmpStringHandles(nullptr, a), -1);
    EXPECT_EQ(DdeCmpStringHandles(a, nullptr), 1);
    EXPECT_EQ(DdeCmpStringHandles(nullptr, nullptr), 0);
}

TEST(AStringHandle, GoesWithItsLastUse)
{
    const FreshSession fresh;
    const Program program;
    const HSZ handle = program.string("once");

    const BOOL first = DdeFreeStringHandle(program.id, handle);
    const BOOL second = DdeFreeStringHandle(program.id, handle);

    EXPECT_TRUE(first);
    EXPECT_FALSE(second);
    EXPECT_EQ(program.lastError(), UINT{DMLERR_INVALIDPARAMETER});
}

TEST(AStringHandle, IsKeptAsOftenAsItIsFreed)
{
    const FreshSession fresh;
    const Program program;
    const HSZ handle = program.string("kept");

    DdeKeepStringHandle(program.id, handle);
    DdeFreeStringHandle(program.id, handle);

    EXPECT_EQ(program.text(handle), QStringLiteral("kept"));
}

TEST(AStringHandle, TakesItsWidthFromTheCodePage)
{
    const FreshSession fresh;
    const Program program;
    std::array<char, 16> narrow{};

    const HSZ wide = DdeCreateStringHandleW(program.id, u"Dde", CP_WINUNICODE);
    const HSZ asNarrow = DdeCreateStringHandleW(program.id, u"Dde", CP_WINANSI);

    EXPECT_EQ(DdeQueryStringA(program.id, wide, narrow.data(), narrow.size(), CP_WINANSI), 3U);
    EXPECT_STREQ(narrow.data(), "Dde");
    EXPECT_EQ(program.text(asNarrow), QStringLiteral("D"));
}

TEST(AStringHandle, HasAtMost255Characters)
{
    const FreshSession fresh;
    const Program program;

    const HSZ longest = program.string(std::string(255, 'x').c_str());
    const HSZ tooLong = program.string(std::string(256, 'x').c_str());

    EXPECT_NE(longest, nullptr);
    EXPECT_EQ(tooLong, nullptr);
    EXPECT_EQ(program.lastError(), UINT{DMLERR_INVALIDPARAMETER});
}

TEST(NoStringHandle, IsEmptyAndOneLong)
{
    const FreshSession fresh;
    const Program program;
    std::array<char, 4> text{'x', 'x', 'x', 'x'};

    const DWORD length = DdeQueryStringA(program.id, nullptr, text.data(), text.size(), CP_WINANSI);

    EXPECT_EQ(length, 1U);
    EXPECT_STREQ(text.data(), "");
}
