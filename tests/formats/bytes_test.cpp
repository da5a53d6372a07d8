// SPDX-License-Identifier: Apache-2.0
#include "formats/bytes.h"

#include "formats/lent_bytes.h"
#include "formats/payload.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace {

using namespace tellwire;

/// Lends its bytes, and counts.
class Owner
{
public:
    explicit Owner(QByteArray content) : bytes(std::move(content)) {}

    Bytes lend() { return Bytes{std::make_shared<const LentBytes>(bytes, std::make_unique<Lending>(*this))}; }

    QByteArray bytes;
    int copies = 0;
    bool isBack = false;

private:
    struct Lending final : Loan
    {
        explicit Lending(Owner &lender) : owner(lender) {}
        ~Lending() override { owner.isBack = true; }
        QByteArray copy() const override
        {
            ++owner.copies;
            return QByteArray{owner.bytes.constData(), owner.bytes.size()};
        }
        Owner &owner;
    };
};

TEST(OwnBytes, AreGivenAsTheyAre)
{
    const QByteArray own{"some text"};

    const Bytes bytes{own};

    EXPECT_EQ(bytes.array().constData(), own.constData());
    EXPECT_EQ(bytes.view().data(), own.constData());
    EXPECT_EQ(bytes.size(), own.size());
    EXPECT_FALSE(bytes.isLent());
}

TEST(LentBytes, AreLookedAtWhereTheyAre)
{
    Owner owner{"some text"};
    const Bytes bytes = owner.lend();

    const QByteArrayView view = bytes.view();

    EXPECT_EQ(view.data(), owner.bytes.constData());
    EXPECT_EQ(view.size(), owner.bytes.size());
    EXPECT_EQ(owner.copies, 0);
}

TEST(LentBytes, AreCopiedOnceForAllWhoShareThem)
{
    Owner owner{"some text"};
    const Payload first{Format::text(), owner.lend()};
    const Payload second = first;

    EXPECT_EQ(first.bytes(), "some text");
    EXPECT_EQ(second.bytes().constData(), first.bytes().constData());
    EXPECT_EQ(owner.copies, 1);
}

TEST(LentBytes, AreBackOnceTheyAreCopied)
{
    Owner owner{"some text"};
    const Bytes bytes = owner.lend();

    const QByteArray copy = bytes.array();
    owner.bytes.fill('x');

    EXPECT_TRUE(owner.isBack);
    EXPECT_EQ(bytes.view(), "some text");
}

TEST(LentBytes, AreNotTakenFromWhoLooksAtThem)
{
    Owner owner{"some text"};
    const Bytes bytes = owner.lend();
    const QByteArrayView view = bytes.view();

    const QByteArray copy = bytes.array();

    EXPECT_FALSE(owner.isBack);
    EXPECT_EQ(view, copy);
}

TEST(LentBytes, AreBackWhenTheLastWhoHoldsThemLetsGo)
{
    Owner owner{"some text"};
    Bytes first = owner.lend();
    Bytes second = first;

    first = {};
    const bool wasBackEarly = owner.isBack;
    second = {};

    EXPECT_FALSE(wasBackEarly);
    EXPECT_TRUE(owner.isBack);
}

TEST(LentBytes, EqualOthersWithTheSameContent)
{
    Owner owner{"some text"};

    EXPECT_EQ(owner.lend(), "some text");
    EXPECT_EQ(owner.lend(), owner.lend());
    EXPECT_NE(owner.lend(), "other text");
}

TEST(LentBytes, AreTakenApartAsACopy)
{
    Owner owner{"some text"};
    const Payload payload{Format::text(), owner.lend()};

    const Result<QString> text = payload.as<QString>();

    EXPECT_EQ(text.value(), QStringLiteral("some text"));
    EXPECT_EQ(owner.copies, 1);
}

TEST(LentBytes, AreSafeToCopyInSeveralThreads)
{
    Owner owner{QByteArray(100'000, 'x')};
    const Bytes bytes = owner.lend();
    std::vector<std::thread> threads;
    std::vector<QByteArray> copies(4);

    for (QByteArray &copy : copies)
        threads.emplace_back([&copy, bytes] { copy = bytes.array(); });
    for (std::thread &thread : threads)
        thread.join();

    for (const QByteArray &copy : copies)
        EXPECT_EQ(copy.constData(), bytes.array().constData());
    EXPECT_EQ(owner.copies, 1);
}

} // namespace
