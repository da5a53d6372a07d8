// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/code_pages.h"
#include "clipboard/store/locale_ids.h"
#include "clipboard/store/synthesis.h"
#include "clipboard/store/transitions.h"
#include "formats/standard_formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Formats that the system makes of others (ddeml-semantics C6), as functions of a state.

namespace tellwire::store::test {

using ::testing::ElementsAre;

namespace {

Format number(quint16 value) { return *formatWithFixedNumber(value); }

constexpr quint16 text = 1;
constexpr quint16 oemText = 7;
constexpr quint16 unicodeText = 13;
constexpr quint16 locale = 16;

BoardState with(const QList<quint16> &numbers, StoredFormat::Kind kind = StoredFormat::Kind::Inline)
{
    BoardState state = emptied({}, {.peer = 1});
    for (const quint16 value : numbers)
        state = withFormat(std::move(state), {.format = number(value), .kind = kind});
    return state;
}

std::vector<int> numbersOf(const BoardState &state)
{
    std::vector<int> numbers;
    for (const StoredFormat &stored : state.formats)
        numbers.push_back(fixedNumber(stored.format).value_or(0));
    return numbers;
}

std::vector<int> closedWith(const QList<quint16> &numbers) { return numbersOf(closed(with(numbers), true)); }

/// What a text block becomes in another format, with the code pages of a locale.
QByteArray made(quint16 wanted, quint16 source, const QByteArray &bytes, quint32 localeId = 0x0407)
{
    BoardState state = with({source});
    state.locale = localeId;
    const Result<Payload> result = synthesise(closed(state, true), {number(source), bytes}, number(wanted));
    return result ? result->bytes() : "error: " + errorName(result.error().code).toUtf8();
}

QByteArray wide(QStringView units)
{
    return {reinterpret_cast<const char *>(units.utf16()), units.size() * 2};
}

quint32 closingCounts(const QList<quint16> &numbers)
{
    const BoardState open = with(numbers);
    return closed(open, true).sequence - open.sequence;
}

} // namespace

TEST(Synthesis, ListsTextFormatsBehindTheRealOnes)
{
    EXPECT_THAT(closedWith({text}), ElementsAre(1, 16, 7, 13));
    EXPECT_THAT(closedWith({oemText}), ElementsAre(7, 16, 1, 13));
    EXPECT_THAT(closedWith({unicodeText}), ElementsAre(13, 16, 1, 7));
    EXPECT_THAT(closedWith({unicodeText, text, oemText}), ElementsAre(13, 1, 7, 16));
}

TEST(Synthesis, ListsPicturesThoughItCannotMakeThem)
{
    EXPECT_THAT(closedWith({text, 14}), ElementsAre(1, 14, 16, 7, 13, 3));
    EXPECT_THAT(closedWith({14}), ElementsAre(14, 3));
    EXPECT_THAT(closedWith({3}), ElementsAre(3, 14));
    EXPECT_THAT(closedWith({2}), ElementsAre(2, 8, 17));
    EXPECT_THAT(closedWith({8}), ElementsAre(8, 2, 17));
    EXPECT_THAT(closedWith({17}), ElementsAre(17, 2, 8));
    EXPECT_FALSE(canSynthesise(number(2)));
    EXPECT_EQ(sourceOf(closed(with({17}), true), number(2)), number(17));
}

TEST(Synthesis, AddsNothingToOtherFormats)
{
    EXPECT_THAT(closedWith({12}), ElementsAre(12));
    EXPECT_EQ(closingCounts({12}), 0U);
}

TEST(Synthesis, CountsTheLocaleAndTheConversionsOnceEach)
{
    EXPECT_EQ(closingCounts({text}), 2U);
    EXPECT_EQ(closingCounts({text, 14}), 2U);
    EXPECT_EQ(closingCounts({text, oemText, unicodeText}), 1U);
    EXPECT_EQ(closingCounts({text, locale}), 1U);
    EXPECT_EQ(closingCounts({14}), 1U);
}

TEST(Synthesis, AddsNothingASecondTime)
{
    const BoardState once = closed(with({text}), true);

    const BoardState twice = closed(once, true);

    EXPECT_EQ(twice.sequence, once.sequence);
    EXPECT_EQ(twice.formats, once.formats);
}

TEST(Synthesis, TakesTheFirstSourceThatIsThere)
{
    const auto source = [](quint16 wanted, const QList<quint16> &numbers) {
        return sourceOf(closed(with(numbers), true), number(wanted));
    };

    EXPECT_EQ(source(oemText, {text, unicodeText}), number(unicodeText));
    EXPECT_EQ(source(text, {unicodeText, oemText}), number(oemText));
    EXPECT_EQ(source(unicodeText, {oemText, text}), number(text));
    EXPECT_EQ(source(unicodeText, {oemText}), number(oemText));
}

TEST(Synthesis, GoesWithThePromiseItWouldHaveBeenMadeOf)
{
    const BoardState promised = closed(with({unicodeText}, StoredFormat::Kind::Promised), true);

    const BoardState left = released(promised);

    EXPECT_THAT(numbersOf(promised), ElementsAre(13, 16, 1, 7));
    EXPECT_THAT(numbersOf(left), ElementsAre(16));
    EXPECT_EQ(left.sequence, promised.sequence + 1);
}

TEST(Synthesis, StaysIfThereIsAnotherSource)
{
    BoardState state = with({unicodeText}, StoredFormat::Kind::Promised);
    state = closed(withFormat(state, {.format = number(text), .kind = StoredFormat::Kind::Inline}), true);

    const BoardState left = released(state);

    EXPECT_THAT(numbersOf(left), ElementsAre(1, 16, 7));
    EXPECT_EQ(sourceOf(left, number(oemText)), number(text));
}

TEST(Synthesis, ConvertsWithTheCodePagesOfTheLocale)
{
    EXPECT_EQ(made(unicodeText, text,
                   "Gr\xFC\xDF"
                   "e",
                   0x0407),
              wide(u"Grüße"));
    EXPECT_EQ(made(oemText, text,
                   "Gr\xFC\xDF"
                   "e",
                   0x0407),
              "Gr\x81\xE1"
              "e");
    EXPECT_EQ(made(text, oemText,
                   "Gr\x81\xE1"
                   "e",
                   0x0407),
              "Gr\xFC\xDF"
              "e");
    EXPECT_EQ(made(text, unicodeText, wide(u"Привет"), 0x0419), "\xCF\xF0\xE8\xE2\xE5\xF2");
    EXPECT_EQ(made(oemText, unicodeText, wide(u"Привет"), 0x0419), "\x8F\xE0\xA8\xA2\xA5\xE2");
    EXPECT_EQ(made(unicodeText, text, "\x93\xFA", 0x0411), wide(u"日"));
}

TEST(Synthesis, UsesTheLocaleThatWasPutThere)
{
    BoardState state = with({text});
    state = withFormat(state, {.format = number(locale),
                               .kind = StoredFormat::Kind::Inline,
                               .bytes = QByteArray("\x19\x04\0\0", 4)});
    state = closed(state, true);

    const Result<Payload> result = synthesise(state, {number(text), "\xCF"}, number(unicodeText));

    EXPECT_THAT(numbersOf(state), ElementsAre(1, 16, 7, 13));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->bytes(), wide(u"П"));
}

TEST(Synthesis, NotesTheLocaleOfWhoSetTheText)
{
    BoardState state = with({text});
    state.locale = 0x0419;

    state = closed(state, true);

    ASSERT_TRUE(state.find(number(locale)));
    EXPECT_EQ(state.find(number(locale))->bytes, QByteArray("\x19\x04\0\0", 4));
}

TEST(Synthesis, ConvertsWhatLiesBehindTheTerminatorToo)
{
    EXPECT_EQ(made(unicodeText, text, QByteArray("a\0b\0", 4)), wide(QStringView{u"a\0b\0", 4}));
    EXPECT_EQ(made(text, unicodeText, wide(QStringView{u"a\0b\0", 4})), QByteArray("a\0b\0", 4));
}

TEST(Synthesis, MakesNothingOfLessThanOneUnit)
{
    EXPECT_EQ(made(text, unicodeText, "x"), "error: BadData");
    EXPECT_EQ(made(unicodeText, text, ""), "error: BadData");
    EXPECT_EQ(made(text, unicodeText, QByteArray("x\0y", 3)), "x"); // Half a unit at the end is none.
}

TEST(Synthesis, ReplacesWhatThePageLacks)
{
    EXPECT_EQ(made(text, unicodeText, wide(u"aПb😀c")), "a?b?c");
    EXPECT_EQ(made(text, unicodeText, wide(QString{u'a'} + QChar{0xD800} + u'b')), "a?b");
}

TEST(Synthesis, ShowsUtf8TextAsWin32Text)
{
    BoardState state = emptied({}, {.peer = 1});
    state = withFormat(state, {.format = Format::text(), .kind = StoredFormat::Kind::Inline});
    state.locale = 0x0407;

    const BoardState seen = withWin32Text(closed(state, true));
    const Result<Payload> result =
        synthesise(seen, {Format::text(), QStringLiteral("Grüße").toUtf8()}, number(text));

    EXPECT_THAT(numbersOf(seen), ElementsAre(0, 13, 16, 1, 7));
    EXPECT_EQ(sourceOf(seen, number(text)), Format::text());
    ASSERT_TRUE(result);
    EXPECT_EQ(result->bytes(), QByteArray("Gr\xFC\xDF"
                                          "e\0",
                                          6));
}

TEST(Synthesis, LeavesWin32TextAsItIs)
{
    BoardState state = with({text});
    state = closed(withFormat(state, {.format = Format::text(), .kind = StoredFormat::Kind::Inline}), true);

    EXPECT_EQ(withWin32Text(state), state);
    EXPECT_EQ(withWin32Text(closed(with({12}), true)).formats.size(), 1);
}

TEST(ACodePage, LetsEveryByteMeanSomething)
{
    QByteArray all;
    for (int byte = 0; byte < 256; ++byte)
        all.append(static_cast<char>(byte));

    for (const int page : {437, 720, 850, 866, 1250, 1251, 1252, 1254})
        EXPECT_EQ(encodeCodePage(page, decodeCodePage(page, all)), all) << page;
}

TEST(ACodePage, ThatTheLibraryLacksIsOurOwn)
{
    EXPECT_EQ(decodeCodePage(720, "a\xAB\xE9\x9F\xEA\x82"), QStringLiteral("aسلامé"));
    EXPECT_EQ(encodeCodePage(720, u"aسلامé"), "a\xAB\xE9\x9F\xEA\x82");
    EXPECT_EQ(encodeCodePage(720, u"Пa😀b"), "?a?b");
    EXPECT_EQ(made(oemText, unicodeText, wide(u"سلام"), 0x0401), "\xAB\xE9\x9F\xEA");
}

TEST(ACodePage, ConvertsLargeTexts)
{
    const QString text = QStringLiteral("Grüße €").repeated(200'000);

    EXPECT_EQ(decodeCodePage(1252, encodeCodePage(1252, text)), text);
}

TEST(ACodePage, ThatNobodyKnowsCountsAsWestern)
{
    EXPECT_EQ(decodeCodePage(12345, "\x80"), QStringLiteral("€"));
    EXPECT_EQ(encodeCodePage(12345, u"€"), "\x80");
}

TEST(ACodePage, MarksWhatIsNoCharacter)
{
    EXPECT_EQ(decodeCodePage(932, "a\x81"), QStringLiteral("a\uFFFD"));
    EXPECT_EQ(decodeCodePage(1253, "a\xAA"), QStringLiteral("a\uFFFD"));
}

TEST(ALocaleId, HasCodePagesOfItsOwnOrOfItsLanguage)
{
    EXPECT_EQ(codePagesOf(0x0409), (CodePages{1252, 437}));
    EXPECT_EQ(codePagesOf(0x0809), (CodePages{1252, 850}));
    EXPECT_EQ(codePagesOf(0x1407), (CodePages{1252, 850})); // Liechtenstein speaks German.
    EXPECT_EQ(codePagesOf(0x10407), (CodePages{1252, 850}));
    EXPECT_EQ(codePagesOf(0xFFFF), CodePages{});
}

} // namespace tellwire::store::test
