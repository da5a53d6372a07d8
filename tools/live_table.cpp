// SPDX-License-Identifier: Apache-2.0
#include "tools/live_table.h"

#include "tools/output.h"
#include "tools/update_lines.h"
#include "tools/update_text.h"

#include <QSet>

#include <algorithm>

#include <sys/ioctl.h>
#include <unistd.h>

namespace tellwire::tool {

namespace {

constexpr std::chrono::milliseconds betweenDrawings{50};
constexpr qsizetype widestValue = 1024; // No terminal is wider; longer ones need not be looked at.

struct TerminalSize
{
    qsizetype columns = 80;
    qsizetype lines = 24;
};

TerminalSize terminalSize()
{
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return {};
    return {size.ws_col, size.ws_row};
}

QString shown(const Payload &value)
{
    if (const std::optional<QString> text = textOf(value))
        return inOneLine(text->left(widestValue));
    return QStringLiteral("(%1 bytes)").arg(value.size());
}

/// In lines of at most that many columns, broken at blanks where there are any.
QStringList wrapped(const QString &text, qsizetype mostColumns)
{
    QStringList lines;
    QString rest = inOneLine(text);
    while (!rest.isEmpty()) {
        QString line = inOneLine(rest, mostColumns);
        if (line.isEmpty())
            break; // No room for a single character.
        if (const qsizetype blank = line.lastIndexOf(u' '); line.size() < rest.size() && blank > 0)
            line.truncate(blank);
        rest = rest.mid(line.size()).trimmed();
        lines.append(line);
    }
    return lines;
}

} // namespace

LiveTable::LiveTable(const WatchOptions &options, int interruption) : m_interruption(interruption)
{
    for (const QString &label : labelsOf(options.addresses))
        m_rows.emplace_back().label = label;
    m_timer.setSingleShot(true);
    m_timer.setInterval(betweenDrawings);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { draw(); });
    drawSoon();
}

std::optional<int> LiveTable::showValue(qsizetype item, const Update &update)
{
    return take(item, update, shown(update.value));
}

std::optional<int> LiveTable::showNews(qsizetype item, const Update &news)
{
    return take(item, news, QStringLiteral("changed %1").arg(news.sequence));
}

std::optional<int> LiveTable::showStale(qsizetype item, const std::optional<Update> &,
                                        const Staleness &staleness)
{
    m_rows[static_cast<std::size_t>(item)].staleness = staleness;
    drawSoon();
    return m_end;
}

std::optional<int> LiveTable::take(qsizetype item, const Update &update, const QString &value)
{
    Row &row = m_rows[static_cast<std::size_t>(item)];
    row.update = update;
    row.value = value;
    row.staleness.reset();
    ++row.updates;
    drawSoon();
    return m_end;
}

void LiveTable::drawSoon()
{
    if (!m_timer.isActive())
        m_timer.start();
}

void LiveTable::showEnd(qsizetype item)
{
    Row &row = m_rows[static_cast<std::size_t>(item)];
    row.hasEnded = true;
    row.staleness.reset();
    m_linesDrawn = 0; // They are no longer right above the cursor.
    drawSoon();
}

void LiveTable::finish()
{
    const bool hasSomething =
        std::ranges::any_of(m_rows, [](const Row &row) { return row.update.has_value(); });
    if (m_timer.isActive() && hasSomething)
        draw();
}

QString LiveTable::stateOf(const Row &row)
{
    if (row.hasEnded)
        return QStringLiteral("ended");
    if (row.staleness)
        return qualityName(Quality::Stale);
    return row.update ? qualityName(row.update->quality) : QStringLiteral("waiting");
}

QStringList LiveTable::lines() const
{
    Table table{{QStringLiteral("ITEM"), QStringLiteral("TIME"), QStringLiteral("STATE"),
                 QStringLiteral("UPDATES"), QStringLiteral("VALUE")}};
    for (const Row &row : m_rows)
        table.add({row.label, row.update ? timeOfDay(row.update->sourceTime) : QString{}, stateOf(row),
                   QString::number(row.updates), row.value});
    const TerminalSize size = terminalSize();
    QStringList lines = table.lines(size.columns - 1);
    for (const QString &note : notes())
        lines.append(wrapped(note, size.columns - 1));
    return lines.first(std::min(lines.size(), size.lines - 1)); // What scrolled away cannot be drawn again.
}

// One for each reason, which says whom it is about: many items go with one service.
QStringList LiveTable::notes() const
{
    QSet<QString> told;
    QStringList notes;
    for (const Row &row : m_rows) {
        if (!row.staleness || told.contains(row.staleness->reason.detail))
            continue;
        told.insert(row.staleness->reason.detail);
        notes.append(QStringLiteral("Stale since %1: %2")
                         .arg(timeOfDay(row.staleness->since), row.staleness->reason.detail));
    }
    return notes;
}

void LiveTable::draw()
{
    QByteArray drawing;
    if (m_linesDrawn > 0)
        drawing = "\x1b[" + QByteArray::number(m_linesDrawn) + 'A';
    const QStringList lines = this->lines();
    for (const QString &line : lines)
        drawing += '\r' + line.toUtf8() + "\x1b[K\n";
    drawing += "\x1b[J"; // The terminal may have become smaller.
    m_linesDrawn = lines.size();
    m_end = writeOut(drawing, m_interruption);
}

} // namespace tellwire::tool
