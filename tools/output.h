// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayView>
#include <QList>
#include <QString>
#include <QStringList>

#include <nlohmann/json_fwd.hpp>

#include <optional>

namespace tellwire::tool {

bool outputIsTerminal();

/// Writes to standard output, at once. Empty if all was written; else the code to end with: success if nobody
/// reads any more, or if `interruption` (a descriptor) became readable while the reader was slow; else the
/// failure, which is reported.
[[nodiscard]] std::optional<int> writeOut(QByteArrayView bytes, int interruption = -1);

/// The same for `bytes` that lie in a file at `offset`: where the system can, it moves them without us.
[[nodiscard]] std::optional<int> writeOut(int file, qint64 offset, QByteArrayView bytes);

/// The same for a command that has nothing more to say: the code to end with.
int finishWith(QByteArrayView bytes);
int finishWithJson(const nlohmann::json &answer);

/// The columns a text takes on a terminal.
qsizetype columnsOf(const QString &text);

/// The text in one line that does nothing to a terminal: control characters become dots. Cut to that many
/// columns, if a limit is given.
QString inOneLine(const QString &text, qsizetype mostColumns = -1);

/// Rows with their columns aligned. The first one may be titles.
class Table
{
public:
    explicit Table(const QStringList &first) { add(first); }

    /// As many cells as the first row has.
    void add(const QStringList &cells);

    /// Each row in a line of at most that many columns, if a limit is given.
    QStringList lines(qsizetype mostColumns = -1) const;
    QByteArray text() const;

    /// The text of the rows so far, for tables that are written while they grow: what is added later is a new
    /// portion, whose columns are at least as wide.
    QByteArray takeText();

private:
    QList<QStringList> m_rows;
    QList<qsizetype> m_widths;
};

} // namespace tellwire::tool
