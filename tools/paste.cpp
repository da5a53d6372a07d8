// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "formats/json_format.h"
#include "tools/clipboard_commands.h"
#include "tools/content_text.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/obtained_format.h"
#include "tools/output.h"
#include "tools/update_text.h"

#include <QDir>
#include <QSet>

namespace tellwire::tool {

namespace {

constexpr QLatin1StringView attempt{"paste"};

/// A name that is one in every directory, and no other: nothing in it leads elsewhere.
QString fileNameFor(const Format &format)
{
    constexpr qsizetype longestName = 60; // At most 180 bytes.
    QString name = format.name().left(longestName);
    for (QChar &character : name)
        if (!character.isLetterOrNumber() && !QStringLiteral("._-+=").contains(character))
            character = u'_';
    return name.startsWith(u'.') ? u'_' + name : name;
}

QString withoutEqual(const QString &name, QSet<QString> &taken)
{
    QString free = name;
    for (int number = 2; taken.contains(free.toCaseFolded()); ++number)
        free = QStringLiteral("%1-%2").arg(name).arg(number);
    taken.insert(free.toCaseFolded());
    return free;
}

class Paster
{
public:
    Paster(const Session &session, const PasteOptions &options);
    int one();
    int all();
    int list() const;

private:
    Error nothingLike(const Error &reason) const;
    Result<void> writeTo(const QString &file, const ContentFormat &format);

    PasteOptions m_options;
    Clipboard m_clipboard;
    ClipboardContent m_content;
};

Paster::Paster(const Session &session, const PasteOptions &options)
    : m_options(options),
      m_clipboard(session, options.board)
{
    m_clipboard.setConversions(FormatRegistry::withStandardConversions());
    m_content = m_clipboard.content();
}

Error Paster::nothingLike(const Error &reason) const
{
    if (reason.code != ErrorCode::FormatNotOffered)
        return reason;
    const QString board = QStringLiteral("board %1 ").arg(m_options.board.text());
    if (m_content.isEmpty())
        return {reason.code, board + QStringLiteral("is empty")};
    return {reason.code, board + QStringLiteral("holds no %1, but %2")
                                     .arg(m_options.type ? m_options.type->name() : QStringLiteral("text"),
                                          namesOfOffered(m_content).join(QStringLiteral(", ")))};
}

int Paster::one()
{
    const QList<Format> wanted = m_options.type ? QList<Format>{*m_options.type} : textsOf(m_content);
    const Result<ObtainedFormat> obtained = obtain(m_clipboard, m_content, wanted);
    if (!obtained)
        return failAtBoard(attempt, nothingLike(obtained.error()));
    if (const std::optional<int> exitCode = obtained->writeOut())
        return *exitCode;
    const QByteArrayView bytes = obtained->bytes();
    const bool isForPeople =
        outputIsTerminal() &&
        textOf({obtained->format(), QByteArray::fromRawData(bytes.data(), bytes.size())});
    return finishWith(isForPeople ? QByteArrayView{"\n"} : QByteArrayView{});
}

int Paster::list() const
{
    if (m_options.json)
        return finishWithJson(toJson(m_options.board, m_content));
    const QString owner = describe(m_content.owner());
    QString title =
        QStringLiteral("board %1, number %2").arg(m_options.board.text()).arg(m_content.sequenceNumber());
    if (m_content.isEmpty())
        title += QStringLiteral(", empty");
    if (!owner.isEmpty())
        title += QStringLiteral(", of ") + owner;
    Table table{{QStringLiteral("TYPE"), QStringLiteral("SIZE"), QStringLiteral("STATE")}};
    for (const ContentFormat &format : m_content.formats())
        table.add({format.format.name(),
                   format.sizeInBytes ? QString::number(*format.sizeInBytes) : QStringLiteral("-"),
                   sourceName(format.source)});
    return finishWith(title.toUtf8() + '\n' + (m_content.isEmpty() ? QByteArray{} : table.text()));
}

Result<void> Paster::writeTo(const QString &file, const ContentFormat &format)
{
    const Result<ObtainedFormat> obtained = obtain(m_clipboard, m_content, format);
    if (!obtained)
        return obtained.error();
    return writeFile(file, {obtained->bytes()},
                     m_options.force ? ExistingFile::Replaced : ExistingFile::Refused);
}

/// What cannot be had does not keep the rest away.
int Paster::all()
{
    if (m_content.isEmpty())
        return failAtBoard(attempt, nothingLike({ErrorCode::FormatNotOffered, {}}));
    if (const Result<void> kept = m_content.keep(); !kept)
        return failAtBoard(attempt, kept.error());
    QDir{}.mkdir(m_options.directory); // If it fails, the files in it say why.
    QSet<QString> taken;
    int exitCode = success;
    for (const ContentFormat &format : m_content.formats()) {
        if (format.source == ContentFormat::Source::Converted)
            continue;
        const QString file =
            QDir{m_options.directory}.filePath(withoutEqual(fileNameFor(format.format), taken));
        if (const Result<void> written = writeTo(file, format); !written) {
            const int failed =
                failAtBoard(QStringLiteral("paste %1").arg(format.format.name()), written.error());
            exitCode = exitCode == success ? failed : exitCode;
        } else if (const auto end =
                       writeOut((inOneLine(format.format.name()) + u'\t' + file).toUtf8() + '\n')) {
            return *end;
        }
    }
    return exitCode;
}

} // namespace

int paste(const Session &session, const PasteOptions &options)
{
    Paster paster{session, options};
    if (options.list)
        return paster.list();
    return options.directory.isEmpty() ? paster.one() : paster.all();
}

} // namespace tellwire::tool
