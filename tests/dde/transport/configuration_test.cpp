// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/configuration.h"

#include <QTemporaryFile>

#include <gmock/gmock.h>

namespace tellwire::transport {
namespace {

using testing::HasSubstr;

Result<Configuration> loaded(const QByteArray &content)
{
    QTemporaryFile file;
    EXPECT_TRUE(file.open());
    EXPECT_EQ(file.write(content), content.size());
    EXPECT_TRUE(file.flush());
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("TELLWIRE_CONFIG"), file.fileName());
    return Configuration::load(environment);
}

/// What is said of a configuration that cannot be used.
std::string complaintAbout(const QByteArray &content)
{
    const Result<Configuration> configuration = loaded(content);
    if (configuration)
        return "no complaint";
    EXPECT_EQ(configuration.error().code, ErrorCode::BadData);
    return configuration.error().detail.toStdString();
}

TEST(AConfiguration, MayHaveComments)
{
    const Result<Configuration> configuration = loaded("{\n  // \"few [\n  \"maxPeers\": 7 /* { */\n}");

    ASSERT_TRUE(configuration) << configuration.error().detail.toStdString();
    EXPECT_EQ(configuration->maxPeers, 7U);
}

TEST(AConfiguration, IsReadToItsEnd)
{
    EXPECT_THAT(complaintAbout(QByteArray{"{\"maxPeers\": 7}"} + '\0' + "{\"maxPeers\": 8}"),
                HasSubstr("zero byte at position 15"));
    EXPECT_THAT(complaintAbout("{\"maxPeers\": 7} {\"maxPeers\": 8}"), HasSubstr("column 17"));
    EXPECT_THAT(complaintAbout("{\"maxPeers\": 7"), HasSubstr("unexpected end of input"));
}

TEST(AConfiguration, IgnoresNothing)
{
    EXPECT_THAT(complaintAbout("[7]"), HasSubstr("it is not a JSON object"));
    EXPECT_THAT(complaintAbout("{\"peers\": 7}"), HasSubstr("there is no setting \"peers\""));
    EXPECT_THAT(complaintAbout("{\"maxPeers\": \"7\"}"), HasSubstr("must be a whole number from 1 to 65536"));
    EXPECT_THAT(complaintAbout(QByteArray(70'000, ' ')), HasSubstr("it is longer than 65536 bytes"));
}

} // namespace
} // namespace tellwire::transport
