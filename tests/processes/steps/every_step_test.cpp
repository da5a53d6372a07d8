// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/steps/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

#include <csignal>
#include <set>

namespace tellwire::test {

namespace {

/// All names of steps in the sources of the library.
std::set<std::string> stepsInTheSources()
{
    std::set<std::string> names;
    const QRegularExpression call(QStringLiteral(R"(\bstep\(([^;]*)\);)"));
    const QRegularExpression text(QStringLiteral(R"re("([a-z.]+)")re"));
    for (const char *layer : {"/dde", "/clipboard", "/conversations"}) {
        QDirIterator files(QStringLiteral(TELLWIRE_SOURCE_DIR) + QString::fromLatin1(layer),
                           {QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            EXPECT_TRUE(file.open(QIODevice::ReadOnly));
            const QString source = QString::fromUtf8(file.readAll());
            for (auto calls = call.globalMatch(source); calls.hasNext();)
                for (auto found = text.globalMatch(calls.next().captured(1)); found.hasNext();)
                    names.insert(found.next().captured(1).toStdString());
        }
    }
    return names;
}

} // namespace

/// A walk through all steps of one scenario.
class AWalk : public testing::TestWithParam<NamedScenario>
{};

TEST_P(AWalk, HarmsNobodyIfItIsCutShortAnywhere) { walkThrough(GetParam(), SIGKILL); }

TEST_P(AWalk, HarmsNobodyIfItIsHaltedAnywhere) { walkThrough(GetParam(), SIGSTOP); }

INSTANTIATE_TEST_SUITE_P(Through, AWalk, testing::ValuesIn(scenarios()),
                         [](const auto &instance) { return instance.param.name; });

TEST(AllWalks, TakeEveryStepThatThereIs)
{
    std::set<std::string> taken;

    for (const NamedScenario &scenario : scenarios())
        for (const auto &[step, times] : stepsOf(scenario))
            taken.insert(step);

    EXPECT_THAT(taken, testing::ContainerEq(stepsInTheSources()));
}

} // namespace tellwire::test
