// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"

#include "dde/transport/session_status.h"
#include "tools/clipboard_commands.h"
#include "tools/clipboard_file.h"
#include "tools/content_text.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/obtained_format.h"
#include "tools/output.h"

#include <QFile>

#include <unistd.h>

namespace tellwire::tool {

namespace {

const QString standard = QStringLiteral("-");

int writeTo(const QString &file, const QList<QByteArrayView> &pieces)
{
    if (file != standard) {
        const Result<void> written = writeFile(file, pieces, ExistingFile::Replaced);
        return written ? success : fail(QStringLiteral("clipboard save"), written.error());
    }
    for (const QByteArrayView &piece : pieces)
        if (const std::optional<int> exitCode = writeOut(piece))
            return *exitCode;
    return success;
}

} // namespace

/// What cannot be had does not keep the rest away.
int saveClipboard(const Session &session, const ClipboardOptions &options)
{
    const Clipboard clipboard{session, options.board};
    ClipboardContent content = clipboard.content();
    if (const Result<void> kept = content.keep(); !kept)
        return failAtBoard(QStringLiteral("clipboard save"), kept.error());
    int exitCode = success;
    QList<SavedFormat> formats;
    QList<ObtainedFormat> obtained;
    for (const ContentFormat &format : content.formats()) {
        if (format.source == ContentFormat::Source::Converted)
            continue; // Whoever loads it converts it again.
        if (const Result<ObtainedFormat> bytes = obtain(clipboard, content, format)) {
            formats.append({format.format, bytes->bytes().size()});
            obtained.append(*bytes);
        } else {
            const int failed =
                failAtBoard(QStringLiteral("clipboard save %1").arg(format.format.name()), bytes.error());
            exitCode = exitCode == success ? failed : exitCode;
        }
    }
    const QByteArray header = savedHeader(formats);
    QList<QByteArrayView> pieces{header};
    for (const ObtainedFormat &format : obtained)
        pieces.append(format.bytes());
    const int written = writeTo(options.file, pieces);
    return written == success ? exitCode : written;
}

int loadClipboard(const Session &session, const ClipboardOptions &options)
{
    const QString attempt = QStringLiteral("clipboard load %1").arg(options.file);
    QFile file{options.file};
    if (!(options.file == standard ? file.open(STDIN_FILENO, QIODevice::ReadOnly)
                                   : file.open(QIODevice::ReadOnly)))
        return fail(attempt, {ErrorCode::BadData, file.errorString()});
    const Result<QList<Payload>> saved = readSaved(file, SessionLimits::of(session).clipboardLimit);
    if (!saved)
        return failAtBoard(attempt, saved.error());
    Offer offer;
    for (const Payload &payload : *saved)
        offer.add(payload);
    const Result<void> done = Clipboard{session, options.board}.put(offer);
    return done ? success : failAtBoard(attempt, done.error());
}

int clearClipboard(const Session &session, const ClipboardOptions &options)
{
    const Result<void> done = Clipboard{session, options.board}.clear();
    return done ? success : failAtBoard(QStringLiteral("clipboard clear"), done.error());
}

} // namespace tellwire::tool
