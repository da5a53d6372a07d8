// SPDX-License-Identifier: Apache-2.0
#include "formats/result.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

const Error busy{ErrorCode::Busy, u"try later"_s};

Result<std::unique_ptr<const std::string>> makeUnique()
{
    return std::make_unique<std::string>("only one"); // Of another type than the result's.
}

Result<int> half(int number)
{
    if (number % 2 != 0)
        return Error{ErrorCode::BadData, u"odd"_s};
    return number / 2;
}

static_assert(!std::is_default_constructible_v<Result<int>>, "a result says something");
static_assert(!std::is_convertible_v<Result<int>, bool>, "only on purpose");
static_assert(std::is_nothrow_move_constructible_v<Result<std::string>>);
static_assert(!std::is_constructible_v<Result<int>, const char *>);

} // namespace

TEST(AResult, HoldsAValue)
{
    const Result<int> result = 42;

    EXPECT_TRUE(result.has_value());
    EXPECT_TRUE(static_cast<bool>(result));
    EXPECT_EQ(result.value(), 42);
    EXPECT_EQ(*result, 42);
}

TEST(AResult, HoldsAnError)
{
    const Result<int> result = busy;

    EXPECT_FALSE(result.has_value());
    EXPECT_FALSE(static_cast<bool>(result));
    EXPECT_EQ(result.error(), busy);
}

TEST(AResult, ThrowsWhenTheSideThatIsNotThereIsRead)
{
    const Result<int> failure = busy;
    const Result<int> success = 1;

    EXPECT_THROW((void)failure.value(), std::bad_variant_access);
    EXPECT_THROW((void)success.error(), std::bad_variant_access);
}

TEST(AResult, CanBeChangedInPlace)
{
    Result<std::string> result = std::string{"quote"};

    result->append("s");
    *result += "!";

    EXPECT_EQ(result.value(), "quotes!");
}

TEST(AResult, GivesUpAValueThatCannotBeCopied)
{
    Result<std::unique_ptr<const std::string>> result = makeUnique();

    const std::unique_ptr<const std::string> taken = std::move(result).value();

    EXPECT_EQ(*taken, "only one");
}

TEST(AResult, TakesWhatItsValueTakes)
{
    const Result<std::optional<int>> nothing = std::nullopt;
    const Result<std::vector<int>> braces = {{1, 2, 3}};

    EXPECT_TRUE(nothing.has_value());
    EXPECT_EQ(braces->size(), 3U);
}

TEST(AResult, FallsBackOnlyWhenItFailed)
{
    EXPECT_EQ(Result<int>{1}.value_or(2), 1);
    EXPECT_EQ(Result<int>{busy}.value_or(2), 2);
}

TEST(AResult, GoesOnWithItsValue) { EXPECT_EQ(half(8).and_then(half), Result<int>{2}); }

TEST(AResult, StopsAtTheFirstError)
{
    int calls = 0;

    const Result<int> result = half(7).and_then([&calls](int number) {
        ++calls;
        return half(number);
    });

    EXPECT_EQ(result.error().detail, u"odd"_s);
    EXPECT_EQ(calls, 0);
}

TEST(AResult, TransformsItsValueAndKeepsItsError)
{
    const auto toText = [](int number) { return std::to_string(number); };

    EXPECT_EQ(half(8).transform(toText).value(), "4");
    EXPECT_EQ(half(7).transform(toText).error().detail, u"odd"_s);
}

TEST(AResult, EqualsAnotherOfTheSameOutcome)
{
    EXPECT_EQ(Result<int>{1}, Result<int>{1});
    EXPECT_NE(Result<int>{1}, Result<int>{2});
    EXPECT_NE(Result<int>{1}, Result<int>{busy});
}

TEST(AResultOfNothing, IsASuccessUntilItHoldsAnError)
{
    const Result<void> success;
    const Result<void> failure = busy;

    EXPECT_TRUE(success.has_value());
    EXPECT_TRUE(static_cast<bool>(success));
    EXPECT_FALSE(failure.has_value());
    EXPECT_EQ(failure.error(), busy);
    EXPECT_NE(success, failure);
}

TEST(AResultOfNothing, GoesOnOnlyAfterSuccess)
{
    EXPECT_EQ(Result<void>{}.and_then([] { return half(4); }), Result<int>{2});
    EXPECT_EQ(Result<void>{busy}.and_then([] { return half(4); }), Result<int>{busy});
}
