// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "dde/transport/session_status.h"
#include "tools/clipboard_commands.h"
#include "tools/content_text.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/interruption.h"
#include "tools/large_file.h"
#include "tools/lazy_commands.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>
#include <QTimer>
#include <QUrl>

#include <algorithm>

namespace tellwire::tool {

namespace {

constexpr QLatin1StringView attempt{"copy"};

Error isNoText(const QStringList &files)
{
    return {ErrorCode::BadData,
            QStringLiteral("%1 is not UTF-8 text; say what it is with --type or --offer")
                .arg(files == QStringList{QStringLiteral("-")} ? QStringLiteral("standard input")
                                                               : files.join(u' '))};
}

/// What is offered of the files, or of standard input. Has to live until that is on the board.
class CopiedBytes
{
public:
    explicit CopiedBytes(quint64 limitInBytes) : m_left(limitInBytes) {}

    Result<void> addTo(Offer &offer, const Format &format, const QStringList &files);

private:
    std::shared_ptr<LargeFile> large(const QString &file);
    Result<QByteArray> read(const QString &file);

    quint64 m_left;
    std::optional<QByteArray> m_standardInput; ///< Once it is read: for whoever else wants it.
    QHash<QString, std::shared_ptr<LargeFile>> m_large;
};

std::shared_ptr<LargeFile> CopiedBytes::large(const QString &file)
{
    std::shared_ptr<LargeFile> &large = m_large[file];
    if (!large && (large = LargeFile::open(file, m_left)))
        m_left -= static_cast<quint64>(large->size());
    return large;
}

Result<QByteArray> CopiedBytes::read(const QString &file)
{
    const bool isStandard = file == QStringLiteral("-");
    if (isStandard && m_standardInput)
        return *m_standardInput;
    const Result<QByteArray> bytes = readFile(file, m_left);
    if (bytes)
        m_left -= static_cast<quint64>(bytes->size());
    if (bytes && isStandard)
        m_standardInput = *bytes;
    return bytes;
}

Result<void> CopiedBytes::addTo(Offer &offer, const Format &format, const QStringList &files)
{
    const bool isText = format == Format::text();
    if (const auto file = files.size() == 1 ? large(files.constFirst()) : nullptr) {
        if (isText && !file->isUtf8())
            return isNoText(files);
        offer.addFile(format, file->part());
        return {};
    }
    QByteArray all;
    for (const QString &file : files) {
        const Result<QByteArray> bytes = read(file);
        if (!bytes)
            return bytes.error();
        all += *bytes; // The first one is shared, not copied.
    }
    if (isText && !all.isValidUtf8())
        return isNoText(files);
    offer.add(Payload{format, all});
    return {};
}

/// The files themselves, for programs that copy files, and their names as text for all others.
Result<Offer> offerOfFilesThemselves(const QStringList &files)
{
    QByteArray addresses;
    QStringList names;
    for (const QString &file : files) {
        const QFileInfo information{file};
        if (!information.exists() && !information.isSymLink())
            return Error{ErrorCode::BadData, QStringLiteral("there is no file %1").arg(file)};
        names.append(information.absoluteFilePath());
        addresses += QUrl::fromLocalFile(names.constLast()).toEncoded() + "\r\n"; // RFC 2483
    }
    Offer offer;
    offer.add(Payload{Format::uriList(), addresses});
    offer.add(names.join(u'\n'));
    return offer;
}

class Copier
{
public:
    Copier(const Session &session, const CopyOptions &options);
    int run(const std::function<void()> &onDone);

private:
    Result<Offer> offer(CopiedBytes &bytes);
    Result<Offer> offerOfFormats(CopiedBytes &bytes);
    Result<void> put();
    Offer::LaterRenderer renderer(const CopiedFormat &copied);
    int provide();
    bool isNeeded() const;

    CopyOptions m_options;
    SessionLimits m_limits;
    QTimer m_patience;       ///< Once something else was put there.
    LazyCommands m_commands; ///< Outlive the clipboard, whose end may run them.
    Clipboard m_clipboard;
};

Copier::Copier(const Session &session, const CopyOptions &options)
    : m_options(options),
      m_limits(SessionLimits::of(session)),
      m_commands(static_cast<qsizetype>(m_limits.clipboardLimit)),
      m_clipboard(session, options.board)
{}

Result<Offer> Copier::offer(CopiedBytes &bytes)
{
    if (m_options.themselves)
        return offerOfFilesThemselves(m_options.files);
    if (!m_options.formats.isEmpty())
        return offerOfFormats(bytes);
    const QStringList files = m_options.files.isEmpty() ? QStringList{QStringLiteral("-")} : m_options.files;
    Offer offer;
    if (const Result<void> added = bytes.addTo(offer, m_options.type, files); !added)
        return added.error();
    return offer;
}

Result<Offer> Copier::offerOfFormats(CopiedBytes &bytes)
{
    Offer offer;
    for (const CopiedFormat &copied : m_options.formats) {
        if (copied.isLazy) {
            offer.addDelayed(copied.format, renderer(copied));
            continue;
        }
        if (const Result<void> added = bytes.addTo(offer, copied.format, {copied.source}); !added)
            return added.error();
    }
    return offer;
}

Offer::LaterRenderer Copier::renderer(const CopiedFormat &copied)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("TELLWIRE_BOARD"), m_options.board.text());
    environment.insert(QStringLiteral("TELLWIRE_FORMAT"), copied.format.name());
    return
        [this, copied, environment] { return m_commands.render(copied.format, copied.source, environment); };
}

Result<void> Copier::put()
{
    CopiedBytes bytes{m_limits.clipboardLimit};
    const Result<Offer> offer = this->offer(bytes);
    if (!offer)
        return offer.error();
    return m_options.ifSequence ? m_clipboard.putIf(*m_options.ifSequence, *offer) : m_clipboard.put(*offer);
}

int Copier::run(const std::function<void()> &onDone)
{
    if (const Result<void> done = put(); !done)
        return failAtBoard(attempt, done.error());
    onDone();
    return m_options.hasLazy() ? provide() : success;
}

/// True while somebody may ask for something that is not made yet.
bool Copier::isNeeded() const
{
    if (m_commands.isRunning())
        return true;
    const ClipboardContent content = m_clipboard.content();
    return m_clipboard.isOwner() &&
           std::any_of(content.formats().cbegin(), content.formats().cend(), [](const ContentFormat &format) {
               return format.source == ContentFormat::Source::Delayed;
           });
}

int Copier::provide()
{
    const Interruption interruption{[] { QCoreApplication::exit(success); }};
    const auto endIfDone = [this] {
        if (!isNeeded())
            QCoreApplication::exit(success);
    };
    QObject::connect(&m_patience, &QTimer::timeout, &m_commands, [] { QCoreApplication::exit(success); });
    QObject::connect(&m_commands, &LazyCommands::finished, &m_commands, endIfDone);
    QObject::connect(&m_clipboard, &Clipboard::ownershipLost, &m_commands, [this, endIfDone] {
        // Who asked before gets an answer, unless that takes longer than anybody waits.
        m_patience.start(m_limits.requestTimeout);
        endIfDone();
    });
    QMetaObject::invokeMethod(&m_commands, endIfDone, Qt::QueuedConnection); // It may be replaced already.
    const int exitCode = QCoreApplication::exec();
    m_commands.finishInPlace(
        QDeadlineTimer{m_clipboard.isOwner() ? m_limits.clipboardRenderTime : std::chrono::milliseconds{0}});
    return exitCode;
}

} // namespace

bool CopyOptions::hasLazy() const
{
    return std::any_of(formats.cbegin(), formats.cend(),
                       [](const CopiedFormat &copied) { return copied.isLazy; });
}

int copy(const Session &session, const CopyOptions &options, const std::function<void()> &onDone)
{
    return Copier{session, options}.run(onDone);
}

} // namespace tellwire::tool
