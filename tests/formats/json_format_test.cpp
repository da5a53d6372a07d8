// SPDX-License-Identifier: Apache-2.0
#include "formats/json_format.h"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>

using namespace tellwire;
using namespace Qt::StringLiterals;
using nlohmann::json;

namespace {

struct Quote
{
    std::string symbol;
    double price = 0;

    friend bool operator==(const Quote &, const Quote &) = default;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Quote, symbol, price)

struct Picky
{};
void to_json(json &target, const Picky &) { target = "picky"; }
void from_json(const json &, Picky &) { throw std::out_of_range{"not good enough"}; }

} // namespace

template <>
struct tellwire::FormatOf<Quote> : JsonFormat<Quote, "application/x-quote+json">
{};
template <>
struct tellwire::FormatOf<Picky> : JsonFormat<Picky, "application/x-picky+json">
{};

namespace {

static_assert(Exchangeable<Quote>);
static_assert(Exchangeable<json>);

QByteArray nested(int depth) { return QByteArray(depth, '[') + QByteArray(depth, ']'); }

} // namespace

TEST(AJsonFormat, CarriesATypeOfYours)
{
    const Quote quote{"ZAXX", 12.5};

    const Payload payload = Payload::of(quote);

    EXPECT_EQ(payload.format().name(), u"application/x-quote+json"_s);
    EXPECT_EQ(payload.bytes(), R"({"price":12.5,"symbol":"ZAXX"})"_ba);
    EXPECT_EQ(payload.as<Quote>().value(), quote);
}

TEST(AJsonFormat, RefusesJsonOfAnotherShape)
{
    for (const QByteArray &bytes : {"{}"_ba, "[]"_ba, "null"_ba, R"({"symbol":1,"price":2})"_ba,
                                    R"({"symbol":"ZAXX","price":"dear"})"_ba}) {
        const Result<Quote> quote = FormatOf<Quote>::decode(bytes);
        ASSERT_FALSE(quote) << bytes.constData();
        EXPECT_EQ(quote.error().code, ErrorCode::BadData);
    }
}

TEST(AJsonFormat, TurnsWhateverReadingThrowsIntoBadData)
{
    const Result<Picky> picky = Payload::of(Picky{}).as<Picky>();

    ASSERT_FALSE(picky);
    EXPECT_EQ(picky.error(), (Error{ErrorCode::BadData, u"not good enough"_s}));
}

TEST(AJsonFormat, TakesNoZeroByteForTheEnd)
{
    const Result<json> hidden = parseJson("17\0\x95]"_ba);

    ASSERT_FALSE(hidden);
    EXPECT_EQ(hidden.error(), (Error{ErrorCode::BadData, u"the JSON has a zero byte at position 2"_s}));
    EXPECT_FALSE(parseJson("17\0"_ba));
}

TEST(Json, TravelsAsItself)
{
    const json value = {{"name", "Größe"}, {"values", {1, 2.5, nullptr, true}}};

    const Payload payload = Payload::of(value);

    EXPECT_EQ(payload.format(), Format::json());
    EXPECT_EQ(payload.as<json>().value(), value);
}

TEST(Json, ThatIsNoneIsBadData)
{
    for (const QByteArray &bytes : {""_ba, "{"_ba, "[1,]"_ba, "nul"_ba, "1 2"_ba, "\"\xFF\""_ba, "1e999"_ba,
                                    "]]"_ba, "{\"a\":}"_ba, "\"unfinished"_ba, "\"\\"_ba}) {
        const Result<json> value = parseJson(bytes);
        ASSERT_FALSE(value) << bytes.constData();
        EXPECT_EQ(value.error().code, ErrorCode::BadData);
        EXPECT_FALSE(value.error().detail.isEmpty());
    }
}

TEST(Json, MayNestAsDeepAsTheLimit)
{
    EXPECT_TRUE(parseJson(nested(maxJsonDepth)));
    EXPECT_FALSE(parseJson(nested(maxJsonDepth + 1)));
}

TEST(Json, MayHaveAnyNumberOfNeighbours)
{
    QByteArray bytes = "[";
    for (int index = 0; index < 10 * maxJsonDepth; ++index)
        bytes += "[{}],";
    bytes += "0]";

    EXPECT_TRUE(parseJson(bytes));
}

TEST(Json, DoesNotCountBracketsInStrings)
{
    const QByteArray brackets(2 * maxJsonDepth, '[');

    EXPECT_TRUE(parseJson('"' + brackets + '"'));
    EXPECT_TRUE(parseJson("\"\\\"" + brackets + '"'));
    EXPECT_FALSE(parseJson("[\"\\\\\"," + brackets));
}

TEST(Json, HasCommentsOnlyWherePeopleWriteIt)
{
    const QByteArray bytes = "// \"a [\n[1, /* \" */ 2] // the end";

    EXPECT_EQ(parseJson(bytes, JsonComments::Skipped).value(), json({1, 2}));
    EXPECT_EQ(parseJson(bytes).error().code, ErrorCode::BadData);
}

TEST(Json, NestsNoDeeperBehindComments)
{
    const QByteArray brackets(2 * maxJsonDepth, '[');
    const auto complaint = [](const QByteArray &bytes) {
        return parseJson(bytes, JsonComments::Skipped).error().detail.toStdString();
    };

    EXPECT_TRUE(parseJson("[] //" + brackets, JsonComments::Skipped));
    EXPECT_TRUE(parseJson("/*" + brackets + "*/ []", JsonComments::Skipped));
    EXPECT_THAT(complaint("// \"\n" + brackets), testing::HasSubstr("512 levels"));
    EXPECT_THAT(complaint("/* \" */" + brackets), testing::HasSubstr("512 levels"));
    EXPECT_THAT(complaint("/*/ \" */" + brackets), testing::HasSubstr("512 levels"));
}

TEST(Json, NeedsNoStackForNestingWithoutEnd)
{
    const QByteArray objects = QByteArray{"{\"a\":"}.repeated(1'000'000);

    EXPECT_EQ(parseJson(QByteArray(10'000'000, '[')).error().code, ErrorCode::BadData);
    EXPECT_EQ(parseJson(objects).error().code, ErrorCode::BadData);
    EXPECT_EQ(parseJson(QByteArray(1'000'000, ']') + QByteArray(1'000'000, '[')).error().code,
              ErrorCode::BadData);
}

TEST(Json, SaysWhatIsWrongInAShortSentence)
{
    const QByteArray token = '"' + QByteArray(100'000, 'x');

    EXPECT_LE(parseJson(token).error().detail.size(), 200);
}

TEST(Json, IsPrintedEvenIfAStringIsNotUtf8) { EXPECT_EQ(printJson(json("a\xFFz")), "\"a\xEF\xBF\xBDz\""_ba); }
