// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/leftovers.h"

#include "clipboard/clipboard.h"
#include "clipboard/store/board.h"
#include "clipboard/store/clipboard_handler.h"
#include "dde/transport/listener.h"
#include "dde/transport/seat.h"
#include "dde/transport/session.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QSet>
#include <QStringList>

namespace tellwire::test {

namespace {

QStringList namesIn(const QString &path)
{
    return QDir(path).entryList(QDir::Files | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
}

QSet<QString> contentFilesOf(transport::Seat &seat)
{
    QSet<QString> names;
    const auto board = store::ClipboardHandler::of(seat).board(BoardName::clipboard());
    const Result<store::BoardState> state = board->refresh();
    EXPECT_TRUE(state);
    for (const store::ContentPlace &place : state->files)
        names.insert(QStringLiteral("%1").arg(place.name, 16, 16, QLatin1Char('0')));
    return names;
}

} // namespace

std::vector<std::string> leftovers()
{
    Session newcomer = Session::join().value();
    const QSet<quint64> peers = newcomer.seat().log().state().peers();
    for (const quint64 peer : peers)
        (void)newcomer.seat().isAlive(peer);
    EXPECT_TRUE(newcomer.seat().listen());
    Clipboard board{newcomer};
    EXPECT_TRUE(board.put(Offer{}.add(Payload{Format::text(), QByteArray(10'000, 'n')})));
    const QString path = newcomer.seat().directory().path();
    std::vector<std::string> left;
    const QStringList temporary = namesIn(path + QStringLiteral("/tmp"));
    for (const QString &name : temporary)
        left.push_back("tmp/" + name.toStdString());
    const QStringList sockets = namesIn(path + QStringLiteral("/peers"));
    for (const QString &name : sockets)
        if (name != QString::fromLatin1(transport::peerName(newcomer.seat().id())))
            left.push_back("peers/" + name.toStdString());
    const QSet<QString> named = contentFilesOf(newcomer.seat());
    const QStringList contents = namesIn(path + QStringLiteral("/clip"));
    EXPECT_EQ(named.size(), 1);
    for (const QString &name : contents)
        if (!named.contains(name))
            left.push_back("clip/" + name.toStdString());
    const auto generation = newcomer.seat().log().figures().generation;
    for (quint64 number = 1; number < generation; ++number) {
        const QString name = QStringLiteral("log.%1").arg(number);
        if (QFileInfo(path + QLatin1Char('/') + name).size() != 0)
            left.push_back(name.toStdString());
    }
    return left;
}

} // namespace tellwire::test
