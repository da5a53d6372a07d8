// SPDX-License-Identifier: Apache-2.0
#include "tools/live_table.h"

#include "tools/output.h"
#include "tools/update_lines.h"
#include "tools/update_text.h"

#include <QDateTime>

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
    return QStringLiteral("(%1 bytes)").arg(value.bytes().size());
}

QString timeOfDay(SourceTime time)
{
    const auto sinceEpoch = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(sinceEpoch.count()).toString(QStringLiteral("HH:mm:ss.zzz"));
}

} // namespace

LiveTable::LiveTable(const WatchOptions &options, int interruption) : m_interruption(interruption)
{
    for (const QString &label : labelsOf(options.addresses))
        m_rows.push_back({label, std::nullopt, 0});
    m_timer.setSingleShot(true);
    m_timer.setInterval(betweenDrawings);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { draw(); });
}

std::optional<int> LiveTable::show(qsizetype item, const Update &update)
{
    Row &row = m_rows[static_cast<std::size_t>(item)];
    row.update = update;
    ++row.updates;
    if (!m_timer.isActive())
        m_timer.start();
    return m_end;
}

void LiveTable::makeRoom() { m_linesDrawn = 0; }

void LiveTable::finish()
{
    if (m_timer.isActive())
        draw();
}

QStringList LiveTable::lines() const
{
    Table table{{QStringLiteral("ITEM"), QStringLiteral("TIME"), QStringLiteral("QUALITY"),
                 QStringLiteral("UPDATES"), QStringLiteral("VALUE")}};
    for (const Row &row : m_rows) {
        const std::optional<Update> &update = row.update;
        table.add({row.label, update ? timeOfDay(update->sourceTime) : QString{},
                   update ? qualityName(update->quality) : QString{}, QString::number(row.updates),
                   update ? shown(update->value) : QString{}});
    }
    const TerminalSize size = terminalSize();
    const QStringList lines = table.lines(size.columns - 1);
    return lines.first(std::min(lines.size(), size.lines - 1)); // What scrolled away cannot be drawn again.
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
