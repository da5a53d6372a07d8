// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/export.h"
#include "formats/result.h"

#include <QList>
#include <QString>
#include <QStringList>
#include <QStringView>

namespace tellwire {

/// One command of an execute string: [Open("a.txt")].
struct Command
{
    QString name;          ///< One or more characters, none of them white space , ( ) [ ] or ".
    QStringList arguments; ///< Any text; may be empty.

    friend bool operator==(const Command &, const Command &) = default;
};

/// How brackets and parentheses inside quotes are meant. The text does not tell, so the application must.
enum class QuoteRule {
    Plain,   ///< As they stand.
    Doubled, ///< Old style: a doubled one stands for one; a single one still stands for itself.
};

/// Execute strings longer than this (in UTF-16 units) are not read.
inline constexpr qsizetype maxCommandStringLength = 1 << 20;

/// Reads one or more commands, all or nothing; no command is run before the last one is known to be well
/// formed:
///
///     string    := command { command }                 white space between commands is skipped
///     command   := '[' name [ '(' [ parameter { ',' parameter } ] ')' ] ']'
///     parameter := bare text without , ( )             blanks around it do not count; it may be empty
///                | '"' any characters '"'              "" inside stands for one "
///
/// `name()` has no arguments; a single empty one is `name("")`. Nothing nests, and the work grows with the
/// length only. Errors: BadData, saying at which character what was expected; TooLarge.
TELLWIRE_EXPORT Result<QList<Command>> parseCommands(QStringView text, QuoteRule rule = QuoteRule::Plain);

/// Writes what parseCommands() reads back, with every argument in quotes. An illegal name is the caller's
/// mistake.
TELLWIRE_EXPORT QString toCommandString(const QList<Command> &commands);

} // namespace tellwire
