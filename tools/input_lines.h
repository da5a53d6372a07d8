// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QSocketNotifier>

#include <functional>

namespace tellwire::tool {

/// The lines of standard input, as they come: from a pipe, a terminal or a file. Reads from the event loop
/// and never blocks it; after a portion of a long file, others get their turn.
class InputLines
{
public:
    /// Longer lines are not kept.
    static constexpr qsizetype longestLine = qsizetype{64} << 20;

    struct Handlers
    {
        std::function<void(const QByteArray &line)> onLine; ///< Without its end. The last one may lack that.
        std::function<void()> onTooLong;                    ///< Instead of a line.
        std::function<void()> onEnd; ///< Last call. Also if it cannot be read any more.
    };

    explicit InputLines(Handlers handlers);

private:
    void readSome();
    void take(QByteArray portion);
    void finishLine();

    Handlers m_handlers;
    QSocketNotifier m_notifier;
    QByteArray m_line; ///< As far as it has come.
    bool m_isTooLong = false;
};

} // namespace tellwire::tool
