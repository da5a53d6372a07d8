// SPDX-License-Identifier: Apache-2.0
#include "formats/format_registry.h"
#include "formats/json_format.h"

#include <gmock/gmock.h>

#include <string>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

struct Quote
{
    std::string symbol;
    double price = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Quote, symbol, price)

const Format a{u"x/a"_s};
const Format b{u"x/b"_s};
const Format c{u"x/c"_s};
const Format d{u"x/d"_s};
const Format e{u"x/e"_s};

constexpr ConversionOptions lossy{.loss = Loss::Lossy};

Result<QByteArray> same(const QByteArray &bytes) { return bytes; }

Converter saying(const QByteArray &word)
{
    return [word](const QByteArray &) -> Result<QByteArray> { return word; };
}

/// The formats on the best way; empty if there is none.
QList<Format> way(const FormatRegistry &registry, const Format &from, const Format &to)
{
    const std::optional<Conversion> conversion = registry.chain(from, to);
    return conversion ? conversion->path() : QList<Format>{};
}

} // namespace

template <>
struct tellwire::FormatOf<Quote> : JsonFormat<Quote, "application/x-quote+json">
{};

TEST(AChain, IsEmptyWhereNothingLeads)
{
    FormatRegistry registry;
    registry.addConversion(a, b, same);

    EXPECT_EQ(registry.chain(b, a), std::nullopt);
    EXPECT_EQ(registry.chain(a, c), std::nullopt);
}

TEST(AChain, FromAFormatToItselfIsAnIdentity)
{
    const FormatRegistry registry;

    EXPECT_TRUE(registry.chain(a, Format{u"X/A"_s})->isIdentity());
}

TEST(AChain, TakesTheCheapestWay)
{
    FormatRegistry registry;
    registry.addConversion(a, d, same, {.cost = 10});
    registry.addConversion(a, b, same, {.cost = 3});
    registry.addConversion(b, c, same, {.cost = 3});
    registry.addConversion(c, d, same, {.cost = 3});

    EXPECT_EQ(way(registry, a, d), (QList{a, b, c, d}));
}

TEST(AChain, TakesTheShorterOfTwoWaysAtTheSameCost)
{
    FormatRegistry registry;
    registry.addConversion(a, b, same);
    registry.addConversion(b, d, same);
    registry.addConversion(a, d, same, {.cost = 2});

    EXPECT_EQ(way(registry, a, d), (QList{a, d}));
}

TEST(AChain, CountsStepsEvenIfTheyCostNothing)
{
    FormatRegistry registry;
    registry.addConversion(a, b, same, {.cost = 0});
    registry.addConversion(b, d, same, {.cost = 0});
    registry.addConversion(a, d, same, {.cost = 0});

    EXPECT_EQ(way(registry, a, d), (QList{a, d}));
}

TEST(AChain, TakesTheWayThatWasAddedFirstIfNothingElseTells)
{
    FormatRegistry registry;
    registry.addConversion(c, d, same);
    registry.addConversion(a, c, same);
    registry.addConversion(a, b, same);
    registry.addConversion(b, d, same);
    FormatRegistry other;
    other.addConversion(c, d, same);
    other.addConversion(a, b, same);
    other.addConversion(b, d, same);
    other.addConversion(a, c, same);

    EXPECT_EQ(way(registry, a, d), (QList{a, c, d}));
    EXPECT_EQ(way(other, a, d), (QList{a, b, d}));
}

TEST(AChain, TakesADearWayWithoutLossBeforeACheapOneWithLoss)
{
    FormatRegistry registry;
    registry.addConversion(a, d, same, lossy);
    registry.addConversion(a, b, same, {.cost = 100});
    registry.addConversion(b, d, same, {.cost = 100});

    EXPECT_EQ(way(registry, a, d), (QList{a, b, d}));
    EXPECT_EQ(registry.chain(a, d)->loss(), Loss::None);
}

TEST(AChain, WithLossIsTheCheapestOfAllEvenIfPartOfItNeedNotLose)
{
    FormatRegistry registry;
    registry.addConversion(a, b, same, {.cost = 10});
    registry.addConversion(a, b, same, {.cost = 10});
    registry.addConversion(a, c, same, lossy);
    registry.addConversion(c, b, same);
    registry.addConversion(b, d, same, lossy);

    EXPECT_EQ(way(registry, a, b), (QList{a, b}));
    EXPECT_EQ(way(registry, a, d), (QList{a, c, b, d}));
    EXPECT_EQ(registry.chain(a, d)->loss(), Loss::Lossy);
}

TEST(AChain, IsFoundThoughStepsLeadInCircles)
{
    FormatRegistry registry;
    registry.addConversion(a, b, same, {.cost = 0});
    registry.addConversion(b, a, same, {.cost = 0});
    registry.addConversion(b, c, same);

    EXPECT_EQ(way(registry, a, c), (QList{a, b, c}));
    EXPECT_EQ(way(registry, c, a), QList<Format>{});
}

TEST(AChain, OutlivesItsRegistry)
{
    auto registry = std::make_unique<FormatRegistry>();
    registry->addConversion(a, b, saying("done"));
    const std::optional<Conversion> conversion = registry->chain(a, b);

    registry.reset();

    EXPECT_EQ(conversion->apply({a, {}}).value(), Payload(b, "done"));
}

TEST(AFormatRegistry, TakesTheLaterOfTwoStepsForTheSamePair)
{
    FormatRegistry registry;
    registry.addConversion(a, b, saying("earlier"));
    registry.addConversion(Format{u"X/A"_s}, b, saying("later"));

    EXPECT_EQ(registry.convert({a, {}}, b)->bytes(), "later");
}

TEST(AFormatRegistry, IsAValue)
{
    FormatRegistry registry;
    registry.addConversion(a, b, same);
    FormatRegistry copy = registry;

    copy.addConversion(b, c, same);

    EXPECT_EQ(registry.reachableFrom(a), QList{b});
    EXPECT_EQ(copy.reachableFrom(a), (QList{b, c}));
}

TEST(AFormatRegistry, ListsWhatCanBeReachedWithoutLossFirstAndNearestFirst)
{
    FormatRegistry registry;
    registry.addConversion(a, e, same, lossy);
    registry.addConversion(a, b, same, {.cost = 5});
    registry.addConversion(a, c, same);
    registry.addConversion(c, d, same);
    registry.addConversion(d, a, same);

    EXPECT_EQ(registry.reachableFrom(a), (QList{c, d, b, e}));
    EXPECT_EQ(registry.reachableFrom(e), QList<Format>{});
}

TEST(AFormatRegistry, SaysWhatItCannotConvert)
{
    const Result<Payload> converted = FormatRegistry{}.convert({a, {}}, b);

    ASSERT_FALSE(converted);
    EXPECT_EQ(converted.error().code, ErrorCode::FormatNotOffered);
    EXPECT_THAT(converted.error().detail.toStdString(), testing::HasSubstr("x/a"));
}

TEST(AFormatRegistry, ConvertsTypes)
{
    FormatRegistry registry;
    registry.addConversion<Quote, QString>([](const Quote &quote) {
        return u"%1 %2"_s.arg(QString::fromStdString(quote.symbol)).arg(quote.price);
    });

    const Result<Payload> text = registry.convert(Payload::of(Quote{"ZAXX", 12.5}), Format::text());
    const Result<Payload> nonsense = registry.convert({formatOf<Quote>(), "{"}, Format::text());

    EXPECT_EQ(text->as<QString>().value(), u"ZAXX 12.5"_s);
    EXPECT_EQ(nonsense.error().code, ErrorCode::BadData);
}

namespace {

/// a becomes b without loss, and c with loss; d is dear to make of c.
FormatRegistry negotiatingRegistry()
{
    FormatRegistry registry;
    registry.addConversion(a, b, same);
    registry.addConversion(a, c, same, lossy);
    registry.addConversion(c, d, same, {.cost = 7});
    registry.addConversion(b, e, same);
    return registry;
}

} // namespace

TEST(Negotiation, TakesTheFirstWantedFormatThatIsOfferedAsItIs)
{
    const auto agreement = negotiatingRegistry().negotiate({b, d, c}, {a, c, d});

    EXPECT_EQ(agreement->delivered, d);
    EXPECT_EQ(agreement->source, d);
    EXPECT_TRUE(agreement->conversion.isIdentity());
}

TEST(Negotiation, ConvertsWithoutLossIfNothingIsOfferedAsItIs)
{
    const auto agreement = negotiatingRegistry().negotiate({d, b}, {a});

    EXPECT_EQ(agreement->delivered, b);
    EXPECT_EQ(agreement->source, a);
    EXPECT_EQ(agreement->conversion.path(), (QList{a, b}));
}

TEST(Negotiation, LosesSomethingOnlyIfNothingElseIsLeft)
{
    const auto agreement = negotiatingRegistry().negotiate({d, c}, {a});

    EXPECT_EQ(agreement->delivered, d);
    EXPECT_EQ(agreement->conversion.path(), (QList{a, c, d}));
    EXPECT_EQ(agreement->conversion.loss(), Loss::Lossy);
}

TEST(Negotiation, ConvertsFromTheOfferThatIsCheapest)
{
    EXPECT_EQ(negotiatingRegistry().negotiate({e}, {a, b})->source, b);
    EXPECT_EQ(negotiatingRegistry().negotiate({d}, {a, c})->source, c);
}

TEST(Negotiation, ConvertsFromTheRicherOfTwoOffersAtTheSameCost)
{
    FormatRegistry registry;
    registry.addConversion(a, c, same);
    registry.addConversion(b, c, same);

    EXPECT_EQ(registry.negotiate({c}, {a, b})->source, a);
    EXPECT_EQ(registry.negotiate({c}, {b, a})->source, b);
}

TEST(Negotiation, TakesWhatTheServerOffersFirstIfTheClientDoesNotCare)
{
    const auto agreement = negotiatingRegistry().negotiate({}, {c, a});

    EXPECT_EQ(agreement->delivered, c);
    EXPECT_TRUE(agreement->conversion.isIdentity());
}

TEST(Negotiation, FailsIfNothingFits)
{
    EXPECT_EQ(negotiatingRegistry().negotiate({a}, {b, c}), std::nullopt);
    EXPECT_EQ(negotiatingRegistry().negotiate({a}, {}), std::nullopt);
    EXPECT_EQ(negotiatingRegistry().negotiate({}, {}), std::nullopt);
}
