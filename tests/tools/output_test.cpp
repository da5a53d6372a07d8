// SPDX-License-Identifier: Apache-2.0
#include "tools/output.h"

#include <gtest/gtest.h>

namespace tellwire::tool {
namespace {

TEST(ALineOfOutput, HasADotForWhatEndsLinesOrTurnsThem)
{
    const QString text = QStringLiteral(u"a\n\x1b\u0085\u2028\u2029\u202eb") + QChar(u'\0');

    const QString line = inOneLine(text);

    EXPECT_EQ(line, QStringLiteral("a······b·"));
}

TEST(ALineOfOutput, IsCutToTheColumnsOfWhatIsShown)
{
    const QString zeros(10, QChar(u'\0'));

    const QString line = inOneLine(zeros, 4);

    EXPECT_EQ(line, QStringLiteral("····"));
    EXPECT_EQ(columnsOf(line), 4);
}

} // namespace
} // namespace tellwire::tool
