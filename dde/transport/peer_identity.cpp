// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/peer_identity.h"

#include "dde/transport/file_descriptor.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <climits>
#include <optional>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

constexpr qsizetype longestInfo = 16 << 10;
constexpr qsizetype longestName = 255;

std::optional<ucred> credentialsOf(int socket)
{
    ucred credentials{};
    socklen_t length = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
        return std::nullopt;
    return credentials;
}

QByteArray placeOf(pid_t process, const char *what)
{
    return "/proc/" + QByteArray::number(process) + '/' + what;
}

QString executableOf(pid_t process)
{
    std::array<char, PATH_MAX> target{};
    const ssize_t length = readlink(placeOf(process, "exe").constData(), target.data(), target.size());
    if (length <= 0 || static_cast<std::size_t>(length) == target.size())
        return {};
    QString path = QFile::decodeName(QByteArray(target.data(), length));
    if (const QLatin1StringView replaced{" (deleted)"}; path.endsWith(replaced))
        path.chop(replaced.size());
    return path;
}

QString baseNameOf(const QString &path) { return path.sliced(path.lastIndexOf(u'/') + 1); }

QString labelOf(int socket)
{
    std::array<char, 1024> label{};
    socklen_t length = label.size();
    if (getsockopt(socket, SOL_SOCKET, SO_PEERSEC, label.data(), &length) != 0)
        return {};
    return confinement(QByteArray(label.data(), static_cast<qsizetype>(length)));
}

/// The file lies in the root of the program itself, which decides what is there: nothing is opened that may
/// wait, a pipe for one, and nothing is followed. Only a file system that it serves itself could keep us; a
/// sandbox does not let it mount one.
QByteArray flatpakInfoOf(pid_t process)
{
    const FileDescriptor file{open(placeOf(process, "root/.flatpak-info").constData(),
                                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    struct stat status
    {};
    if (!file.isValid() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return {};
    QByteArray text(longestInfo, Qt::Uninitialized);
    text.truncate(
        std::max<qsizetype>(0, read(file.get(), text.data(), static_cast<std::size_t>(longestInfo))));
    return text;
}

QString sandboxOf(int socket, pid_t process)
{
    if (const QString label = labelOf(socket); !label.isEmpty())
        return label;
    const QString application = flatpakApplication(flatpakInfoOf(process));
    return application.isEmpty() ? QString{} : QStringLiteral("flatpak:") + application;
}

bool isPlainName(QByteArrayView name)
{
    const auto isPlain = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_';
    };
    return !name.isEmpty() && name.size() <= longestName && std::all_of(name.begin(), name.end(), isPlain);
}

} // namespace

bool belongsToOwnUser(int socket)
{
    const std::optional<ucred> credentials = credentialsOf(socket);
    return credentials && credentials->uid == geteuid();
}

Result<PeerIdentity> identityOf(int socket)
{
    const std::optional<ucred> credentials = credentialsOf(socket);
    if (!credentials || credentials->uid != geteuid())
        return Error{ErrorCode::AccessDenied,
                     QStringLiteral("greet another program: it belongs to another user")};
    PeerIdentity identity{.pid = credentials->pid, .uid = credentials->uid, .gid = credentials->gid};
    if (credentials->pid <= 0)
        return identity; // In another namespace of processes; there is nothing to look up.
    identity.executable = executableOf(credentials->pid);
    identity.program = baseNameOf(identity.executable);
    identity.sandbox = sandboxOf(socket, credentials->pid);
    return identity;
}

QString ownProgram() { return baseNameOf(executableOf(getpid())); }

QString ownSandbox()
{
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return {};
    const FileDescriptor here{ends[0]};
    const FileDescriptor there{ends[1]};
    return sandboxOf(here.get(), getpid());
}

// [Application] names the application; a runtime that was started alone has only its [Instance].
QString flatpakApplication(const QByteArray &info)
{
    QByteArray group;
    QByteArray instance;
    for (const QByteArray &line : info.split('\n')) {
        if (line.startsWith('['))
            group = line.trimmed();
        const qsizetype equals = line.indexOf('=');
        const QByteArray key = line.left(equals).trimmed();
        const QByteArray value = line.mid(equals + 1).trimmed();
        if (equals < 0 || !isPlainName(value))
            continue;
        if (group == "[Application]" && key == "name")
            return QString::fromLatin1(value);
        if (group == "[Instance]" && key == "instance-id")
            instance = value;
    }
    return QString::fromLatin1(instance);
}

QString confinement(QByteArray label)
{
    label.truncate(std::max<qsizetype>(0, label.indexOf('\0') < 0 ? label.size() : label.indexOf('\0')));
    label = label.trimmed();
    // SELinux labels every process: user, role, type and level.
    // AppArmor names the profile, and how it is meant: some only give a name, or only complain.
    const bool isFree = label == "unconfined" || label.endsWith(" (unconfined)") ||
                        label.endsWith(" (complain)") || label.contains(":unconfined_t:");
    return isFree ? QString{} : QString::fromUtf8(label);
}

} // namespace tellwire::transport
