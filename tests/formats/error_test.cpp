// SPDX-License-Identifier: Apache-2.0
#include "formats/error.h"

#include <QDebug>
#include <QFile>
#include <QMetaEnum>
#include <QRegularExpression>

#include <gmock/gmock.h>

#include <chrono>
#include <limits>
#include <set>

using namespace tellwire;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QList<ErrorCode> allCodes()
{
    const auto codes = QMetaEnum::fromType<ErrorCode>();
    QList<ErrorCode> all;
    for (int index = 0; index < codes.keyCount(); ++index)
        all.append(static_cast<ErrorCode>(codes.value(index)));
    return all;
}

QString printed(const Error &error)
{
    QString text;
    QDebug{&text} << error;
    return text.trimmed();
}

QStringList linesOfErrorsPage()
{
    QFile page{QStringLiteral(TELLWIRE_SOURCE_DIR "/docs/errors.md")};
    EXPECT_TRUE(page.open(QIODevice::ReadOnly));
    return QString::fromUtf8(page.readAll()).split(u'\n');
}

/// The cells of the code's line on the errors page; empty unless there is exactly one such line.
QStringList lineOnErrorsPage(ErrorCode code)
{
    const QStringList lines =
        linesOfErrorsPage().filter(QRegularExpression{u"^\\| `%1` \\|"_s.arg(errorName(code))});
    if (lines.size() != 1)
        return {};
    QStringList cells = lines.first().split(u'|');
    for (QString &cell : cells)
        cell = cell.trimmed();
    return cells.mid(1, cells.size() - 2);
}

} // namespace

TEST(AnErrorCode, IsNamedAsItIsWritten)
{
    EXPECT_EQ(errorName(ErrorCode::PeerGone), u"PeerGone"_s);
    EXPECT_EQ(errorName(ErrorCode::FormatNotOffered), u"FormatNotOffered"_s);
    EXPECT_EQ(errorName(ErrorCode::Changed), u"Changed"_s);
}

TEST(AnErrorCode, HasANameEvenIfNobodyKnowsIt)
{
    EXPECT_EQ(errorName(static_cast<ErrorCode>(999)), u"ErrorCode 999"_s);
}

TEST(AnErrorCode, ComesBackFromItsNumber)
{
    for (const ErrorCode code : allCodes())
        EXPECT_EQ(errorCodeFromNumber(static_cast<quint16>(code)), code) << qPrintable(errorName(code));
}

TEST(AnErrorCode, IsOnlyMadeOfNumbersThatAreKnown)
{
    int known = 0;
    for (int number = 0; number <= std::numeric_limits<quint16>::max(); ++number)
        known += errorCodeFromNumber(static_cast<quint16>(number)).has_value() ? 1 : 0;

    EXPECT_EQ(known, 18);
    EXPECT_EQ(errorCodeFromNumber(0), std::nullopt);
}

TEST(AnErrorCode, HasALineOnTheErrorsPageWithItsNumberAndNothingLeftOut)
{
    for (const ErrorCode code : allCodes()) {
        const QStringList cells = lineOnErrorsPage(code);

        ASSERT_EQ(cells.size(), 6) << qPrintable(errorName(code));
        EXPECT_EQ(cells[1], QString::number(static_cast<int>(code))) << qPrintable(errorName(code));
        EXPECT_FALSE(cells.contains(QString{})) << qPrintable(errorName(code));
    }
}

TEST(AnErrorCode, HasAnExitCodeOfItsOwn)
{
    std::set<int> exitCodes{0, 2};

    for (const ErrorCode code : allCodes()) {
        const int exitCode = lineOnErrorsPage(code).value(2).toInt();
        EXPECT_TRUE(exitCodes.insert(exitCode).second) << qPrintable(errorName(code)) << ' ' << exitCode;
    }
}

TEST(TheErrorsPage, HasNoLineForACodeThatDoesNotExist)
{
    const QStringList lines = linesOfErrorsPage().filter(QRegularExpression{u"^\\| `"_s});

    EXPECT_EQ(lines.size(), allCodes().size());
}

TEST(AnError, IsTransientIfTheSameCallMaySucceedLater)
{
    for (const ErrorCode code : allCodes()) {
        const bool mayPass =
            code == ErrorCode::Busy || code == ErrorCode::TimedOut || code == ErrorCode::OutOfSpace;
        EXPECT_EQ((Error{code, {}}).isTransient(), mayPass) << qPrintable(errorName(code));
    }
}

TEST(AnError, PrintsAsASentence)
{
    EXPECT_EQ(printed({ErrorCode::Refused, u"poke ZAXX"_s, 7}), u"Refused: poke ZAXX (application code 7)"_s);
    EXPECT_EQ(printed({ErrorCode::Closed, {}}), u"Closed"_s);
}

TEST(AnError, SaysWhenToTryAgainIfSomebodyKnows)
{
    EXPECT_EQ(printed({ErrorCode::Busy, u"poke ZAXX"_s, 0, 250ms}),
              u"Busy: poke ZAXX (try again in 250 ms)"_s);
    EXPECT_EQ(printed({ErrorCode::Busy, u"poke ZAXX"_s, 7, 250ms}),
              u"Busy: poke ZAXX (application code 7) (try again in 250 ms)"_s);
}

TEST(AnError, EqualsAnotherWithTheSameParts)
{
    const Error error{ErrorCode::Refused, u"poke ZAXX"_s, 7};

    EXPECT_EQ(error, (Error{ErrorCode::Refused, u"poke ZAXX"_s, 7}));
    EXPECT_NE(error, (Error{ErrorCode::Refused, u"poke ZAXX"_s, 8}));
    EXPECT_NE(error, (Error{ErrorCode::Busy, u"poke ZAXX"_s, 7}));
    EXPECT_NE(error, (Error{ErrorCode::Refused, u"poke ZAXX"_s, 7, 1ms}));
}
