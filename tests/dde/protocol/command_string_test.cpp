// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/command_string.h"

#include <gmock/gmock.h>

#include <random>

using namespace tellwire;
using testing::HasSubstr;

namespace {

QList<Command> parsed(const char *text, QuoteRule rule = QuoteRule::Plain)
{
    const Result<QList<Command>> commands = parseCommands(QString::fromUtf8(text), rule);
    EXPECT_TRUE(commands) << text << ": "
                          << (commands ? std::string{} : commands.error().detail.toStdString());
    return commands.value_or(QList<Command>{});
}

std::string complaintAbout(const char *text)
{
    const Result<QList<Command>> commands = parseCommands(QString::fromUtf8(text));
    return commands ? std::string{} : commands.error().detail.toStdString();
}

Command command(const char *name, const QStringList &arguments = {})
{
    return {QString::fromUtf8(name), arguments};
}

QStringList words(std::initializer_list<const char *> texts)
{
    QStringList list;
    for (const char *text : texts)
        list.append(QString::fromUtf8(text));
    return list;
}

QString randomText(std::mt19937 &random, QStringView alphabet, unsigned shortest)
{
    QString text;
    const auto length = shortest + random() % 6;
    for (unsigned index = 0; index < length; ++index)
        text += alphabet[static_cast<qsizetype>(random() % static_cast<unsigned>(alphabet.size()))];
    return text;
}

QList<Command> randomCommands(std::mt19937 &random)
{
    QList<Command> commands(1 + static_cast<qsizetype>(random() % 3));
    for (Command &next : commands) {
        next.name = randomText(random, u"aB9._-\u00e9", 1);
        const auto count = random() % 4;
        for (unsigned index = 0; index < count; ++index)
            next.arguments.append(randomText(random, u"a, ()[]\"\t\u00e9", 0));
    }
    return commands;
}

} // namespace

TEST(ACommandString, HoldsCommandsWithAndWithoutArguments)
{
    SCOPED_TRACE("conformance 167");

    EXPECT_EQ(
        parsed("[attach][fetch(q7,out.csv)][detach]"),
        (QList<Command>{command("attach"), command("fetch", words({"q7", "out.csv"})), command("detach")}));
}

TEST(ACommandString, MayHaveWhiteSpaceBetweenCommandsOnly)
{
    EXPECT_EQ(parsed(" \t[a]\r\n [b] "), (QList<Command>{command("a"), command("b")}));
    EXPECT_NE(complaintAbout("[a b]"), "");
    EXPECT_NE(complaintAbout("[ a]"), "");
    EXPECT_NE(complaintAbout("[a (x)]"), "");
}

TEST(AnArgument, MayBeBareAndThenBlanksAroundItDoNotCount)
{
    EXPECT_EQ(parsed("[a( two words ,[x]\"y\" )]"),
              (QList<Command>{command("a", words({"two words", "[x]\"y\""}))}));
}

TEST(AnArgument, MayBeQuotedAndThenEveryCharacterCounts)
{
    EXPECT_EQ(parsed("[a( \" b,(c)[d] \" )]"), (QList<Command>{command("a", words({" b,(c)[d] "}))}));
}

TEST(AnArgument, HasTwoQuotesInsideQuotesForOne)
{
    EXPECT_EQ(parsed(R"([say("he said ""no""")])"),
              (QList<Command>{command("say", words({R"(he said "no")"}))}));
    EXPECT_EQ(parsed(R"([say("""")])"), (QList<Command>{command("say", words({R"(")"}))}));
}

TEST(AnArgument, MayBeEmpty)
{
    EXPECT_EQ(parsed("[a(x,,\"\")]"), (QList<Command>{command("a", words({"x", "", ""}))}));
    EXPECT_EQ(parsed("[a(\"\")]"), (QList<Command>{command("a", words({""}))}));
    EXPECT_EQ(parsed("[a(,)]"), (QList<Command>{command("a", words({"", ""}))}));
}

TEST(EmptyParentheses, HoldNoArgument)
{
    EXPECT_EQ(parsed("[a()]"), (QList<Command>{command("a")}));
    EXPECT_EQ(parsed("[a( )]"), (QList<Command>{command("a")}));
}

TEST(DoubledBrackets, StandForThemselvesUnlessTheApplicationSaysOtherwise)
{
    const char *text = "[open(\"a((1)).txt[[x]](y)\")]";

    EXPECT_EQ(parsed(text).at(0).arguments, words({"a((1)).txt[[x]](y)"}));
    EXPECT_EQ(parsed(text, QuoteRule::Doubled).at(0).arguments, words({"a(1).txt[x](y)"}));
}

TEST(AMalformedCommandString, IsRejectedAsAWhole)
{
    for (const char *text :
         {"",      " ",       "open",  "[",       "[]",        "[a",       "[a]]",        "[a]x",
          "[a(]",  "[a(x]",   "[a(x)", "[a(x))]", "[a(x)(y)]", "[a(\"x)]", "[a(\"x\"y)]", "[(x)]",
          "[a,b]", "[\"a\"]", "[a][b", "[a((x))]"})
        EXPECT_NE(complaintAbout(text), "") << text;
}

TEST(AMalformedCommandString, SaysWhereAndWhatWasExpected)
{
    EXPECT_THAT(complaintAbout("[open]x"), HasSubstr("at character 7: expected a command in brackets"));
    EXPECT_THAT(complaintAbout("[open(a"),
                HasSubstr("at character 8: expected , or ) after an argument, found the end"));
    EXPECT_THAT(complaintAbout("[open(\"a)]"), HasSubstr("at character 8: expected text with a closing \""));
    EXPECT_THAT(complaintAbout("[(a)]"),
                HasSubstr("at character 2: expected the name of a command, found '('"));
    EXPECT_THAT(complaintAbout("[open x]"), HasSubstr("at character 6: expected ( or ], found ' '"));
    EXPECT_THAT(complaintAbout("[open(a)x]"), HasSubstr("at character 9: expected ], found 'x'"));
}

TEST(AVeryLongCommandString, IsNotRead)
{
    const Result<QList<Command>> commands = parseCommands(QString(maxCommandStringLength + 1, u'['));

    ASSERT_FALSE(commands);
    EXPECT_EQ(commands.error().code, ErrorCode::TooLarge);
}

TEST(WrittenCommands, LookAsPeopleWriteThem)
{
    EXPECT_EQ(toCommandString({command("Open", words({"a.txt"})), command("Show")}),
              QStringLiteral("[Open(\"a.txt\")][Show]"));
}

TEST(WrittenCommands, ReadBackAsTheyWere)
{
    std::mt19937 random{1};
    for (int round = 0; round < 20'000; ++round) {
        const QList<Command> commands = randomCommands(random);

        const Result<QList<Command>> again = parseCommands(toCommandString(commands));

        ASSERT_TRUE(again) << toCommandString(commands).toStdString();
        ASSERT_EQ(*again, commands);
    }
}

TEST(RandomText, IsRejectedOrMeansWhatItsRewritingMeans)
{
    std::mt19937 random{2};
    int accepted = 0;
    for (int round = 0; round < 100'000; ++round) {
        const QString text =
            u'[' + randomText(random, u"a[(,)\" ", 0) + randomText(random, u"a])\"", 0) + u']';
        for (const QuoteRule rule : {QuoteRule::Plain, QuoteRule::Doubled}) {
            const Result<QList<Command>> commands = parseCommands(text, rule);
            if (!commands)
                continue;
            ++accepted;
            ASSERT_EQ(parseCommands(toCommandString(*commands)).value(), *commands) << text.toStdString();
        }
    }
    EXPECT_GT(accepted, 1'000);
}
