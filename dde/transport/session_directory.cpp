// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/session_directory.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::transport {

namespace {

constexpr qsizetype maxNameLength = 64;
constexpr mode_t onlyOurs = 0700;
constexpr uid_t superuser = 0;
constexpr uid_t outsideOfNamespace = 65534; // As whom a user namespace shows all whom it does not know.

constexpr int directoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

using Call = SystemCalls::Call;

struct Place
{
    FileDescriptor directory;
    QString path;
};

Error denied(const QString &sentence) { return {ErrorCode::AccessDenied, sentence}; }

Result<void> checkName(const QString &name)
{
    const bool isGood = !name.isEmpty() && name.size() <= maxNameLength && name.isValidUtf16() &&
                        !name.contains(QLatin1Char('/')) && !name.contains(QChar::Null) &&
                        name != QLatin1String(".") && name != QLatin1String("..");
    if (isGood)
        return {};
    return Error{
        ErrorCode::BadData,
        QStringLiteral("a session name has 1 to 64 characters without a slash, and is not . or ..: \"%1\"")
            .arg(name.left(maxNameLength))};
}

bool isOurs(const QString &path)
{
    struct stat status
    {};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == ::geteuid();
}

Result<struct stat> statusOf(const Place &place)
{
    struct stat status
    {};
    if (::fstat(place.directory.get(), &status) != 0)
        return systemError(errno, QStringLiteral("look at ") + place.path);
    return status;
}

Result<void> checkOwnership(const struct stat &status, const QString &path)
{
    if (status.st_uid != ::geteuid())
        return denied(QStringLiteral(
                          "%1 belongs to another user; ask them to remove it, or set TELLWIRE_DIRECTORY to a "
                          "directory of your own")
                          .arg(path));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return denied(QStringLiteral("%1 is open to other users; run: chmod 700 %1").arg(path));
    return {};
}

// What lies in a directory is safe from those only who can neither write there nor own it: they could put
// something else in its place. The sticky bit keeps them from that.
Result<void> checkBase(const struct stat &status, const QString &path)
{
    const bool isTheirs =
        status.st_uid != ::geteuid() && status.st_uid != superuser && status.st_uid != outsideOfNamespace;
    if (isTheirs)
        return denied(QStringLiteral("%1 belongs to another user, who could take away whatever is in it; "
                                     "choose a directory of your own")
                          .arg(path));
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (status.st_mode & S_ISVTX) == 0)
        return denied(
            QStringLiteral("other users may write in %1 and could take away whatever is in it; run: "
                           "chmod go-w %1, or chmod +t %1")
                .arg(path));
    return {};
}

// Why a directory cannot be opened. Who may not look into it learns its owner all the same.
Error whyNotOpened(int reason, int parent, const QByteArray &name, const QString &path)
{
    if (reason == ENOTDIR || reason == ELOOP)
        return denied(QStringLiteral("%1 is a link or a file, not a directory; remove it").arg(path));
    struct stat status
    {};
    if (reason != EACCES || ::fstatat(parent, name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return systemError(reason, QStringLiteral("open ") + path);
    if (const Result<void> checked = checkOwnership(status, path); !checked)
        return checked.error();
    return denied(QStringLiteral("%1 is closed to its own user; run: chmod 700 %1").arg(path));
}

FileDescriptor openIn(SystemCalls &calls, int parent, const QByteArray &name)
{
    constexpr int flags = directoryFlags | O_NOFOLLOW;
    return FileDescriptor{calls.before(Call::Open) == 0 ? ::openat(parent, name.constData(), flags) : -1};
}

// The directory `name` in `parent`, created if it is missing; only if it is ours alone and no symbolic link.
Result<Place> enter(SystemCalls &calls, int parent, const QString &name, const QString &path)
{
    const QByteArray encoded = QFile::encodeName(name);
    Place place{.directory = openIn(calls, parent, encoded), .path = path};
    if (!place.directory.isValid() && errno == ENOENT) {
        if ((calls.before(Call::MakeDirectory) != 0 ||
             ::mkdirat(parent, encoded.constData(), onlyOurs) != 0) &&
            errno != EEXIST)
            return systemError(errno, QStringLiteral("create ") + path);
        place.directory = openIn(calls, parent, encoded);
    }
    if (!place.directory.isValid())
        return whyNotOpened(errno, parent, encoded, path);
    const Result<void> checked =
        statusOf(place).and_then([&path](const struct stat &status) { return checkOwnership(status, path); });
    if (!checked)
        return checked.error();
    return place;
}

Result<Place> enterBelow(SystemCalls &calls, const Place &parent, const QString &name)
{
    return enter(calls, parent.directory.get(), name, parent.path + QLatin1Char('/') + name);
}

Result<Place> openBase(SystemCalls &calls, const QString &path)
{
    Place place{.directory = {}, .path = path};
    if (calls.before(Call::Open) == 0)
        place.directory.reset(::open(QFile::encodeName(path).constData(), directoryFlags));
    if (!place.directory.isValid())
        return systemError(errno, QStringLiteral("open ") + path);
    const Result<void> checked =
        statusOf(place).and_then([&path](const struct stat &status) { return checkBase(status, path); });
    if (!checked)
        return checked.error();
    return place;
}

Result<Place> findBase(SystemCalls &calls, const Environment &environment)
{
    const QString chosen = environment.value("TELLWIRE_DIRECTORY");
    if (!chosen.isEmpty() && !chosen.startsWith(u'/'))
        return Error{ErrorCode::BadData,
                     QStringLiteral("TELLWIRE_DIRECTORY is not an absolute path: ") + chosen};
    if (!chosen.isEmpty())
        return openBase(calls, chosen);
    const QString user = QString::number(::geteuid());
    for (const QString &path : {environment.value("XDG_RUNTIME_DIR"), QStringLiteral("/run/user/") + user}) {
        // A relative path is void (XDG Base Directory Specification); another user's stays after su or sudo.
        if (path.startsWith(u'/') && isOurs(path))
            return openBase(calls, path);
    }
    const QString own = environment.value("TMPDIR");
    const QString temporary = own.startsWith(u'/') ? own : QStringLiteral("/tmp");
    return openBase(calls, temporary).and_then([&](const Place &base) {
        return enterBelow(calls, base, QStringLiteral("tellwire-") + user);
    });
}

// Appending is atomic only where one kernel orders all writes (statfs(2) lists the numbers).
bool isShared(const struct statfs &fileSystem)
{
    static constexpr std::array<quint32, 13> overNetworkOrUserSpace{
        0x00006969U, // NFS
        0x65735546U, // FUSE, and virtiofs with it
        0xFF534D42U, // CIFS
        0xFE534D42U, // SMB2
        0x0000517BU, // SMB
        0x01021997U, // 9P
        0x00C36400U, // Ceph
        0x5346414FU, // AFS
        0x6B414653U, // AFS in the kernel
        0x73757245U, // Coda
        0x01161970U, // GFS2
        0x7461636FU, // OCFS2
        0x0BD00BD0U, // Lustre
    };
    const auto kind = static_cast<quint32>(fileSystem.f_type);
    return std::find(overNetworkOrUserSpace.begin(), overNetworkOrUserSpace.end(), kind) !=
           overNetworkOrUserSpace.end();
}

Result<void> checkFileSystem(const Place &place, SystemCalls &calls)
{
    struct statfs fileSystem
    {};
    if (calls.fileSystem(place.directory.get(), fileSystem) != 0)
        return systemError(errno, QStringLiteral("ask for the file system of ") + place.path);
    if (!isShared(fileSystem))
        return {};
    return Error{ErrorCode::Refused,
                 QStringLiteral("%1 lies on a network or FUSE file system, where a session cannot live; "
                                "set TELLWIRE_DIRECTORY to a local directory")
                     .arg(place.path)};
}

/// Whatever else it may be, enter() says what is wrong.
bool isOursAlone(int parent, const char *name)
{
    struct stat status
    {};
    return ::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid == ::geteuid() &&
           (status.st_mode & (S_IFMT | S_IRWXU | S_IRWXG | S_IRWXO)) == (S_IFDIR | onlyOurs);
}

} // namespace

Result<SessionDirectory> SessionDirectory::openOrCreate(const QString &sessionName,
                                                        const Environment &environment, SystemCalls &calls)
{
    if (auto named = checkName(sessionName); !named)
        return std::move(named).error();
    auto place = findBase(calls, environment);
    QString layoutsPath;
    for (const QString &level : {QStringLiteral("tellwire"), QString::number(layout), sessionName}) {
        place =
            std::move(place).and_then([&](const Place &parent) { return enterBelow(calls, parent, level); });
        if (place && layoutsPath.isEmpty())
            layoutsPath = place->path;
    }
    if (!place)
        return std::move(place).error();
    if (auto checked = checkFileSystem(*place, calls); !checked)
        return std::move(checked).error();
    SessionDirectory directory(std::move(place->directory), std::move(place->path), std::move(layoutsPath));
    if (const Result<void> made = directory.makeFolders(calls); !made)
        return made.error();
    return directory;
}

Result<void> SessionDirectory::makeFolders(SystemCalls &calls) const
{
    for (const char *name : {"peers", "clip", "tmp"}) {
        if (isOursAlone(m_directory.get(), name))
            continue;
        const QString folder = QLatin1StringView{name};
        if (auto entered = enter(calls, m_directory.get(), folder, m_path + QLatin1Char('/') + folder);
            !entered)
            return std::move(entered).error();
    }
    return {};
}

SessionDirectory::SessionDirectory(FileDescriptor directory, QString path, QString layoutsPath)
    : m_directory(std::move(directory)),
      m_path(std::move(path)),
      m_layoutsPath(std::move(layoutsPath))
{}

bool SessionDirectory::isLost() const
{
    struct stat status
    {};
    return ::fstat(m_directory.get(), &status) != 0 || status.st_nlink == 0;
}

QByteArray SessionDirectory::socketPath(QByteArrayView folder, QByteArrayView name) const
{
    QByteArray path = "/proc/self/fd/" + QByteArray::number(m_directory.get()) + '/';
    path += folder;
    path += '/';
    path += name;
    return path;
}

QStringList SessionDirectory::otherLayouts() const
{
    QStringList layouts = QDir(m_layoutsPath).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    layouts.removeAll(QString::number(layout));
    return layouts;
}

} // namespace tellwire::transport
