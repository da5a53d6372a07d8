// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <QDir>
#include <QFile>
#include <QSet>

#include <array>
#include <optional>

#include <sched.h>
#include <unistd.h>

// Programs meet in a directory: nothing of a session can be reached over a network, or by a name that has no
// directory to keep others out.

namespace tellwire::test {
namespace {

TELLWIRE_PEER(ReaderWithoutNetwork)
{
    const bool isApart = unshare(CLONE_NEWNET) == 0;
    peerIsReady();
    if (!isApart) {
        sayToTest("cannot");
        return 0;
    }
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    const Result<Update> price = waitFor(talk.request("ZAXX"_item), 5s);
    sayToTest(price ? price->value.bytes().toStdString() : price.error().detail.toStdString());
    return 0;
}

TEST(ASession, ReachesFromOneNetworkNamespaceIntoAnother)
{
    const FreshSession fresh;
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    quotes.topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("12.50"));
    ASSERT_TRUE(quotes.publish());
    const Peer reader{"ReaderWithoutNetwork"};

    std::optional<std::string> heard;
    ASSERT_TRUE(eventually([&] { return (heard = reader.hear(1ms)).has_value(); }, serveSessions));

    if (heard == "cannot")
        GTEST_SKIP() << "this process may not leave its network";
    EXPECT_EQ(heard, "12.50");
}

/// The inodes of this process's sockets.
QSet<QByteArray> ownSockets()
{
    QSet<QByteArray> inodes;
    const QDir descriptors{QStringLiteral("/proc/self/fd")};
    for (const QString &name :
         descriptors.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot)) {
        std::array<char, 64> target{};
        const QByteArray path = descriptors.filePath(name).toUtf8();
        if (::readlink(path.constData(), target.data(), target.size() - 1) <= 0)
            continue;
        const QByteArray link{target.data()};
        if (link.startsWith("socket:["))
            inodes.insert(link.sliced(8).chopped(1));
    }
    return inodes;
}

/// The lines of a table of /proc/net that are about these sockets, in words.
QList<QByteArrayList> linesAbout(const QSet<QByteArray> &sockets, const char *table, int inodeColumn)
{
    QFile file{QStringLiteral("/proc/self/net/") + QLatin1StringView{table}};
    QList<QByteArrayList> found;
    if (!file.open(QIODevice::ReadOnly))
        return found;
    for (const QByteArray &line : file.readAll().split('\n'))
        if (const QByteArrayList words = line.simplified().split(' ');
            words.size() > inodeColumn && sockets.contains(words.at(inodeColumn)))
            found.append(words);
    return found;
}

TEST(ASession, ListensInItsDirectoryAndNowhereElse)
{
    constexpr int inodeOfUnix = 6;
    constexpr int inodeOfInternet = 9;
    TwoPrograms programs;
    programs.open();

    const QSet<QByteArray> sockets = ownSockets();

    QByteArrayList names;
    for (const QByteArrayList &words : linesAbout(sockets, "unix", inodeOfUnix))
        if (words.size() > inodeOfUnix + 1)
            names.append(words.at(inodeOfUnix + 1));
    EXPECT_FALSE(names.isEmpty());
    for (const QByteArray &name : names)
        EXPECT_FALSE(name.startsWith('@')) << name.toStdString();
    for (const char *table : {"tcp", "tcp6", "udp", "udp6", "raw", "raw6"})
        EXPECT_TRUE(linesAbout(sockets, table, inodeOfInternet).isEmpty()) << table;
}

} // namespace
} // namespace tellwire::test
