// SPDX-License-Identifier: Apache-2.0
#include "tools/output.h"

#include "formats/json_format.h"
#include "tools/exit_code.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cwchar>

#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace tellwire::tool {

namespace {

constexpr QLatin1StringView gap{"  "};
constexpr qsizetype pieceAtOnce = qsizetype{8} << 20;

/// False if the user wants to end before there is room for PIPE_BUF bytes.
bool waitForRoom(int interruption)
{
    std::array<pollfd, 2> waiting{{{STDOUT_FILENO, POLLOUT, 0}, {interruption, POLLIN, 0}}};
    while (poll(waiting.data(), waiting.size(), -1) < 0 && errno == EINTR) {
    }
    return waiting[0].revents != 0;
}

int writingFailed(int reason)
{
    if (reason == EPIPE)
        return success;
    complain(QStringLiteral("write to standard output: %1").arg(qt_error_string(reason)));
    return exitCodeOf(ErrorCode::OutOfSpace);
}

qsizetype columnsOf(char32_t character)
{
    const int columns = wcwidth(static_cast<wchar_t>(character));
    return columns < 0 ? 1 : columns; // Unknown in this locale.
}

bool isHarmless(char32_t character)
{
    switch (QChar::category(character)) {
    case QChar::Other_Format:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return QChar::isPrint(character);
    }
}

} // namespace

bool outputIsTerminal() { return isatty(STDOUT_FILENO) == 1; }

std::optional<int> writeOut(QByteArrayView bytes, int interruption)
{
    const qsizetype most = interruption < 0 ? pieceAtOnce : PIPE_BUF; // A write of more may block.
    while (!bytes.isEmpty()) {
        if (!waitForRoom(interruption))
            return success;
        const auto portion = static_cast<std::size_t>(std::min(bytes.size(), most));
        const ssize_t written = write(STDOUT_FILENO, bytes.data(), portion);
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            return writingFailed(errno);
        bytes = bytes.sliced(std::max<qsizetype>(written, 0));
    }
    return std::nullopt;
}

std::optional<int> writeOut(int file, qint64 offset, QByteArrayView bytes)
{
    constexpr int roomInPipe =
        1 << 20; // The most that anybody may have, as a rule; in vain for what is none.
    if (bytes.size() >= roomInPipe)
        fcntl(STDOUT_FILENO, F_SETPIPE_SZ, roomInPipe);
    off_t from = offset;
    while (!bytes.isEmpty()) {
        if (!waitForRoom(-1))
            return success;
        const auto portion = static_cast<std::size_t>(std::min(bytes.size(), pieceAtOnce));
        const ssize_t sent = sendfile(STDOUT_FILENO, file, &from, portion);
        if (sent < 0 && errno == EPIPE)
            return writingFailed(errno);
        if (sent == 0 || (sent < 0 && errno != EINTR && errno != EAGAIN))
            break; // Where the system cannot, or says why when we write.
        bytes = bytes.sliced(std::max<qsizetype>(sent, 0));
    }
    return writeOut(bytes);
}

int finishWith(QByteArrayView bytes) { return writeOut(bytes).value_or(success); }

int finishWithJson(const nlohmann::json &answer) { return finishWith(printJson(answer) + '\n'); }

qsizetype columnsOf(const QString &text)
{
    qsizetype columns = 0;
    for (const char32_t character : text.toUcs4())
        columns += columnsOf(character);
    return columns;
}

QString inOneLine(const QString &text, qsizetype mostColumns)
{
    QString line;
    qsizetype columns = 0;
    for (const char32_t character : text.toUcs4()) {
        const char32_t shown = isHarmless(character) ? character : U'·';
        columns += columnsOf(shown);
        if (mostColumns >= 0 && columns > mostColumns)
            break;
        line += QString::fromUcs4(&shown, 1);
    }
    return line;
}

void Table::add(const QStringList &cells)
{
    m_widths.resize(cells.size());
    QStringList row;
    for (qsizetype column = 0; column < cells.size(); ++column) {
        row.append(inOneLine(cells[column]));
        m_widths[column] = std::max(m_widths[column], columnsOf(row[column]));
    }
    m_rows.append(row);
}

QStringList Table::lines(qsizetype mostColumns) const
{
    QStringList lines;
    for (const QStringList &row : m_rows) {
        QString line;
        for (qsizetype column = 0; column < row.size(); ++column) {
            line += (column == 0 ? QLatin1StringView{} : gap) + row[column];
            if (column + 1 < row.size())
                line += QString(m_widths[column] - columnsOf(row[column]), u' ');
        }
        lines.append(inOneLine(line, mostColumns));
    }
    return lines;
}

QByteArray Table::text() const
{
    QByteArray text;
    for (const QString &line : lines())
        text += line.toUtf8() + '\n';
    return text;
}

QByteArray Table::takeText()
{
    const QByteArray text = this->text();
    m_rows.clear();
    return text;
}

} // namespace tellwire::tool
