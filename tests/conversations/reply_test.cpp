// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/reply.h"

#include "dde/transport/reply_promise.h"
#include "tests/conversations/two_programs.h"

namespace tellwire::test {

namespace {

Task await(Reply<int> reply, std::optional<Result<int>> &result) { result = co_await reply; }

Task askTwice(Conversation &talk, QList<ErrorCode> &codes)
{
    codes.append(codeOf(co_await talk.request("ZAXX"_item)));
    codes.append(codeOf(co_await talk.request("ACME"_item)));
}

Task follow(AdviseLink &link, QByteArrayList &values, std::optional<Error> &end)
{
    while (true) {
        const Result<Update> update = co_await link.next();
        if (!update) {
            end = update.error();
            co_return;
        }
        values.append(update->value.bytes());
    }
}

} // namespace

TEST(AReply, ResumesWhoAwaitsItInsideTheFinish)
{
    const ReplyPromise<int> promise;
    std::optional<Result<int>> result;
    await(promise.reply(), result);
    EXPECT_FALSE(result);

    promise.finish(42);

    EXPECT_EQ(result, Result<int>{42});
}

TEST(AReply, FinishesWithClosedIfItsPromiseGoes)
{
    std::optional<Result<int>> result;
    {
        const ReplyPromise<int> promise;
        await(promise.reply(), result);
    }

    ASSERT_TRUE(result);
    EXPECT_EQ(codeOf(*result), ErrorCode::Closed);
}

TEST(AReply, KeepsItsFirstOutcome)
{
    const ReplyPromise<int> promise;
    const Reply<int> reply = promise.reply();

    promise.finish(1);
    promise.finish(2);
    reply.cancel();

    EXPECT_EQ(reply.result(), Result<int>{1});
}

TEST(AReply, ForgetsAContextThatIsGone)
{
    const ReplyPromise<int> promise;
    bool isCalled = false;
    auto context = std::make_unique<QObject>();
    promise.reply().then(context.get(), [&](const Result<int> &) { isCalled = true; });

    context.reset();
    promise.finish(1);

    EXPECT_FALSE(isCalled);
}

TEST(AReply, CallsBackWhileItsContextLives)
{
    const ReplyPromise<int> promise;
    const QObject context;
    int value = 0;
    promise.reply().then(const_cast<QObject *>(&context),
                         [&](const Result<int> &result) { value = *result; });

    promise.finish(3);

    EXPECT_EQ(value, 3);
}

TEST(AReply, RunsAllThatWaitForItInTheirOrder)
{
    const ReplyPromise<int> promise;
    const Reply<int> reply = promise.reply();
    QList<int> order;
    for (int place = 1; place <= 3; ++place)
        reply.then([&order, place](const Result<int> &result) { order.append(*result + place); });

    promise.finish(10);
    reply.then([&order](const Result<int> &result) { order.append(*result + 4); });

    EXPECT_EQ(order, (QList{11, 12, 13, 14}));
}

TEST(AReply, OutlivesWhatWaitsForIt)
{
    auto promise = std::make_unique<ReplyPromise<int>>();
    std::optional<Reply<int>> reply = promise->reply();
    QList<int> values;
    const auto letGo = [&](const Result<int> &result) {
        promise.reset();
        reply.reset();
        values.append(*result);
    };
    reply->then(letGo);
    reply->then([&](const Result<int> &result) { values.append(*result); });

    promise->finish(5);

    EXPECT_EQ(values, (QList{5, 5}));
}

TEST(AReply, TakesWhatCannotBeCopied)
{
    const ReplyPromise<int> promise;
    int sum = 0;
    promise.reply().then(
        [&sum, one = std::make_unique<int>(1)](const Result<int> &result) { sum = *one + *result; });

    promise.finish(2);

    EXPECT_EQ(sum, 3);
}

TEST(AReply, FinishesTheFuturesMadeOfIt)
{
    const ReplyPromise<int> promise;
    const Reply<int> reply = promise.reply();
    const QFuture<Result<int>> before = reply.future();
    EXPECT_FALSE(before.isFinished());

    promise.finish(6);
    const QFuture<Result<int>> after = reply.future();

    ASSERT_TRUE(before.isFinished() && after.isFinished());
    EXPECT_EQ(before.result(), Result<int>{6});
    EXPECT_EQ(after.result(), Result<int>{6});
}

TEST(AReply, IsGivenUpByWhoHoldsIt)
{
    const ReplyPromise<int> promise;
    const Reply<int> reply = promise.reply();

    reply.cancel();

    EXPECT_EQ(codeOf(reply.result()), ErrorCode::Closed);
    EXPECT_TRUE(promise.isFinished());
}

TEST(AReply, IsWaitedForOnlySoLong)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    const ReplyPromise<int> promise;

    EXPECT_EQ(codeOf(waitFor(promise.reply(), 1ms)), ErrorCode::TimedOut);
}

TEST(ACoroutine, AsksOneAfterTheOther)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    QList<ErrorCode> codes;

    askTwice(*programs.talk, codes);

    ASSERT_TRUE(eventually([&] { return codes.size() == 2; }, serveSessions));
    EXPECT_EQ(codes, (QList{ErrorCode{}, ErrorCode::NoSuchItem}));
}

TEST(ACoroutine, ResumesWithClosedIfItsConversationIsDestroyed)
{
    TwoPrograms programs;
    std::optional<Result<Update>> answer;
    const auto ask = [](Conversation &talk, std::optional<Result<Update>> &result) -> Task {
        result = co_await talk.request("ZAXX"_item);
    };
    ask(*programs.talk, answer);

    programs.talk.reset();

    ASSERT_TRUE(answer);
    EXPECT_EQ(codeOf(*answer), ErrorCode::Closed);
}

TEST(ACoroutine, FollowsALinkToItsEnd)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.pace = LinkPace::EveryUpdate}};
    QByteArrayList values;
    std::optional<Error> end;
    follow(link, values, end);
    ASSERT_TRUE(eventually([&] { return values.size() == 1; }, serveSessions));

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("3"));
    programs.nyse.removeItem("ZAXX"_item);

    ASSERT_TRUE(eventually([&] { return end.has_value(); }, serveSessions));
    EXPECT_EQ(values, (QByteArrayList{"1", "2", "3"}));
    EXPECT_EQ(end->code, ErrorCode::NoSuchItem);
}

} // namespace tellwire::test
