// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/environment_check.h"

#include "dde/transport/configuration.h"
#include "dde/transport/policy.h"
#include "dde/transport/session_directory.h"
#include "dde/transport/session_log.h"
#include "dde/transport/system_calls.h"

#include <QLocale>
#include <QRandomGenerator>

#include <cerrno>

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace tellwire {

namespace {

using transport::FileDescriptor;
using transport::SessionDirectory;
using transport::SystemCalls;
using Severity = Finding::Severity;

constexpr rlim_t fewOpenFiles = 256; // Three for each connected program, besides those of the program itself.
constexpr quint64 littleSpace = quint64{16} << 20;
constexpr quint64 neededSpace = quint64{1} << 20; // A log and its successor, until it is first replaced.

QString inBytes(quint64 size)
{
    return QLocale::c().formattedDataSize(static_cast<qint64>(qMin(size, quint64{1} << 62)));
}

Finding checkConfiguration()
{
    const auto configuration = transport::Configuration::load();
    const QString subject = QStringLiteral("configuration");
    if (!configuration)
        return {Severity::Problem, subject, configuration.error().detail,
                QStringLiteral("correct the file or the variable; without either, the defaults hold")};
    return {Severity::Fine,
            subject,
            QStringLiteral("a value may have %1, the memory of a program %2")
                .arg(inBytes(configuration->payloadLimit), inBytes(configuration->arenaLimit)),
            {}};
}

Finding checkPolicy()
{
    const QString subject = QStringLiteral("policy");
    const auto policy = transport::Policy::load();
    if (!policy)
        return {Severity::Problem, subject, policy.error().detail,
                QStringLiteral("correct the file; no program joins a session before")};
    if (policy->file.isEmpty())
        return {
            Severity::Fine,
            subject,
            QStringLiteral("there is no file of rules: programs of this user may do everything, but those "
                           "that a sandbox confines may not poke and execute"),
            {}};
    return {Severity::Fine,
            subject,
            QStringLiteral("%1 holds, with rules: %2").arg(policy->file).arg(policy->rules.size()),
            {}};
}

Finding checkPlace(const SessionDirectory &directory)
{
    const QString subject = QStringLiteral("session directory");
    const QString sentence = QStringLiteral("%1 is ours alone, on a local file system").arg(directory.path());
    if (directory.path().contains(QStringLiteral("/tellwire-%1/tellwire/").arg(::geteuid())))
        return {Severity::Warning, subject,
                sentence + QStringLiteral(", but not in a runtime directory, so it outlives a log-out"),
                QStringLiteral("log in through a session manager, or set XDG_RUNTIME_DIR to a directory of "
                               "mode 0700 that the system empties")};
    return {Severity::Fine, subject, sentence, {}};
}

Finding checkSpace(const SessionDirectory &directory)
{
    const QString subject = QStringLiteral("directory space");
    struct statvfs space
    {};
    if (::fstatvfs(directory.descriptor(), &space) != 0)
        return {Severity::Problem, subject, transport::systemError(errno, subject).detail, {}};
    const quint64 free = quint64{space.f_bavail} * space.f_frsize;
    const QString sentence = QStringLiteral("%1 free in %2").arg(inBytes(free), directory.path());
    if (free >= littleSpace)
        return {Severity::Fine, subject, sentence, {}};
    return {free < neededSpace ? Severity::Problem : Severity::Warning, subject, sentence,
            QStringLiteral("delete files there, or enlarge the file system (RuntimeDirectorySize= in "
                           "logind.conf)")};
}

Finding checkLayouts(const SessionDirectory &directory)
{
    const QString subject = QStringLiteral("other versions");
    const QStringList layouts = directory.otherLayouts();
    if (layouts.isEmpty())
        return {Severity::Fine, subject, QStringLiteral("none has been used"), {}};
    return {Severity::Warning, subject,
            QStringLiteral("programs with layout %1 have been used, this one has layout %2: they do not meet")
                .arg(layouts.join(QStringLiteral(", ")))
                .arg(SessionDirectory::layout),
            QStringLiteral("bring all programs to the same major version of the library")};
}

Finding checkLog(const SessionDirectory &directory)
{
    const QString subject = QStringLiteral("session log");
    const auto log = transport::SessionLog::open(directory, transport::realSystemCalls(),
                                                 QRandomGenerator::system()->generate64() | 1U);
    if (!log)
        return {Severity::Problem, subject, log.error().detail,
                QStringLiteral("end the programs of the session and remove %1").arg(directory.path())};
    const transport::SessionLog::Figures figures = (*log)->figures();
    return {Severity::Fine,
            subject,
            QStringLiteral("generation %1, %2 of records")
                .arg(figures.generation)
                .arg(inBytes(static_cast<quint64>(figures.sizeInBytes))),
            {}};
}

Finding checkMemory(SystemCalls &system)
{
    const QString subject = QStringLiteral("shared memory");
    constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    const FileDescriptor memory{system.createMemory("tellwire check")};
    const bool isThere = memory.isValid() && transport::reserve(system, memory.get(), neededSpace);
    if (!isThere)
        return {Severity::Problem, subject,
                transport::systemError(errno, QStringLiteral("create shared memory")).detail,
                QStringLiteral("free memory, or raise the memory limit of the container or unit")};
    if (system.addSeals(memory.get(), seals) != 0 || (::fcntl(memory.get(), F_GET_SEALS) & seals) != seals)
        return {Severity::Problem, subject, QStringLiteral("the kernel does not seal memory"),
                QStringLiteral("use Linux 3.17 or later, and no sandbox that forbids memfd_create")};
    return {Severity::Fine, subject, QStringLiteral("memory can be created, allocated and sealed"), {}};
}

Finding checkNotification(SystemCalls &system)
{
    const QString subject = QStringLiteral("notification");
    const FileDescriptor watch{system.watch("/", IN_MODIFY)};
    if (watch.isValid())
        return {Severity::Fine, subject, QStringLiteral("an inotify instance is left"), {}};
    return {Severity::Warning, subject,
            QStringLiteral("no inotify instance is left: new services are noticed every 200 ms only"),
            QStringLiteral("run: sudo sysctl fs.inotify.max_user_instances=1024")};
}

Finding checkOpenFiles()
{
    const QString subject = QStringLiteral("open files");
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return {Severity::Problem, subject, transport::systemError(errno, subject).detail, {}};
    const QString sentence = QStringLiteral("a program may have %1 open").arg(quint64{limit.rlim_cur});
    if (limit.rlim_cur >= fewOpenFiles)
        return {Severity::Fine, subject, sentence, {}};
    return {Severity::Warning, subject, sentence + QStringLiteral(", and each connection takes three"),
            QStringLiteral("run: ulimit -n 1024")};
}

QList<Finding> checkDirectory(const QString &sessionName)
{
    const auto directory = SessionDirectory::openOrCreate(sessionName);
    if (!directory)
        return {{Severity::Problem, QStringLiteral("session directory"), directory.error().detail, {}}};
    return {checkPlace(*directory), checkSpace(*directory), checkLayouts(*directory), checkLog(*directory)};
}

} // namespace

QList<Finding> checkEnvironment(const QString &sessionName)
{
    SystemCalls &system = transport::realSystemCalls();
    QList<Finding> findings{checkConfiguration(), checkPolicy()};
    findings += checkDirectory(sessionName);
    findings += {checkMemory(system), checkNotification(system), checkOpenFiles()};
    return findings;
}

} // namespace tellwire
