// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/clipboard/program.h"

#include <thread>

// Cases 346 to 354: delayed rendering (ddeml-semantics.md C7).

namespace tellwire::test {

using ::testing::ElementsAre;

namespace {

/// A program that has promised one format by window 8, and one that looks.
struct Promised
{
    TwoSessions two;
    ClipboardProgram owner{8};

    explicit Promised(const std::string &format)
    {
        for (const std::string &line :
             {std::string{"open 8"}, std::string{"empty"}, "promise " + format, std::string{"close"}})
            EXPECT_EQ(owner.run(line), "none");
    }
};

} // namespace

TEST(ClipboardPromises, Case346_AnOwnerThatDoesNotRenderIsAskedAgain)
{
    Promised promised{"1"};
    ASSERT_TRUE(promised.two.own->open(1));

    EXPECT_EQ(got(*promised.two.own, 1), "none");
    EXPECT_EQ(got(*promised.two.own, 1), "none");

    EXPECT_EQ(promised.owner.run("told"), "render 1, render 1");
}

TEST(ClipboardPromises, Case348_TheSourceOfAConversionIsRendered)
{
    Promised promised{"1"};
    ASSERT_EQ(promised.owner.run("renders 1 ab?"), "none");
    ASSERT_TRUE(promised.two.own->open(1));

    EXPECT_EQ(got(*promised.two.own, 13), QByteArray("a\0b\0\0\0", 6));

    EXPECT_EQ(promised.owner.run("told"), "render 1");
}

TEST(ClipboardPromises, Case349_WhoRendersCannotOpen)
{
    TwoSessions two;
    std::string error;
    two.ownWindow.onRender = [&](quint32) { error = win32ErrorOf(two.own->open(1)); };
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->setPromised(12));
    ASSERT_TRUE(two.own->close());
    ClipboardProgram reader{8};
    ASSERT_EQ(reader.run("open 8"), "none");

    EXPECT_EQ(reader.run("get 12"), "none");

    EXPECT_EQ(error, accessDenied);
}

TEST(ClipboardPromises, Case350_WhoRendersMaySetOthersFromAnotherThread)
{
    TwoSessions two;
    two.ownWindow.onRender = [&](quint32 format) {
        std::thread{[] {
            ClipboardSession there{Session::join().value()};
            EXPECT_EQ(win32ErrorOf(there.set(4, "table")), "none");
        }}.join();
        EXPECT_EQ(win32ErrorOf(two.own->set(format, "sound")), "none");
        EXPECT_EQ(win32ErrorOf(two.own->set(5, "more")), "none");
    };
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->setPromised(12));
    ASSERT_TRUE(two.own->close());
    ClipboardProgram reader{8};
    const quint32 before = two.own->sequenceNumber();
    ASSERT_EQ(reader.run("open 8"), "none");

    EXPECT_EQ(reader.run("get 12"), "sound");

    EXPECT_EQ(reader.run("get 4"), "table");
    EXPECT_EQ(reader.run("get 5"), "more");
    EXPECT_EQ(two.own->sequenceNumber(), before + 1); // The set of the other thread, which is a program here.
}

TEST(ClipboardPromises, Case351_PromisesThatAreNotKeptVanishWithTheWindow)
{
    Promised promised{"13"};
    EXPECT_EQ(promised.two.own->count(), 4);
    ASSERT_TRUE(promised.two.own->open(1));

    ASSERT_EQ(promised.owner.run("destroy"), "none");

    EXPECT_EQ(promised.two.own->count(), 1);
    EXPECT_THAT(enumerated(*promised.two.own), ElementsAre(16));
}

TEST(ClipboardPromises, Case352_WhatIsRenderedAtTheEndStays)
{
    Promised promised{"12"};
    ASSERT_EQ(promised.owner.run("renders 12 sound"), "none");

    ASSERT_EQ(promised.owner.run("destroy"), "none");

    EXPECT_EQ(promised.two.own->owner(), 0U);
    ASSERT_TRUE(promised.two.own->open(1));
    EXPECT_EQ(got(*promised.two.own, 12), "sound");
}

TEST(ClipboardPromises, Case354_ThePromisesOfAKilledProcessVanishVisibly)
{
    Promised promised{"12"};
    ASSERT_TRUE(promised.two.own->addListener(1));
    const quint32 before = promised.two.own->sequenceNumber();

    promised.owner.process().killHard();

    EXPECT_TRUE(soon([&] { return promised.two.own->sequenceNumber() == before + 1; }));
    EXPECT_TRUE(soon([&] { return !promised.two.ownWindow.told.empty(); }));
    EXPECT_THAT(promised.two.ownWindow.told, ElementsAre("update"));
    EXPECT_EQ(promised.two.own->count(), 0);
}

} // namespace tellwire::test
