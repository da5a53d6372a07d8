// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/clipboard.h"

#include <nlohmann/json_fwd.hpp>

#include <QStringList>

namespace tellwire::tool {

/// The formats of the content that are text, the usual one first; only that if there are none.
QList<Format> textsOf(const ClipboardContent &content);

/// The names of what was put there, each in one line, without what can be made of it.
QStringList namesOfOffered(const ClipboardContent &content);

QString sourceName(ContentFormat::Source source); ///< stored, delayed or converted

/// "gimp (process 4711, user 1000)"; empty if nobody owns it.
QString describe(const ContentOwner &owner);

/// What --json shows; docs/commands.md lists the members.
nlohmann::json toJson(const BoardName &board, const ClipboardContent &content);

/// As fail(), with advice that fits a board.
int failAtBoard(const QString &attempt, const Error &reason);

} // namespace tellwire::tool
