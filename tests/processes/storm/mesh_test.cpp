// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/mesh.h"

#include "conversations/service_browser.h"
#include "dde/transport/membership.h"
#include "dde/transport/seat.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tellwire::test {

Mesh::Mesh()
{
    const RoleOptions survives{.isKilled = false};
    storm.role(
        "surviving publisher", 1, [this](Participant &self) { surviveAndPublish(self); }, survives);
    storm.role(
        "surviving reader", 1, [this](Participant &self) { surviveAndWatch(self); }, survives);
    storm.role("publisher", static_cast<int>(MeshLedger::services) - 1,
               [this](Participant &self) { publish(self, static_cast<std::size_t>(self.number())); });
    const auto reader = [this](const char *name, int count, const LinkOptions &options) {
        storm.role(name, count, [this, options](Participant &self) { watch(self, options); });
    };
    reader("reader of every update", 3, {.pace = LinkPace::EveryUpdate});
    reader("reader of the newest", 2, {.pace = LinkPace::NewestOnly});
    reader("acknowledging reader", 1, {.pace = LinkPace::Acknowledged});
    reader("explicitly acknowledging reader", 1,
           {.pace = LinkPace::Acknowledged, .acknowledgement = Acknowledgement::Explicit});
    storm.role("warm reader", 1, [this](Participant &self) { watchWarm(self); });
    storm.role("reader of batches", 1, [this](Participant &self) { watchBatches(self); });
    storm.role("requester", 1, [this](Participant &self) { request(self); });
    storm.role("orderer", 2, [this](Participant &self) { order(self); });
}

void Mesh::settle()
{
    storm.settle();
    ledger->isQuiet = 1;
    storm.await("every item has its last value", [this] {
        for (const auto &items : ledger->lastSequence)
            for (const Counter &last : items)
                if (last == 0)
                    return false;
        return true;
    });
    storm.settle();
}

// A program that joins finds what the killed ones have left, and puts it in order.
void Mesh::findNothingLeft()
{
    const Session session = Session::join().value();
    Service last{session, "Last"_service};
    ASSERT_TRUE(last.publish());
    EXPECT_EQ(ServiceBrowser{session}.services().size(), 1);
    for (const char *folder : {"peers", "tmp", "clip"}) {
        const std::filesystem::path path = session.seat().directory().path().toStdString() + '/' + folder;
        if (!std::filesystem::exists(path))
            continue;
        for (const auto &file : std::filesystem::directory_iterator{path}) {
            const std::string own =
                QString::asprintf("%016llx", static_cast<unsigned long long>(session.seat().id()))
                    .toStdString();
            if (file.path().string().find(own) == std::string::npos) {
                ++files;
                ADD_FAILURE() << "left: " << file.path();
            }
        }
    }
}

TEST(AMesh, OfPublishersAndReadersOutlivesEveryKill)
{
    Mesh mesh;

    mesh.storm.rage({.kills = 150});
    mesh.settle();
    mesh.storm.end();
    mesh.findNothingLeft();

    mesh.storm.report();
    EXPECT_GT(mesh.updates, 1000U);
    EXPECT_GT(mesh.answers, 100U);
    EXPECT_GT(mesh.pokes, 100U);
    EXPECT_GT(mesh.executes, 100U);
    EXPECT_GT(mesh.gone, 10U);
}

} // namespace tellwire::test
