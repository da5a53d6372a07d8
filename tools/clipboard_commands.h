// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/board_name.h"
#include "dde/transport/session.h"
#include "formats/format.h"

#include <QList>
#include <QStringList>

#include <functional>
#include <optional>

// The commands about boards, one file each, with what the command line says to them. All return the code to
// end with.
namespace tellwire::tool {

/// One format to copy.
struct CopiedFormat
{
    Format format;
    QString source; ///< A file, "-" for standard input; or a command for the shell.
    bool isLazy = false;
};

struct CopyOptions
{
    BoardName board = BoardName::clipboard();
    Format type = Format::text(); ///< Of the files, or of standard input.
    QStringList files;
    bool themselves = false;     ///< Copy the files, not what is in them.
    QList<CopiedFormat> formats; ///< Richest first; instead of files.
    bool foreground = false;
    std::optional<quint32> ifSequence;

    bool hasLazy() const;
};

struct PasteOptions
{
    BoardName board = BoardName::clipboard();
    std::optional<Format> type; ///< Else the text.
    bool list = false;
    bool json = false;
    QString directory; ///< Where all formats go; empty: nowhere.
    bool force = false;
};

struct ClipboardOptions
{
    BoardName board = BoardName::clipboard();
    QString command; ///< For each change; empty: none.
    QString file;    ///< "-": standard input or output.
    bool json = false;
};

/// `onDone` is called once all is on the board, and only what is lazy is left to do.
int copy(const Session &session, const CopyOptions &options, const std::function<void()> &onDone);
int paste(const Session &session, const PasteOptions &options);
int watchClipboard(const Session &session, const ClipboardOptions &options);
int saveClipboard(const Session &session, const ClipboardOptions &options);
int loadClipboard(const Session &session, const ClipboardOptions &options);
int clearClipboard(const Session &session, const ClipboardOptions &options);

} // namespace tellwire::tool
