// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"
#include "tests/processes/own_namespaces.h"
#include "tests/support/peer.h"

#include <filesystem>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

// The session lies on a real file system that is full, or has a page left, or two …

namespace tellwire::test {
namespace {

const Format bytesFormat{QStringLiteral("application/octet-stream")};
constexpr int mostPages = 12;

/// Takes all the room of a file system but so many pages, while it lives.
class Filler
{
public:
    Filler(const std::filesystem::path &directory, int pagesLeft) : m_name(directory / "filler")
    {
        m_file = open(m_name.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        const std::vector<char> content(page, 'f');
        off_t length = 0;
        while (write(m_file, content.data(), page) == static_cast<ssize_t>(page))
            length += static_cast<off_t>(page);
        EXPECT_EQ(ftruncate(m_file, length - static_cast<off_t>(page) * pagesLeft), 0);
    }
    ~Filler()
    {
        close(m_file);
        unlink(m_name.c_str());
    }
    Filler(const Filler &) = delete;
    Filler &operator=(const Filler &) = delete;

private:
    std::filesystem::path m_name;
    int m_file = -1;
};

/// True if it succeeded. An error says that there was no room.
template <typename T>
bool isGood(const char *step, const Result<T> &outcome)
{
    const bool isShort = !outcome && outcome.error().code == ErrorCode::OutOfSpace;
    EXPECT_TRUE(outcome || isShort) << step << ": " << outcome.error().detail.toStdString();
    return outcome.has_value();
}

Payload bytesOf(qsizetype size) { return {bytesFormat, QByteArray(size, 'b')}; }

qsizetype sizeOn(const Clipboard &board)
{
    const Result<Payload> got = waitFor(board.get(bytesFormat), patience);
    return got ? got->bytes().size() : -1;
}

/// Does everything that needs room, and returns how much of it succeeded.
int liveOnTheRest(const QString &name, Clipboard &kept)
{
    int good = 0;
    const Result<Session> session = Session::join(name);
    if (isGood("join", session)) {
        ++good;
        Service service{*session, "Poor"_service};
        good += isGood("publish", service.publish()) ? 1 : 0;
        Clipboard board{*session};
        good += isGood("put", board.put(Offer{}.add(bytesOf(9'000)))) ? 1 : 0;
    }
    const qsizetype before = sizeOn(kept);
    const bool isPut = isGood("put anew", kept.put(Offer{}.add(bytesOf(before + 1))));
    EXPECT_EQ(sizeOn(kept), isPut ? before + 1 : before);
    return good + (isPut ? 1 : 0);
}

/// Grows the log far over the size where it is replaced, with little room for the next one.
void growOnTheRest(const Session &session)
{
    transport::SessionLog &log = session.seat().log();
    for (int number = 0; number < 600; ++number) {
        const QByteArray key = "churn/" + QByteArray::number(number % 100);
        if (!isGood("append", log.change({.operation = transport::LogOperation::Put,
                                          .key = key,
                                          .body = QByteArray(3'000, 'x')})))
            return;
    }
}

int refuse(const char *why)
{
    peerIsReady();
    sayToTest(why);
    return 0;
}

/// A small file system of this process alone; the session lies there from now on.
bool mountedDisk(const std::string &directory, const char *options)
{
    if (!enteredOwnNamespaces(CLONE_NEWNS) || mount("disk", directory.c_str(), "tmpfs", 0, options) != 0)
        return false;
    qputenv("TELLWIRE_DIRECTORY", directory.c_str());
    qputenv("TELLWIRE_CLIPBOARD_VOLUMES", "1");
    return true;
}

} // namespace

TELLWIRE_PEER(LivesOnAFullDisk)
{
    const std::string directory = peerArguments().front();
    if (!mountedDisk(directory, "size=4m,mode=0700"))
        return refuse("not permitted");
    const Session session = Session::join().value();
    Clipboard kept{session};
    if (!kept.put(Offer{}.add(bytesOf(9'000))))
        return refuse("nothing works");
    int least = 100;
    int most = 0;
    for (int pages = 0; pages < mostPages; ++pages) {
        const QString name = QStringLiteral("poor%1").arg(pages);
        {
            const Filler filler{directory, pages};
            const int good = liveOnTheRest(name, kept);
            least = std::min(least, good);
            most = std::max(most, good);
        }
        const Result<Session> later = Session::join(name);
        EXPECT_TRUE(later) << pages << ": " << later.error().detail.toStdString();
        if (later) {
            Service service{*later, "Later"_service};
            EXPECT_TRUE(service.publish());
            EXPECT_TRUE(Clipboard{*later}.put(Offer{}.add(bytesOf(9'000))));
        }
    }
    EXPECT_EQ(least, 0);
    EXPECT_EQ(most, 4);
    peerIsReady();
    sayToTest("done");
    return 0;
}

TELLWIRE_PEER(CompactsOnAFullDisk)
{
    const std::string directory = peerArguments().front();
    if (!mountedDisk(directory, "size=6m,mode=0700"))
        return refuse("not permitted");
    quint64 generations = 0;
    for (int pages = 200; pages <= 480; pages += 7) {
        const QString name = QStringLiteral("log%1").arg(pages);
        const Session session = Session::join(name).value();
        const Session other = Session::join(name).value();
        {
            const Filler filler{directory, pages};
            growOnTheRest(session);
        }
        const Result<void> written = session.seat().log().change(
            {.operation = transport::LogOperation::Put, .key = "end", .body = QByteArray::number(pages)});
        const Result<void> read = other.seat().log().replay();
        EXPECT_TRUE(written) << pages << ": " << written.error().detail.toStdString();
        EXPECT_TRUE(read) << pages << ": " << read.error().detail.toStdString();
        EXPECT_EQ(other.seat().log().state(), session.seat().log().state()) << pages;
        EXPECT_TRUE(other.seat().log().state().find("end")) << pages;
        generations = std::max(generations, session.seat().log().figures().generation);
        std::filesystem::remove_all(std::filesystem::path{directory} / "tellwire");
    }
    EXPECT_GT(generations, 1U);
    peerIsReady();
    sayToTest("done");
    return 0;
}

class AFullDisk : public testing::TestWithParam<const char *>
{};

TEST_P(AFullDisk, IsSaidAndHarmsNothingThatWasThere)
{
    const FreshSession fresh;

    Peer poor{GetParam(), {fresh.directory()}};
    const std::optional<std::string> said = poor.hear();
    const int code = poor.waitForExit();

    if (said == "not permitted")
        GTEST_SKIP() << "this system permits no namespaces to users";
    EXPECT_EQ(said, "done");
    EXPECT_EQ(code, 0);
}

INSTANTIATE_TEST_SUITE_P(OfAProgramThat, AFullDisk,
                         testing::Values("LivesOnAFullDisk", "CompactsOnAFullDisk"),
                         [](const auto &each) { return std::string{each.param}; });

} // namespace tellwire::test
