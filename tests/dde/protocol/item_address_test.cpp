// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/item_address.h"

#include <gmock/gmock.h>

#include <random>

using namespace tellwire;
using testing::HasSubstr;

namespace {

QString randomName(std::mt19937 &random, QStringView alphabet)
{
    QString name;
    const auto length = 1 + random() % 6;
    for (unsigned index = 0; index < length; ++index)
        name += alphabet[static_cast<qsizetype>(random() % static_cast<unsigned>(alphabet.size()))];
    return name;
}

template <typename Address>
std::string complaintAbout(const char *text)
{
    const Result<Address> address = Address::parse(QString::fromUtf8(text));
    return address ? std::string{} : address.error().detail.toStdString();
}

} // namespace

TEST(AnItemAddress, IsReadFromText)
{
    const Result<ItemAddress> address = ItemAddress::parse(QStringLiteral("Quotes|NYSE!ZAXX"));

    ASSERT_TRUE(address);
    EXPECT_EQ(*address, (ItemAddress{"Quotes"_service, "NYSE"_topic, "ZAXX"_item}));
}

TEST(AnItemAddress, IsWrittenWithoutQuotesWhereItNeedsNone)
{
    const ItemAddress address{"Excel"_service, "[Budget.xls]Sheet 1"_topic, "R1C1:R2C2"_item};

    EXPECT_EQ(address.toString(), QStringLiteral("Excel|[Budget.xls]Sheet 1!R1C1:R2C2"));
}

TEST(AnItemAddress, QuotesNamesThatContainSeparatorsOrQuotes)
{
    const ItemAddress address{"a|b"_service, "wow!"_topic, "it's"_item};

    EXPECT_EQ(address.toString(), QStringLiteral("'a|b'|'wow!'!'it''s'"));
}

TEST(AnItemAddress, IsReadWithAnyNameInQuotes)
{
    const Result<ItemAddress> address = ItemAddress::parse(QStringLiteral("'Quotes'|'NY''SE!'!'ZAXX'"));

    ASSERT_TRUE(address);
    EXPECT_EQ(*address, (ItemAddress{"Quotes"_service, "NY'SE!"_topic, "ZAXX"_item}));
}

TEST(AnItemAddress, LeavesAnApostropheInsideABareNameAlone)
{
    const Result<ItemAddress> address = ItemAddress::parse(QStringLiteral("O'Brien's|T!I"));

    ASSERT_TRUE(address);
    EXPECT_EQ(address->service, "O'Brien's"_service);
}

TEST(AnItemAddress, SurvivesBeingWrittenAndReadWhateverTheNames)
{
    std::mt19937 random{1};
    for (int round = 0; round < 20'000; ++round) {
        const QString service = randomName(random, u"aB|!' \u00e9");
        const QString topic = randomName(random, u"aB|!' /\\");
        const QString item = randomName(random, u"aB|!' \u00df");
        const ItemAddress address{ServiceName{service}, TopicName{topic}, ItemName{item}};

        const Result<ItemAddress> again = ItemAddress::parse(address.toString());

        ASSERT_TRUE(again) << address.toString().toStdString() << ": " << again.error().detail.toStdString();
        ASSERT_EQ(again->service.text(), service);
        ASSERT_EQ(again->topic.text(), topic);
        ASSERT_EQ(again->item.text(), item);
    }
}

TEST(AnItemAddress, MeansOneThingOnlyHoweverItIsSpelled)
{
    std::mt19937 random{2};
    for (int round = 0; round < 20'000; ++round) {
        const QString text =
            randomName(random, u"a|!'") + randomName(random, u"b|!'") + randomName(random, u"c|!'");
        const Result<PartialAddress> address = PartialAddress::parse(text);
        if (!address)
            continue;

        const Result<PartialAddress> again = PartialAddress::parse(address->toString());

        ASSERT_TRUE(again) << text.toStdString();
        ASSERT_EQ(*again, *address) << text.toStdString();
    }
}

TEST(AnItemAddress, SaysWhatIsMissing)
{
    EXPECT_THAT(complaintAbout<ItemAddress>("Quotes|NYSE"), HasSubstr("names no item"));
    EXPECT_THAT(complaintAbout<ItemAddress>("Quotes"), HasSubstr("names no item"));
    EXPECT_THAT(complaintAbout<ItemAddress>("Quotes|NYSE!"), HasSubstr("An item name must not be empty"));
    EXPECT_THAT(complaintAbout<ItemAddress>("|NYSE!ZAXX"), HasSubstr("A service name must not be empty"));
    EXPECT_THAT(complaintAbout<ItemAddress>(""), HasSubstr("A service name must not be empty"));
    EXPECT_THAT(complaintAbout<ItemAddress>("Quotes|'NYSE!ZAXX"), HasSubstr("the closing ' is missing"));
}

TEST(AnItemAddress, SaysWhereItWentWrong)
{
    EXPECT_THAT(complaintAbout<ItemAddress>("Quotes!ZAXX"),
                HasSubstr("at character 7, a | and a topic are expected"));
    EXPECT_THAT(complaintAbout<ItemAddress>("Quotes|NYSE|ZAXX"),
                HasSubstr("at character 12, a ! and an item are expected"));
    EXPECT_THAT(complaintAbout<ItemAddress>("Quotes|NYSE!ZAXX!x"),
                HasSubstr("at character 17, the address should end"));
    EXPECT_THAT(complaintAbout<ItemAddress>("'Quotes'x|NYSE!ZAXX"), HasSubstr("at character 9"));
}

TEST(ATopicAddress, IsReadAndWritten)
{
    const Result<TopicAddress> address = TopicAddress::parse(QStringLiteral("Quotes|'NY!SE'"));

    ASSERT_TRUE(address);
    EXPECT_EQ(*address, (TopicAddress{"Quotes"_service, "NY!SE"_topic}));
    EXPECT_EQ(address->toString(), QStringLiteral("Quotes|'NY!SE'"));
}

TEST(ATopicAddress, TakesNoItem)
{
    EXPECT_THAT(complaintAbout<TopicAddress>("Quotes|NYSE!ZAXX"),
                HasSubstr("names an item where a topic is meant"));
    EXPECT_THAT(complaintAbout<TopicAddress>("Quotes"), HasSubstr("names no topic"));
}

TEST(APartialAddress, EndsWhereTheUserStopped)
{
    const Result<PartialAddress> service = PartialAddress::parse(QStringLiteral("Quotes"));
    const Result<PartialAddress> topic = PartialAddress::parse(QStringLiteral("Quotes|NYSE"));
    const Result<PartialAddress> item = PartialAddress::parse(QStringLiteral("Quotes|NYSE!ZAXX"));

    EXPECT_EQ(service.value(), (PartialAddress{"Quotes"_service, {}, {}}));
    EXPECT_EQ(topic.value(), (PartialAddress{"Quotes"_service, "NYSE"_topic, {}}));
    EXPECT_EQ(item.value(), (PartialAddress{"Quotes"_service, "NYSE"_topic, "ZAXX"_item}));
}
