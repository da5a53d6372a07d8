// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/volumes.h"

#include "clipboard/store/directory_listing.h"
#include "dde/transport/configuration.h"
#include "dde/transport/large_bytes.h"
#include "dde/transport/logging.h"
#include "dde/transport/seat.h"
#include "dde/transport/step.h"
#include "dde/transport/system_calls.h"

#include <QFile>
#include <QRandomGenerator>
#include <QStringList>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::store {

using transport::FileDescriptor;
using transport::SystemCalls;
using transport::systemError;

namespace {

using Call = SystemCalls::Call;

constexpr quint64 pieceAtOnce = quint64{8} << 20; // Larger ones gain nothing, and cannot be interrupted.
constexpr const char *homeLink = "home";

QByteArray fileName(quint64 name) { return QByteArray::number(name, 16).rightJustified(16, '0'); }

std::optional<quint64> nameOfFile(const QByteArray &name)
{
    bool isNumber = false;
    const quint64 number = name.toULongLong(&isNumber, 16);
    return isNumber && fileName(number) == name ? std::optional{number} : std::nullopt;
}

QString nameOfVolume(VolumeKind kind)
{
    switch (kind) {
    case VolumeKind::Session:
        return QStringLiteral("the session directory");
    case VolumeKind::Memory:
        return QStringLiteral("shared memory");
    case VolumeKind::Cache:
        return QStringLiteral("the cache directory");
    }
    return {};
}

/// A directory in another one, if it is ours, closed to others and no link.
Result<FileDescriptor> openOwn(SystemCalls &system, int parent, const QByteArray &path, bool create)
{
    const QString attempt = QStringLiteral("use %1 for the clipboard").arg(QFile::decodeName(path));
    const Error notOurs{ErrorCode::AccessDenied,
                        attempt + QStringLiteral(": it is somebody else's, or open to other users, or no "
                                                 "directory; remove it, or have it removed")};
    const bool isMissing = create && (system.before(Call::MakeDirectory) != 0 ||
                                      ::mkdirat(parent, path.constData(), S_IRWXU) != 0);
    if (isMissing && errno != EEXIST)
        return systemError(errno, attempt);
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    FileDescriptor directory{system.before(Call::Open) == 0 ? ::openat(parent, path.constData(), flags) : -1};
    struct stat status
    {};
    if (!directory.isValid() && (errno == EACCES || errno == ELOOP || errno == ENOTDIR))
        return notOurs;
    if (!directory.isValid() || ::fstat(directory.get(), &status) != 0)
        return systemError(errno, attempt);
    if (status.st_uid != ::geteuid() || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return notOurs;
    return directory;
}

bool writeAll(SystemCalls &system, int file, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const auto length = std::min<quint64>(static_cast<quint64>(bytes.size()), pieceAtOnce);
        const ssize_t written = transport::appendOnce(system, file, bytes.data(), length);
        if (written <= 0) {
            errno = written == 0 ? ENOSPC : errno;
            return false;
        }
        bytes = bytes.sliced(written);
    }
    return true;
}

/// Through a buffer, since not every kernel and file system moves bytes from file to file by itself.
bool writeAll(SystemCalls &system, int file, const Offer::FilePart &part)
{
    constexpr qint64 atOnce = qint64{1} << 18; // Stays in the cache of a processor.
    QByteArray buffer{std::min(part.size, atOnce), Qt::Uninitialized};
    for (qint64 done = 0; done < part.size;) {
        const auto wanted = static_cast<std::size_t>(std::min(part.size - done, atOnce));
        const ssize_t length = ::pread(part.descriptor, buffer.data(), wanted, part.offset + done);
        if (length < 0 && errno == EINTR)
            continue;
        if (length == 0)
            errno = ENODATA;
        if (length <= 0 || !writeAll(system, file, QByteArrayView{buffer}.first(length)))
            return false;
        done += length;
    }
    return true;
}

Error whyNotWritten(int reason, const QString &attempt)
{
    if (reason != EFAULT && reason != ENODATA)
        return systemError(reason, attempt);
    return {ErrorCode::BadData, attempt + QStringLiteral(": the file it comes from was cut short")};
}

quint64 sizeOf(const Piece &piece)
{
    const auto *part = std::get_if<Offer::FilePart>(&piece);
    return static_cast<quint64>(part != nullptr ? part->size : std::get<QByteArrayView>(piece).size());
}

bool isExpected(int file, quint64 size)
{
    struct stat status
    {};
    return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
           static_cast<quint64>(status.st_size) == size;
}

/// True if the link leads to no session directory of that name any more.
bool isAbandoned(int folder, const QByteArray &name)
{
    struct stat home
    {};
    if (::fstatat(folder, homeLink, &home, 0) != 0)
        return errno == ENOENT;
    return nameOfSession(home) != name;
}

void removeFolder(SystemCalls &system, int base, const QByteArray &name)
{
    const Result<FileDescriptor> folder = openOwn(system, base, name, false);
    if (!folder || !isAbandoned(folder->get(), name))
        return;
    const QByteArrayList files = namesIn(folder->get());
    for (const QByteArray &file : files)
        ::unlinkat(folder->get(), file.constData(), 0);
    ::unlinkat(base, name.constData(), AT_REMOVEDIR);
}

} // namespace

// A file being written

WritingFile::WritingFile(FileDescriptor directory, FileDescriptor file, const ContentPlace &place)
    : m_directory(std::move(directory)),
      m_file(std::move(file)),
      m_place(place)
{}

WritingFile::WritingFile(WritingFile &&other) noexcept
    : m_directory(std::move(other.m_directory)),
      m_file(std::move(other.m_file)),
      m_place(other.m_place),
      m_isKept(std::exchange(other.m_isKept, true))
{}

WritingFile::~WritingFile()
{
    if (m_isKept)
        return;
    ::unlinkat(m_directory.get(), fileName(m_place.name).constData(), 0);
    transport::step("clipboard.file.withdrawn");
}

// Volumes

VolumeBases VolumeBases::ofThisUser()
{
    QString cache = qEnvironmentVariable("XDG_CACHE_HOME");
    if (!cache.startsWith(u'/')) // A relative one is void (XDG Base Directory Specification).
        cache = qEnvironmentVariable("HOME") + QStringLiteral("/.cache");
    return {.memory = QStringLiteral("/dev/shm/tellwire-%1").arg(::geteuid()),
            .cache = cache + QStringLiteral("/tellwire")};
}

Volumes::Volumes(transport::Seat &seat, VolumeBases bases) : m_seat(seat), m_bases(std::move(bases)) {}

const QString &Volumes::baseOf(VolumeKind kind) const
{
    return kind == VolumeKind::Memory ? m_bases.memory : m_bases.cache;
}

QByteArray Volumes::folderName() const
{
    struct stat status
    {};
    ::fstat(m_seat.directory().descriptor(), &status);
    return nameOfSession(status);
}

Result<FileDescriptor> Volumes::directoryOf(VolumeKind kind, bool create) const
{
    if (kind == VolumeKind::Session)
        return openOwn(m_seat.system(), m_seat.directory().descriptor(), "clip", create);
    Result<FileDescriptor> base = openOwn(m_seat.system(), AT_FDCWD, QFile::encodeName(baseOf(kind)), create);
    if (!base)
        return base;
    Result<FileDescriptor> folder = openOwn(m_seat.system(), base->get(), folderName(), create);
    if (folder && create) // One that is there already is right, or tidyUp() will find out.
        ::symlinkat(QFile::encodeName(m_seat.directory().path()).constData(), folder->get(), homeLink);
    return folder;
}

Result<WritingFile> Volumes::write(const QList<Piece> &pieces)
{
    quint64 size = 0;
    for (const Piece &piece : pieces)
        size += sizeOf(piece);
    Q_ASSERT_X(size > 0, "Volumes::write", "there is nothing to write");
    QStringList tried;
    const std::size_t usable = m_seat.configuration().clipboardVolumes;
    for (const VolumeKind kind : {VolumeKind::Session, VolumeKind::Memory, VolumeKind::Cache}) {
        if (static_cast<std::size_t>(kind) > usable)
            break;
        Result<WritingFile> written = writeTo(kind, pieces, size);
        if (written || written.error().code == ErrorCode::BadData)
            return written;
        if (written.error().code == ErrorCode::AccessDenied && m_distrusted.insert(kind).second)
            qCWarning(transport::logTransport).noquote() << written.error().detail;
        tried.append(nameOfVolume(kind) + QStringLiteral(": ") + written.error().detail);
    }
    return Error{ErrorCode::OutOfSpace, QStringLiteral("store %1 bytes; no place has room for them (%2)")
                                            .arg(size)
                                            .arg(tried.join(QStringLiteral("; ")))};
}

Result<WritingFile> Volumes::writeTo(VolumeKind kind, const QList<Piece> &pieces, quint64 size)
{
    Result<FileDescriptor> directory = directoryOf(kind, true);
    if (!directory)
        return std::move(directory).error();
    const QString attempt = QStringLiteral("write a content file");
    SystemCalls &system = m_seat.system();
    FileDescriptor file{system.before(Call::Open) == 0
                            ? ::openat(directory->get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR)
                            : -1};
    if (!file.isValid() || !transport::reserve(system, file.get(), size))
        return systemError(errno, attempt);
    transport::step("clipboard.file.made");
    for (const Piece &piece : pieces)
        if (!std::visit([&](const auto &bytes) { return writeAll(system, file.get(), bytes); }, piece))
            return whyNotWritten(errno, attempt);
    transport::step("clipboard.file.written");
    // Before it has a name, so that whoever tidies up never finds it unlocked.
    if (system.before(Call::Lock) != 0 || ::flock(file.get(), LOCK_SH | LOCK_NB) != 0)
        return systemError(errno, attempt);
    transport::step("clipboard.file.locked");
    const ContentPlace place{.volume = kind, .name = QRandomGenerator::system()->generate64(), .size = size};
    const QByteArray unnamed = "/proc/self/fd/" + QByteArray::number(file.get());
    if (system.before(Call::Link) != 0 || ::linkat(AT_FDCWD, unnamed.constData(), directory->get(),
                                                   fileName(place.name).constData(), AT_SYMLINK_FOLLOW) != 0)
        return systemError(errno, attempt);
    transport::step("clipboard.file.linked");
    return WritingFile{*std::move(directory), std::move(file), place};
}

Result<FileDescriptor> Volumes::open(const ContentPlace &place) const
{
    const Error gone{ErrorCode::ContentGone,
                     QStringLiteral("read the board: its content was replaced meanwhile")};
    const Result<FileDescriptor> directory = directoryOf(place.volume, false);
    if (!directory)
        return directory.error().code == ErrorCode::OutOfSpace ? directory.error() : gone;
    // A pipe of that name must not stop us.
    constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    FileDescriptor file{m_seat.system().before(Call::Open) == 0
                            ? ::openat(directory->get(), fileName(place.name).constData(), flags)
                            : -1};
    if (!file.isValid() && errno == ENOENT)
        return gone;
    if (!file.isValid() && errno != ELOOP)
        return systemError(errno, QStringLiteral("open a content file"));
    if (!file.isValid() || !isExpected(file.get(), place.size))
        return Error{ErrorCode::Corrupted,
                     QStringLiteral("read the board: its content file is not what it should be")};
    return file;
}

void Volumes::remove(const ContentPlace &place) const
{
    if (const Result<FileDescriptor> directory = directoryOf(place.volume, false))
        ::unlinkat(directory->get(), fileName(place.name).constData(), 0);
    transport::step("clipboard.old.removed");
}

void Volumes::tidyUp(const std::function<bool(quint64)> &isNamed) const
{
    for (const VolumeKind kind : {VolumeKind::Session, VolumeKind::Memory, VolumeKind::Cache}) {
        const Result<FileDescriptor> directory = directoryOf(kind, false);
        const QByteArrayList files = directory ? namesIn(directory->get()) : QByteArrayList{};
        for (const QByteArray &name : files) {
            const std::optional<quint64> number = nameOfFile(name);
            const FileDescriptor file{
                ::openat(directory->get(), name.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
            if (!number || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
                continue;
            transport::step("clipboard.janitor.locked");
            if (isNamed(*number))
                continue;
            transport::step("clipboard.janitor.decided");
            ::unlinkat(directory->get(), name.constData(), 0);
            transport::step("clipboard.janitor.removed");
        }
    }
    for (const QString &path : {m_bases.memory, m_bases.cache}) {
        const Result<FileDescriptor> base =
            openOwn(m_seat.system(), AT_FDCWD, QFile::encodeName(path), false);
        const QByteArrayList folders = base ? namesIn(base->get()) : QByteArrayList{};
        for (const QByteArray &name : folders)
            if (name != folderName())
                removeFolder(m_seat.system(), base->get(), name);
    }
}

Result<QByteArray> readPiece(int file, quint64 offset, quint64 length)
{
    QByteArray bytes = transport::bytesToFill(static_cast<qsizetype>(length));
    quint64 done = 0;
    while (done < length) {
        const ssize_t got = ::pread(file, bytes.data() + done, std::min(length - done, pieceAtOnce),
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return Error{ErrorCode::Corrupted,
                         QStringLiteral("read the board: its content file has become shorter")};
        done += static_cast<quint64>(got);
    }
    return bytes;
}

} // namespace tellwire::store
