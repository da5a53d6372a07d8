// SPDX-License-Identifier: Apache-2.0
#include "tools/input_lines.h"

#include <array>
#include <cerrno>

#include <unistd.h>

namespace tellwire::tool {

// Qt's event loops poll(), and poll() calls a file always readable; so files need no way of their own.
InputLines::InputLines(Handlers handlers)
    : m_handlers(std::move(handlers)),
      m_notifier(STDIN_FILENO, QSocketNotifier::Read)
{
    QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] { readSome(); });
}

void InputLines::readSome()
{
    std::array<char, 1 << 16> portion{};
    const ssize_t length = read(STDIN_FILENO, portion.data(), portion.size());
    if (length > 0)
        return take({portion.data(), length});
    if (length < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    m_notifier.setEnabled(false);
    if (!m_line.isEmpty() || m_isTooLong)
        finishLine();
    m_handlers.onEnd();
}

void InputLines::take(QByteArray portion)
{
    qsizetype start = 0;
    for (qsizetype end = portion.indexOf('\n'); end >= 0; end = portion.indexOf('\n', start)) {
        m_line += QByteArrayView{portion}.sliced(start, end - start);
        finishLine();
        start = end + 1;
    }
    m_line += QByteArrayView{portion}.sliced(start);
    m_isTooLong = m_isTooLong || m_line.size() > longestLine;
    if (m_isTooLong)
        m_line.clear();
}

void InputLines::finishLine()
{
    const QByteArray line = std::exchange(m_line, {});
    if (std::exchange(m_isTooLong, false))
        m_handlers.onTooLong();
    else
        m_handlers.onLine(line);
}

} // namespace tellwire::tool
