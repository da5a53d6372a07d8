// SPDX-License-Identifier: Apache-2.0
#include "formats/win32_format_numbers.h"

#include <gmock/gmock.h>

#include <QSet>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

const QStringList confusing = {u"CF_TEXT"_s, u"registered format CF_TEXT"_s, u"REGISTERED FORMAT CF_TEXT"_s,
                               u"registered format registered format CF_TEXT"_s,
                               u"registered format Sample Rows"_s};

} // namespace

TEST(ARegisteredName, IsNeverThatOfAnotherFormat)
{
    QSet<QString> folded;
    QSet<QString> formats{u"cf_text"_s};

    for (const QString &name : confusing) {
        folded.insert(name.toCaseFolded());
        formats.insert(exact::registeredFormat(name).value().name().toCaseFolded());
    }

    EXPECT_EQ(formats.size(), folded.size() + 1);
}

TEST(ARegisteredName, IsGivenBackAsItWasRegistered)
{
    for (const QString &name : confusing) {
        const Format format = exact::registeredFormat(name).value();

        EXPECT_EQ(exact::registeredName(format), name);
    }
}
