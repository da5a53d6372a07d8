// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "conversations/service_browser.h"
#include "tests/processes/storm/storm.h"
#include "tests/support/fresh_session.h"

#include <gtest/gtest.h>

#include <QHash>

#include <set>

namespace tellwire::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t servers = 6;
constexpr std::uint64_t names = 4;

/// What is true when all is quiet.
struct Truth
{
    Counter isQuiet;
    std::array<Counter, servers> instance; ///< The number of what each server publishes; 0: nothing.
};

/// The number in the name of an instance: Quotes(0x0123456789abcdef).
std::uint64_t numberOf(const ServiceName &instance)
{
    const QString text = instance.text();
    return text.mid(text.lastIndexOf(QLatin1Char{'x'}) + 1).chopped(1).toULongLong(nullptr, 16);
}

/// Programs that publish under the same names and others, and those that follow it.
class ComingAndGoing
{
public:
    ComingAndGoing()
    {
        const RoleOptions survives{.isKilled = false};
        storm.role(
            "surviving browser", 1, [this](Participant &self) { browse(self); }, survives);
        storm.role("browser", 2, [this](Participant &self) { browse(self); });
        storm.role("server", static_cast<int>(servers), [this](Participant &self) { serve(self); });
    }

    FreshSession fresh;
    Storm storm;
    SharedArea<Truth> truth;
    Counter &publications = storm.counts("services published");
    Counter &appearances = storm.counts("publications noticed");
    Counter &withdrawals = storm.counts("withdrawals noticed");
    Counter &doubled = storm.neverHappens("publications or withdrawals told twice");
    Counter &namesDoubled = storm.neverHappens("names that appeared or vanished twice");
    Counter &refused = storm.neverHappens("publications refused");

private:
    std::unique_ptr<Service> published(Participant &self, const Session &session, std::uint64_t name)
    {
        auto service = std::make_unique<Service>(session, ServiceName{QStringLiteral("Name%1").arg(name)});
        service->topic("data"_topic).setItem("item"_item, QStringLiteral("value"));
        if (const Result<void> done = service->publish(); !done)
            self.complain(refused, done.error().detail.toStdString());
        ++publications;
        return service;
    }

    void serve(Participant &self)
    {
        const auto number = static_cast<std::size_t>(self.number());
        Session session = Session::join().value();
        std::vector<std::unique_ptr<Service>> services;
        while (!self.isOver() && truth->isQuiet == 0) {
            if (services.size() < 3 && self.random(2) == 0)
                services.push_back(published(self, session, self.random(names)));
            else if (!services.empty())
                services.erase(services.begin() + static_cast<std::ptrdiff_t>(self.random(services.size())));
            session.wait(std::chrono::milliseconds{self.random(4)});
            self.progress();
        }
        services.clear();
        services.push_back(published(self, session, number % names));
        truth->instance.at(number) = numberOf(services.front()->instanceName());
        while (!self.isOver()) {
            session.wait(10ms);
            self.progress();
        }
    }

    /// Keeps a list by what it is told. What is listed at first may be told once more, or be gone already.
    void browse(Participant &self)
    {
        Session session = Session::join().value();
        ServiceBrowser browser{session};
        std::set<std::uint64_t> listed;
        std::set<std::uint64_t> toldOf;
        std::set<std::uint64_t> withdrawn;
        QHash<ServiceName, bool> isThere;
        QObject::connect(&browser, &ServiceBrowser::published, [&](const PublishedService &service) {
            const std::uint64_t instance = numberOf(service.instance);
            ++appearances;
            listed.insert(instance);
            if (!toldOf.insert(instance).second || withdrawn.contains(instance))
                self.complain(doubled, "published twice: " + service.instance.text().toStdString());
        });
        QObject::connect(&browser, &ServiceBrowser::withdrawn, [&](const PublishedService &service) {
            const std::uint64_t instance = numberOf(service.instance);
            ++withdrawals;
            listed.erase(instance);
            if (!withdrawn.insert(instance).second)
                self.complain(doubled, "withdrawn twice: " + service.instance.text().toStdString());
        });
        const auto note = [&](const ServiceName &name, bool appeared) {
            const auto before = isThere.constFind(name);
            if (before != isThere.cend() && *before == appeared)
                self.complain(namesDoubled, name.text().toStdString());
            isThere[name] = appeared;
        };
        QObject::connect(&browser, &ServiceBrowser::serviceAppeared,
                         [&](const ServiceName &name) { note(name, true); });
        QObject::connect(&browser, &ServiceBrowser::serviceVanished,
                         [&](const ServiceName &name) { note(name, false); });
        for (const PublishedService &service : browser.services())
            listed.insert(numberOf(service.instance));
        while (!self.isOver()) {
            session.wait(10ms);
            if (truth->isQuiet == 0 || listed == whatIsTrue())
                self.progress();
        }
    }

    std::set<std::uint64_t> whatIsTrue() const
    {
        std::set<std::uint64_t> all;
        for (const Counter &instance : truth->instance)
            if (instance != 0)
                all.insert(instance);
        return all;
    }
};

TEST(ServicesThatComeAndGo, AreKnownToEverybodyAsTheyAre)
{
    ComingAndGoing all;

    all.storm.rage({.kills = 200});
    all.truth->isQuiet = 1;
    all.storm.await("every server publishes", [&] {
        return std::none_of(all.truth->instance.begin(), all.truth->instance.end(),
                            [](const Counter &instance) { return instance == 0; });
    });
    all.storm.settle();
    for (std::size_t server = 0; server < servers; ++server) {
        all.storm.kill("server", static_cast<int>(server));
        all.truth->instance.at(server) = 0;
    }
    all.storm.settle();
    all.storm.end();

    all.storm.report();
    EXPECT_GT(all.publications, 100U);
    EXPECT_GT(all.withdrawals, 50U);
}

} // namespace
} // namespace tellwire::test
