// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_program.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

// Cases 18 to 39: string handles and names (ddeml-semantics.md A2).

namespace tellwire::test {

namespace {

struct Strings : testing::Test
{
    FreshSession fresh;
    DdeProgram program;

    HSZ create(const char *text) const { return DdeCreateStringHandleA(program.id, text, CP_WINANSI); }
};

} // namespace

TEST_F(Strings, Case18_AreComparedWithoutCase)
{
    EXPECT_EQ(DdeCmpStringHandles(create("Alpha"), create("ALPHA")), 0);

    EXPECT_EQ(program.lastError(), DMLERR_NO_ERROR);
}

TEST_F(Strings, Case19_KeepTheirFirstSpelling)
{
    (void)create("MixedCase");
    HSZ second = create("MIXEDCASE");
    std::array<char, 32> buffer{};

    EXPECT_EQ(DdeQueryStringA(program.id, second, buffer.data(), buffer.size(), CP_WINANSI), 9U);

    EXPECT_STREQ(buffer.data(), "MixedCase");
}

TEST_F(Strings, Case21_AreTerminatedInALargeBuffer)
{
    std::array<char, 32> buffer{};
    buffer.fill('x');

    EXPECT_EQ(DdeQueryStringA(program.id, create("ten_bytes_"), buffer.data(), buffer.size(), CP_WINANSI),
              10U);

    EXPECT_STREQ(buffer.data(), "ten_bytes_");
    EXPECT_EQ(DdeQueryStringA(program.id, create("ten_bytes_"), nullptr, 0, CP_WINANSI), 10U);
}

TEST_F(Strings, Case23_NoneIsEmptyButOneLong)
{
    std::array<char, 32> buffer{};
    buffer.fill('x');

    EXPECT_EQ(DdeQueryStringA(program.id, nullptr, buffer.data(), buffer.size(), CP_WINANSI), 1U);

    EXPECT_STREQ(buffer.data(), "");
}

TEST_F(Strings, Case24_AreNarrowedByTheCodePage)
{
    HSZ wide = DdeCreateStringHandleW(program.id, u"Zürich", CP_WINUNICODE);
    std::array<char, 32> buffer{};

    EXPECT_EQ(DdeQueryStringA(program.id, wide, buffer.data(), buffer.size(), CP_WINANSI), 6U);

    EXPECT_STREQ(buffer.data(), "Z\xFCrich");
}

TEST_F(Strings, Case26_OfAWideCallMayBeNarrow)
{
    HSZ narrow = DdeCreateStringHandleW(program.id, u"DdeTest", CP_WINANSI);
    std::array<char, 32> buffer{};

    EXPECT_EQ(DdeQueryStringA(program.id, narrow, buffer.data(), buffer.size(), CP_WINANSI), 1U);

    EXPECT_STREQ(buffer.data(), "D");
}

TEST_F(Strings, Case27_StayWithinTheProcess)
{
    ASSERT_NE(create("NowhereToBeFound"), nullptr);

    for (const auto &entry : std::filesystem::recursive_directory_iterator{fresh.directory()})
        if (entry.is_regular_file()) {
            std::ifstream file{entry.path(), std::ios::binary};
            const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
            EXPECT_EQ(bytes.find("NowhereToBeFound"), std::string::npos) << entry.path();
        }
}

TEST_F(Strings, Case28_AreOrdered)
{
    HSZ a = create("a");
    HSZ b = create("b");

    EXPECT_EQ(DdeCmpStringHandles(a, b), -1);
    EXPECT_EQ(DdeCmpStringHandles(b, a), 1);
    EXPECT_EQ(DdeCmpStringHandles(nullptr, a), -1);
    EXPECT_EQ(DdeCmpStringHandles(a, nullptr), 1);
    EXPECT_EQ(DdeCmpStringHandles(nullptr, nullptr), 0);
}

TEST_F(Strings, Case29_AreFreedOnce)
{
    HSZ string = create("once");

    EXPECT_TRUE(DdeFreeStringHandle(program.id, string));
    EXPECT_FALSE(DdeFreeStringHandle(program.id, string));

    EXPECT_EQ(program.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST_F(Strings, Case31_AreGoneAfterThat)
{
    HSZ string = create("gone");
    ASSERT_TRUE(DdeFreeStringHandle(program.id, string));
    std::array<char, 32> buffer{};

    EXPECT_EQ(DdeQueryStringA(program.id, string, buffer.data(), buffer.size(), CP_WINANSI), 0U);
    EXPECT_EQ(program.lastError(), DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(DdeConnect(program.id, string, string, nullptr), nullptr);

    EXPECT_EQ(program.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST_F(Strings, Case32_MayBe255CharactersLong)
{
    EXPECT_NE(create(std::string(255, 'x').c_str()), nullptr);

    EXPECT_EQ(program.lastError(), DMLERR_NO_ERROR);
}

TEST_F(Strings, Case33_AreNotLonger)
{
    EXPECT_EQ(create(std::string(256, 'x').c_str()), nullptr);

    EXPECT_EQ(program.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST_F(Strings, Case39_WithABackslashAreNoServices)
{
    EXPECT_EQ(DdeNameService(program.id, create("net\\bank"), nullptr, DNS_REGISTER), nullptr);

    EXPECT_EQ(program.lastError(), DMLERR_INVALIDPARAMETER);
}

} // namespace tellwire::test
