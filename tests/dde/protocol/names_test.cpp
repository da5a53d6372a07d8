// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/names.h"

#include <QLocale>
#include <QSet>

#include <gmock/gmock.h>

#include <algorithm>
#include <type_traits>

using namespace tellwire;
using testing::HasSubstr;

namespace {

template <typename AnyName>
std::string complaintAbout(const QString &text)
{
    const Result<AnyName> name = AnyName::fromUserText(text);
    return name ? std::string{} : name.error().detail.toStdString();
}

} // namespace

TEST(AName, KeepsItsSpelling) { EXPECT_EQ("Quotes"_service.text(), QStringLiteral("Quotes")); }

TEST(AName, IsComparedWithoutRegardToCase)
{
    EXPECT_EQ("Quotes"_service, "QUOTES"_service);
    EXPECT_NE("Quotes"_service, "Quote"_service);
}

TEST(AName, IsComparedAsAWhole)
{
    EXPECT_NE("ZAXX"_item, "ZAXX "_item);
    EXPECT_NE("ZAXX"_item, "ZAX"_item);
}

TEST(AName, IsComparedByWhatIsReadNotByHowItIsEncoded)
{
    EXPECT_EQ("Caf\u00e9"_topic, "CAFE\u0301"_topic);
    EXPECT_EQ("\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2"_topic,
              "\u03a3\u038a\u03a3\u03a5\u03a6\u039f\u03a3"_topic);
    EXPECT_NE("Cafe"_topic, "Caf\u00e9"_topic);
    EXPECT_NE("Stra\u00dfe"_topic, "STRASSE"_topic);
}

TEST(AName, IsTheSameFromALiteralAndFromText)
{
    const QString marked = QStringLiteral(u"\uFEFFZAXX");

    EXPECT_EQ("\uFEFFZAXX"_item.text(), marked);
    EXPECT_EQ("\uFEFFZAXX"_item, ItemName{marked});
    EXPECT_EQ("\uFEFFZAXX"_topic, TopicName{marked});
    EXPECT_EQ("\uFEFFZAXX"_service, ServiceName{marked});
    EXPECT_NE("\uFEFFZAXX"_item, "ZAXX"_item);
}

TEST(AName, IsFoldedTheSameInEveryLocale)
{
    const QByteArray key = foldedKey(QStringLiteral("TITLE"));

    QLocale::setDefault(QLocale{QLocale::Turkish});
    const QByteArray keyInTurkish = foldedKey(QStringLiteral("TITLE"));
    QLocale::setDefault(QLocale::system());

    EXPECT_EQ(keyInTurkish, key);
    EXPECT_EQ(key, QByteArray("title"));
}

TEST(AName, HasAKeyThatDoesNotChangeWhenFoldedAgain)
{
    for (char32_t character = 1; character < 0x30000; ++character) {
        if (QChar::isSurrogate(character))
            continue;
        const QByteArray key = foldedKey(QString::fromUcs4(&character, 1));
        ASSERT_EQ(foldedKey(QString::fromUtf8(key)), key) << "character " << static_cast<unsigned>(character);
    }
}

TEST(AName, FindsItselfInASetWhateverTheCase)
{
    const QSet<ItemName> items{"ZAXX"_item, "zaxx"_item, "YBAR"_item};

    EXPECT_EQ(items.size(), 2);
    EXPECT_TRUE(items.contains("Zaxx"_item));
}

TEST(AName, IsOrderedByItsKey)
{
    QList<ItemName> items{"b"_item, "C"_item, "A"_item};

    std::sort(items.begin(), items.end());

    EXPECT_EQ(items, (QList<ItemName>{"a"_item, "B"_item, "c"_item}));
}

TEST(AName, IsEmptyWhenMadeFromNothing)
{
    EXPECT_TRUE(TopicName{}.isEmpty());
    EXPECT_NE(TopicName{}, "NYSE"_topic);
}

TEST(AName, CannotBeMistakenForAnotherKindOfName)
{
    EXPECT_FALSE((std::is_convertible_v<ServiceName, TopicName>));
    EXPECT_FALSE((std::is_convertible_v<QString, ItemName>));
}

TEST(AUsersName, MayHave255Characters)
{
    EXPECT_TRUE(ItemName::fromUserText(QString(255, u'x')));
    EXPECT_THAT(complaintAbout<ItemName>(QString(256, u'x')), HasSubstr("longer than 255 characters"));
}

TEST(AUsersName, MustNotBeEmpty)
{
    EXPECT_THAT(complaintAbout<ServiceName>(QString{}), HasSubstr("A service name must not be empty"));
}

TEST(AUsersName, HasNoZeroCharacter)
{
    EXPECT_THAT(complaintAbout<TopicName>(QString{QChar{u'a'}} + QChar{}),
                HasSubstr("zero character: cut it at position 1"));
}

TEST(AUsersName, HasNoHalfCharacters)
{
    EXPECT_THAT(complaintAbout<ItemName>(QString{QChar{0xD800}}), HasSubstr("half of a surrogate pair"));
}

TEST(AUsersName, HasNoSlashesIfItIsAServices)
{
    EXPECT_THAT(complaintAbout<ServiceName>(QStringLiteral("a/b")), HasSubstr("\"a/b\""));
    EXPECT_THAT(complaintAbout<ServiceName>(QStringLiteral("\\\\host\\share$")),
                HasSubstr("slash or backslash"));
    EXPECT_TRUE(TopicName::fromUserText(QStringLiteral("C:\\data/x.txt")));
    EXPECT_TRUE(ItemName::fromUserText(QStringLiteral("a/b")));
}

#ifndef QT_NO_DEBUG
TEST(ANameDeathTest, StopsAProgramThatMakesUpAnIllegalOne)
{
    EXPECT_DEATH(ServiceName{QStringLiteral("a/b")}, "no legal name");
}
#endif
