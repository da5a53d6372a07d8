// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/board_name.h"
#include "clipboard/clipboard_content.h"
#include "dde/transport/session.h"

#include <QByteArray>
#include <QList>

#include <nlohmann/json_fwd.hpp>

namespace tellwire::tool {

/// A board that somebody has put something on, and what lies there now.
struct UsedBoard
{
    BoardName name;
    ClipboardContent content;
};

/// Of the boards that are known everywhere, those that were ever used. Blocks for nobody.
QList<UsedBoard> usedBoards(const Session &session);

/// A line for each format: the names of the board, of its owner and its number only in the first one.
QByteArray tableOf(const QList<UsedBoard> &boards);
nlohmann::json toJson(const QList<UsedBoard> &boards);

} // namespace tellwire::tool
