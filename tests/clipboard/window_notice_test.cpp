// SPDX-License-Identifier: Apache-2.0
#include "clipboard/exact/window_notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// What programs tell each other about windows; a stranger may have written it.

namespace tellwire::exact::test {

namespace {

WindowNotice someNotice()
{
    return {
        .kind = WindowNotice::Kind::ChangeChain, .window = 7, .first = 8, .second = 9, .board = "clipboard"};
}

} // namespace

TEST(AWindowNotice, ComesAcross)
{
    const Result<WindowNotice> decoded = decodeNotice(encodeNotice(3, someNotice()));

    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, someNotice());
    EXPECT_TRUE(decodeDone(encodeDone(3)));
}

TEST(AWindowNotice, IsRefusedIfItIsCutShortOrTooLong)
{
    const transport::Message whole = encodeNotice(3, someNotice());

    for (qsizetype length = 0; length < whole.head.size(); ++length) {
        transport::Message cut = whole;
        cut.head.truncate(length);
        EXPECT_FALSE(decodeNotice(cut)) << length;
    }
    transport::Message longer = whole;
    longer.head.append('x');
    EXPECT_FALSE(decodeNotice(longer));
}

TEST(AWindowNotice, IsRefusedIfAFieldMeansNothing)
{
    const transport::Message whole = encodeNotice(3, someNotice());
    transport::Message kind = whole;
    kind.head[0] = 4;
    transport::Message flags = whole;
    flags.flags = 1;
    transport::Message payload = whole;
    payload.payload = "x";
    transport::Message done = encodeDone(3);
    done.head = "x";

    EXPECT_FALSE(decodeNotice(kind));
    EXPECT_FALSE(decodeNotice(flags));
    EXPECT_FALSE(decodeNotice(payload));
    EXPECT_FALSE(decodeDone(done));
}

} // namespace tellwire::exact::test
