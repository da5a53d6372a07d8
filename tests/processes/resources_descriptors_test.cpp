// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "conversations/service_browser.h"
#include "dde/transport/environment_check.h"
#include "dde/transport/seat.h"
#include "dde/transport/session_status.h"
#include "tests/conversations/two_programs.h"
#include "tests/processes/open_descriptors.h"
#include "tests/processes/own_namespaces.h"
#include "tests/support/peer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

namespace tellwire::test {
namespace {

/// Lets this process have only so many more descriptors, while it lives.
class FewDescriptors
{
public:
    explicit FewDescriptors(rlim_t more)
    {
        getrlimit(RLIMIT_NOFILE, &m_before);
        rlimit low = m_before;
        const int free = fcntl(0, F_DUPFD_CLOEXEC, 0);
        close(free);
        low.rlim_cur = static_cast<rlim_t>(free) + more;
        setrlimit(RLIMIT_NOFILE, &low);
    }
    ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &m_before); }
    FewDescriptors(const FewDescriptors &) = delete;
    FewDescriptors &operator=(const FewDescriptors &) = delete;

private:
    rlimit m_before{};
};

template <typename T>
void expectGoodOrShort(const char *step, const Result<T> &outcome)
{
    if (outcome)
        return;
    EXPECT_EQ(outcome.error().code, ErrorCode::OutOfSpace)
        << step << ": " << outcome.error().detail.toStdString();
    EXPECT_FALSE(outcome.error().detail.isEmpty()) << step;
}

} // namespace

TELLWIRE_PEER(JoinsWithFewDescriptors)
{
    peerIsReady();
    for (rlim_t more = 0; more < 24; ++more) {
        const std::vector<std::string> before = openDescriptors();
        {
            const FewDescriptors few{more};
            const Result<Session> session = Session::join();
            expectGoodOrShort("join", session);
            if (session) {
                Service service{*session, "Poor"_service};
                expectGoodOrShort("publish", service.publish());
                Clipboard clipboard{*session};
                expectGoodOrShort("put", clipboard.put(Offer{}.add(QString(5'000, QLatin1Char('x')))));
                expectGoodOrShort("get", waitFor(clipboard.get(Format::text()), patience));
            }
        }
        EXPECT_EQ(openDescriptors(), before) << "with " << more << " more";
    }
    return Session::join().has_value() ? 0 : 1;
}

TEST(AProgramWithFewDescriptors, SaysWhatItCouldNotDoAndLeavesNothingOpen)
{
    const FreshSession fresh;
    const Session session = Session::join().value();
    Clipboard clipboard{session};
    ASSERT_TRUE(clipboard.put(Offer{}.add(QString(5'000, QLatin1Char('o')))));

    Peer poor{"JoinsWithFewDescriptors"};
    const int code = poor.waitForExit();

    EXPECT_EQ(code, 0);
    const Result<Payload> got = waitFor(clipboard.get(Format::text()), patience);
    ASSERT_TRUE(got) << got.error().detail.toStdString();
    EXPECT_EQ(got->bytes().size(), 5'000);
}

/// Serves with as many free descriptors as it is told, and says how often it was awake meanwhile.
TELLWIRE_PEER(ServesWithFewDescriptors)
{
    Session session = Session::join().value();
    Service service{session, "Poor"_service};
    service.topic("data"_topic).setItem("item"_item, QStringLiteral("value"));
    if (!service.publish())
        return 1;
    peerIsReady();
    std::optional<FewDescriptors> few;
    for (qint64 turns = 0;; ++turns) {
        std::array<pollfd, 2> sources{pollfd{session.fd(), POLLIN, 0}, pollfd{descriptorToTest(), POLLIN, 0}};
        poll(sources.data(), sources.size(), -1);
        session.seat().prepareToSleep();
        session.seat().process();
        if (sources[1].revents == 0)
            continue;
        const std::optional<std::string> line = hearFromTest();
        if (!line)
            return 0;
        sayToTest(std::to_string(std::exchange(turns, 0)));
        few.reset();
        if (*line != "enough")
            few.emplace(std::stoul(*line));
    }
}

TEST(AServerWithFewDescriptors, NeitherSpinsNorDiesAndServesAgainWhenItHasSome)
{
    qputenv("TELLWIRE_CONNECT_TIMEOUT", "500");
    const FreshSession fresh;
    const Peer server{"ServesWithFewDescriptors"};
    QStringList refusals;
    qint64 turns = 0;

    for (int more = 0; more < 8; ++more) {
        server.say(std::to_string(more));
        ASSERT_TRUE(server.hear());
        {
            const Session session = Session::join().value();
            Conversation talk{session, "Poor"_service, "data"_topic};
            const Result<Update> asked = waitFor(talk.request("item"_item), patience);
            if (!asked)
                refusals.append(errorName(asked.error().code));
        }
        server.say("enough");
        turns += std::stoll(server.hear().value_or("1000000"));
        const Session session = Session::join().value();
        Conversation talk{session, "Poor"_service, "data"_topic};
        EXPECT_TRUE(waitFor(talk.request("item"_item), patience)) << "after " << more;
    }
    qunsetenv("TELLWIRE_CONNECT_TIMEOUT");

    EXPECT_TRUE(refusals.contains(QStringLiteral("TimedOut"))) << refusals.join(u' ').toStdString();
    EXPECT_TRUE(refusals.contains(QStringLiteral("Busy"))) << refusals.join(u' ').toStdString();
    EXPECT_LT(turns, 1'000); // Each refusal takes half a second; whoever spins turns far more often.
}

TELLWIRE_PEER(ServesWithoutInotify)
{
    const bool isPermitted = enteredOwnNamespaces(0) && wroteTo("/proc/sys/user/max_inotify_instances", "0");
    peerIsReady();
    sayToTest(isPermitted ? "permitted" : "not permitted");
    if (!isPermitted)
        return 0;
    Session session = Session::join().value();
    ServiceBrowser browser{session};
    while (browser.services().isEmpty())
        session.wait(-1ms);
    const QList<Finding> findings = checkEnvironment(QStringLiteral("default"));
    EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const Finding &finding) {
        return finding.severity == Finding::Severity::Warning &&
               finding.sentence.contains(QStringLiteral("no inotify instance is left"));
    }));
    return 0;
}

TEST(AProgramWithoutInotify, HearsOfServicesAllTheSameAndTheDoctorSaysSo)
{
    const FreshSession fresh;
    Peer deaf{"ServesWithoutInotify"};
    if (deaf.hear() != "permitted")
        GTEST_SKIP() << "this system permits no namespaces to users";

    Service service{Session::join().value(), "Loud"_service};
    ASSERT_TRUE(service.publish());

    EXPECT_EQ(deaf.waitForExit(), 0);
}

TEST(AServerWithAllItsPeers, TellsTheNextOneWhy)
{
    const FreshSession fresh;
    qputenv("TELLWIRE_MAX_PEERS", "2");
    const Session session = Session::join().value();
    qunsetenv("TELLWIRE_MAX_PEERS");
    Service service{session, "Popular"_service};
    service.topic("data"_topic).setItem("item"_item, QStringLiteral("value"));
    ASSERT_TRUE(service.publish());
    std::vector<std::unique_ptr<Conversation>> talks;
    std::vector<Result<Update>> answers;

    for (int number = 0; number < 3; ++number) {
        talks.push_back(
            std::make_unique<Conversation>(Session::join().value(), "Popular"_service, "data"_topic));
        answers.push_back(waitFor(talks.back()->request("item"_item), patience));
    }
    talks.erase(talks.begin());
    serveSessions(0ms);

    EXPECT_TRUE(answers[0]);
    EXPECT_TRUE(answers[1]);
    ASSERT_FALSE(answers[2]);
    EXPECT_EQ(answers[2].error().code, ErrorCode::Busy);
    EXPECT_TRUE(answers[2].error().detail.contains(QStringLiteral("maxPeers")))
        << answers[2].error().detail.toStdString();
    EXPECT_TRUE(eventually(
        [] {
            Conversation late{Session::join().value(), "Popular"_service, "data"_topic};
            return waitFor(late.request("item"_item), patience).has_value();
        },
        serveSessions));
}

} // namespace tellwire::test
