// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <QCryptographicHash>

namespace tellwire::test {

namespace {

constexpr qsizetype size = 64 << 20;
const Format bytesFormat{QStringLiteral("application/octet-stream")};

/// Bytes in which no part looks like another.
QByteArray largeValue(quint32 seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    auto *words = reinterpret_cast<quint32 *>(bytes.data());
    for (qsizetype index = 0; index < size / 4; ++index)
        words[index] = seed = seed * 1664525U + 1013904223U;
    return bytes;
}

std::string digestOf(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString();
}

} // namespace

TELLWIRE_PEER(LargeServer)
{
    Session session = Session::join().value();
    Service service{session, "Large"_service};
    Topic &topic = service.topic("values"_topic);
    topic.setItem("frame"_item, Payload{bytesFormat, largeValue(1)});
    topic.onPoke([&](const ItemName &item, const Payload &value) -> Result<void> {
        topic.setItem(item, value);
        return {};
    });
    if (!service.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(AValueOf64MiB, IsRequestedPokedAndWatched)
{
    const FreshSession fresh;
    const Peer server{"LargeServer"};
    const Session session = Session::join().value();
    Conversation talk{session, "Large"_service, "values"_topic};
    talk.setTimeout(patience);

    const Result<Update> asked = waitFor(talk.request("frame"_item, bytesFormat), patience);
    AdviseLink newest{talk, "frame"_item, {.formats = {bytesFormat}}};
    AdviseLink every{talk, "frame"_item, {.formats = {bytesFormat}, .pace = LinkPace::EveryUpdate}};
    const Heard ofNewest{newest};
    const Heard ofEvery{every};
    ASSERT_TRUE(
        eventually([&] { return !ofNewest.updates.isEmpty() && !ofEvery.updates.isEmpty(); }, serveSessions));
    const QByteArray other = largeValue(2);
    const Result<void> poked = waitFor(talk.poke("frame"_item, Payload{bytesFormat, other}), patience);
    ASSERT_TRUE(eventually([&] { return ofNewest.updates.size() == 2 && ofEvery.updates.size() == 2; },
                           serveSessions));

    ASSERT_TRUE(asked) << asked.error().detail.toStdString();
    EXPECT_TRUE(poked) << poked.error().detail.toStdString();
    const std::string first = digestOf(largeValue(1));
    const std::string second = digestOf(other);
    EXPECT_EQ(digestOf(asked->value.bytes()), first);
    EXPECT_EQ(digestOf(ofNewest.updates.first().value.bytes()), first);
    EXPECT_EQ(digestOf(ofEvery.updates.first().value.bytes()), first);
    EXPECT_EQ(digestOf(ofNewest.updates.last().value.bytes()), second);
    EXPECT_EQ(digestOf(ofEvery.updates.last().value.bytes()), second);
}

} // namespace tellwire::test
