// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"

#include "conversations/listed_items.h"
#include "tests/conversations/two_programs.h"

namespace tellwire::test {

TEST(AServiceBrowser, FindsServicesTheirTopicsAndItems)
{
    TwoPrograms programs;
    programs.quotes->setHelp(QStringLiteral("Prices."));
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"), {.quality = Quality::Stale});
    ServiceBrowser browser{programs.clientSession};

    const QList<PublishedService> services = browser.services();
    const auto topics = waitFor(browser.topics("Quotes"_service), 5s);
    const auto items = waitFor(browser.items("Quotes"_service, "NYSE"_topic), 5s);
    const auto formats = waitFor(browser.formats("Quotes"_service), 5s);
    const auto help = waitFor(browser.help("Quotes"_service), 5s);

    ASSERT_EQ(services.size(), 1);
    EXPECT_EQ(services.first().name, "Quotes"_service);
    EXPECT_EQ(services.first().pid, getpid());
    EXPECT_EQ(topics.value_or({}), QList{"NYSE"_topic});
    ASSERT_TRUE(items && items->items.size() == 1);
    EXPECT_EQ(items->items.first().name, "ZAXX"_item);
    EXPECT_EQ(items->items.first().formats, QList{Format::text()});
    EXPECT_EQ(items->items.first().text, QStringLiteral("12.50"));
    EXPECT_EQ(items->items.first().quality, Quality::Stale);
    EXPECT_EQ(formats.value_or({}), QList{Format::text()});
    EXPECT_EQ(help.value_or({}), QStringLiteral("Prices."));
}

TEST(AServiceBrowser, FindsNoTopicsOfAServiceThatIsNotThere)
{
    FreshSession fresh;
    ServiceBrowser browser{Session::join().value()};

    EXPECT_TRUE(browser.services().isEmpty());
    EXPECT_EQ(codeOf(browser.topics("Quotes"_service)), ErrorCode::NoSuchService);
}

TEST(AServiceBrowser, HearsOfServicesThatComeAndGo)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    ServiceBrowser browser{Session::join().value()};
    QStringList heard;
    QObject::connect(&browser, &ServiceBrowser::serviceAppeared,
                     [&](const ServiceName &name) { heard.append(u'+' + name.text()); });
    QObject::connect(&browser, &ServiceBrowser::serviceVanished,
                     [&](const ServiceName &name) { heard.append(u'-' + name.text()); });
    auto quotes = std::make_unique<Service>(session, "Quotes"_service);

    ASSERT_TRUE(quotes->publish());
    ASSERT_TRUE(eventually([&] { return heard.size() == 1; }, serveSessions));
    quotes.reset();

    ASSERT_TRUE(eventually([&] { return heard.size() == 2; }, serveSessions));
    EXPECT_EQ(heard, (QStringList{QStringLiteral("+Quotes"), QStringLiteral("-Quotes")}));
}

TEST(AServiceBrowser, TellsTheEndOfAServiceThatItListedBeforeItToldOfIt)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    ServiceBrowser browser{Session::join().value()};
    QStringList heard;
    QObject::connect(&browser, &ServiceBrowser::withdrawn,
                     [&](const PublishedService &service) { heard.append(u'-' + service.name.text()); });
    auto quotes = std::make_unique<Service>(session, "Quotes"_service);
    ASSERT_TRUE(quotes->publish());
    ASSERT_EQ(browser.services().size(), 1);

    quotes.reset();

    ASSERT_TRUE(eventually([&] { return !heard.isEmpty(); }, serveSessions));
    EXPECT_EQ(heard, QStringList{QStringLiteral("-Quotes")});
}

TEST(AServiceBrowser, TellsTheEndOfAServiceThatItListedBeforeSomebodyListened)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    ServiceBrowser browser{Session::join().value()};
    auto quotes = std::make_unique<Service>(session, "Quotes"_service);
    ASSERT_TRUE(quotes->publish());
    ASSERT_EQ(browser.services().size(), 1);
    quotes.reset();
    QStringList heard;

    QObject::connect(&browser, &ServiceBrowser::withdrawn,
                     [&](const PublishedService &service) { heard.append(u'-' + service.name.text()); });

    ASSERT_TRUE(eventually([&] { return !heard.isEmpty(); }, serveSessions));
    EXPECT_EQ(heard, QStringList{QStringLiteral("-Quotes")});
}

TEST(AServiceBrowser, FinishesWhatItAskedWhenItGoes)
{
    TwoPrograms programs;
    auto browser = std::make_unique<ServiceBrowser>(programs.clientSession);
    const auto topics = browser->topics("Quotes"_service);

    browser.reset();

    ASSERT_TRUE(topics.isFinished());
    EXPECT_EQ(codeOf(topics.result()), ErrorCode::Closed);
}

TEST(AnItemPage, ThatMakesNoSenseIsBadData)
{
    for (const char *page : {"", "[]", "{}", R"({"items":[]})", R"({"items":{},"total":1,"more":false})",
                             R"({"items":[],"total":-1.5,"more":"x"})", R"({"items":[],"total":1})",
                             R"({"items":[],"total":1e300,"more":false})"})
        EXPECT_EQ(codeOf(readItemPage(Payload{Format::json(), page})), ErrorCode::BadData) << page;
}

TEST(AnItemPage, WithALineThatMakesNoSenseIsBadData)
{
    for (const QByteArray line :
         {"1", "{}", R"({"item":1,"formats":[]})", R"({"item":"","formats":[]})",
          R"({"item":"a","formats":[""]})", R"({"item":"a","formats":[],"sequence":"x"})",
          R"({"item":"a","formats":[],"sequence":1e300})", R"({"item":"a","formats":[],"quality":1e300})",
          R"({"item":"a","formats":[],"quality":-1})"}) {
        const QByteArray page = R"({"total":1,"more":false,"items":[)" + line + "]}";
        EXPECT_EQ(codeOf(readItemPage(Payload{Format::json(), page})), ErrorCode::BadData)
            << line.constData();
    }
}

} // namespace tellwire::test
