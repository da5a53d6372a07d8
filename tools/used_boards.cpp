// SPDX-License-Identifier: Apache-2.0
#include "tools/used_boards.h"

#include "clipboard/clipboard.h"
#include "tools/content_text.h"
#include "tools/output.h"

#include <nlohmann/json.hpp>

namespace tellwire::tool {

namespace {

QString sizeOf(const ContentFormat &format)
{
    return format.sizeInBytes ? QString::number(*format.sizeInBytes) : QStringLiteral("-");
}

void add(Table &table, const UsedBoard &board)
{
    const QString owner = describe(board.content.owner());
    QStringList row{board.name.text(), QString::number(board.content.sequenceNumber()),
                    owner.isEmpty() ? QStringLiteral("-") : owner};
    if (board.content.isEmpty())
        table.add(row << QStringLiteral("empty") << QStringLiteral("-") << QStringLiteral("-"));
    for (const ContentFormat &format : board.content.formats()) {
        table.add(row << format.format.name() << sizeOf(format) << sourceName(format.source));
        row = {QString{}, QString{}, QString{}};
    }
}

} // namespace

QList<UsedBoard> usedBoards(const Session &session)
{
    QList<UsedBoard> used;
    for (const BoardName &name : {BoardName::clipboard(), BoardName::primary(), BoardName::find()}) {
        const ClipboardContent content = Clipboard{session, name}.content();
        if (content.sequenceNumber() != 0)
            used.append({name, content});
    }
    return used;
}

QByteArray tableOf(const QList<UsedBoard> &boards)
{
    if (boards.isEmpty())
        return {};
    Table table{{QStringLiteral("BOARD"), QStringLiteral("NUMBER"), QStringLiteral("OWNER"),
                 QStringLiteral("TYPE"), QStringLiteral("SIZE"), QStringLiteral("STATE")}};
    for (const UsedBoard &board : boards)
        add(table, board);
    return '\n' + table.text();
}

nlohmann::json toJson(const QList<UsedBoard> &boards)
{
    nlohmann::json json = nlohmann::json::array();
    for (const UsedBoard &board : boards)
        json.push_back(toJson(board.name, board.content));
    return json;
}

} // namespace tellwire::tool
