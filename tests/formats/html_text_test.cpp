// SPDX-License-Identifier: Apache-2.0
#include "formats/html_text_p.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace Qt::StringLiterals;

TEST(TheTextOfHtml, HasNoTags)
{
    EXPECT_EQ(textOfHtml(u"one <b>two</b> <a href='x>y' title=\"<i>\">three</a>"), u"one two three"_s);
}

TEST(TheTextOfHtml, HasNoCommentsScriptsOrStyles)
{
    EXPECT_EQ(
        textOfHtml(u"<!DOCTYPE html><title>T</title>a<!-- <b> - -- > x -->b<SCRIPT>if (1<2) x()</script >c"
                   u"<style>p{}</STYLE>d<?php ?>e"),
        u"abcde"_s);
}

TEST(TheTextOfHtml, RunsWhiteSpaceTogether)
{
    EXPECT_EQ(textOfHtml(u"  a \r\n\t b  "), u"a b"_s);
    EXPECT_EQ(textOfHtml(u"a <b> b</b>"), u"a b"_s);
}

TEST(TheTextOfHtml, KeepsWhiteSpaceThatIsMeant)
{
    EXPECT_EQ(textOfHtml(u"x<pre>a\n  b</pre> y"), u"x\na\n  b\ny"_s);
    EXPECT_EQ(textOfHtml(u"</pre><pre>a\n b</pre>c  d"), u"a\n b\nc d"_s);
    EXPECT_EQ(textOfHtml(u"a&nbsp;&nbsp;b"), u"a\u00A0\u00A0b"_s);
}

TEST(TheTextOfHtml, PutsBlocksOnLinesOfTheirOwn)
{
    EXPECT_EQ(textOfHtml(u"<div><div>a</div> <p>b</p></div>c"), u"a\nb\nc"_s);
    EXPECT_EQ(textOfHtml(u"<ul><li>a<li>b</ul>"), u"a\nb"_s);
}

TEST(TheTextOfHtml, BreaksLinesWhereTheHtmlDoes)
{
    EXPECT_EQ(textOfHtml(u"a <br> b<br/><BR>c"), u"a\nb\n\nc"_s);
}

TEST(TheTextOfHtml, PartsCellsByTabs)
{
    EXPECT_EQ(textOfHtml(u"<table><tr> <th>a</th> <th>b</th></tr>\n<tr><td>c<td><td>d</table>e"),
              u"a\tb\nc\t\td\ne"_s);
    EXPECT_EQ(textOfHtml(u"<tr><td></td><td>b</td></tr><tr><td>c</td></tr>"), u"\tb\nc"_s);
}

TEST(TheTextOfHtml, HasTheCharactersThatReferencesStandFor)
{
    EXPECT_EQ(textOfHtml(u"&lt;a&gt; &amp;amp; &quot;&apos; &#8364;&#x20ac;&#X20AC; &#x1F4CB;"),
              QString::fromUcs4(U"<a> &amp; \"' \u20AC\u20AC\u20AC \U0001F4CB"));
}

TEST(TheTextOfHtml, LeavesReferencesThatAreNoneAsTheyAre)
{
    for (const QString &text :
         {u"AT&T"_s, u"a & b"_s, u"&unknown;"_s, u"&;"_s, u"&#;"_s, u"&#0;"_s, u"&#xD800;"_s, u"&#x110000;"_s,
          u"&#99999999;"_s, u"&#x;"_s, u"&"_s, u"&amp"_s})
        EXPECT_EQ(textOfHtml(text), text);
}

TEST(TheTextOfHtml, KeepsABracketThatBeginsNoTag) { EXPECT_EQ(textOfHtml(u"1 < 2 <3 <"), u"1 < 2 <3 <"_s); }

TEST(TheTextOfHtml, EndsWhereATagIsLeftOpen)
{
    for (const QString &end : {u"<b"_s, u"<b title='x"_s, u"</"_s, u"</b"_s, u"<!-- x"_s, u"<!x"_s,
                               u"<script>x"_s, u"<script>x</scr"_s, u"<pre"_s})
        EXPECT_EQ(textOfHtml(u"text"_s + end), u"text"_s) << qPrintable(end);
}

TEST(TheTextOfHtml, IsFoundInOnePass)
{
    constexpr qsizetype repetitions = 50'000;
    for (const QString &part :
         {u"<!--"_s, u"<"_s, u"&"_s, u"<script>"_s, u"</script"_s, u"<b '"_s, u"<pre>"_s, u"<td>"_s})
        EXPECT_LE(textOfHtml(part.repeated(repetitions)).size(), part.size() * repetitions);
}
