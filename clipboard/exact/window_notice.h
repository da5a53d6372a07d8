// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/message.h"
#include "formats/result.h"

#include <QByteArray>

namespace tellwire::exact {

/// The messages about windows. The numbers travel: never change or reuse one.
enum class WindowMessage : quint8 {
    Notice = 0x50, ///< To the program of a window.
    Done = 0x51,   ///< From there: the window has seen it, or is no more.
};

/// What one program tells a window of another one. The meaning of `first` and `second` is the kind's.
struct WindowNotice
{
    /// The numbers travel: never change or reuse one.
    enum class Kind : quint8 {
        DestroyClipboard = 1, ///< The board is about to be emptied.
        Draw = 2,             ///< It has changed; `first` is the window of its owner.
        ChangeChain = 3,      ///< `first` leaves the viewer chain; `second` comes behind it.
    };

    Kind kind = Kind::Draw;
    quint64 window = 0;
    quint64 first = 0;
    quint64 second = 0;
    QByteArray board = {}; ///< BoardName::key()

    friend bool operator==(const WindowNotice &, const WindowNotice &) = default;
};

transport::Message encodeNotice(quint32 transaction, const WindowNotice &notice);
transport::Message encodeDone(quint32 transaction);

/// Errors: BadData, with a sentence that says what is wrong with the message.
Result<WindowNotice> decodeNotice(const transport::Message &message);
Result<void> decodeDone(const transport::Message &message);

} // namespace tellwire::exact
