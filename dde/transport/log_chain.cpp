// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/log_chain.h"

#include "dde/transport/step.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <functional>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::transport {

namespace {

constexpr int maxSteps = 10'000; // Only a directory that somebody keeps damaging needs more.
constexpr mode_t onlyOurs = 0600;

constexpr QByteArrayView namePrefix = "log.";

QByteArray nameOf(quint64 number) { return namePrefix.toByteArray() + QByteArray::number(number); }

// The number in a file's name, or 0.
quint64 numberIn(QByteArrayView name)
{
    const quint64 number = name.startsWith(namePrefix) ? name.sliced(namePrefix.size()).toULongLong() : 0;
    return name == nameOf(number) ? number : 0;
}

bool isEmpty(int file)
{
    struct stat status
    {};
    return ::fstat(file, &status) == 0 && status.st_size == 0;
}

} // namespace

LogChain::LogChain(const SessionDirectory &directory, SystemCalls &calls, quint64 ownPeer)
    : m_directory(directory),
      m_calls(calls),
      m_ownPeer(ownPeer)
{}

Result<LogChain::Entered> LogChain::enterNewest()
{
    const quint64 newest = newestInUse();
    return enter(newest != 0 ? newest : std::max<quint64>(highest(), 1), QUuid(), LogState());
}

Result<LogChain::Entered> LogChain::enterAfter(quint64 number, QUuid session, const LogState &state)
{
    // Whatever somebody has put there must not keep everybody from going on.
    if (isNoFile(number + 1))
        replaceByStub(number + 1);
    return enter(number + 1, session, state);
}

Result<LogChain::Entered> LogChain::enter(quint64 number, QUuid session, const LogState &state)
{
    for (int step = 0; step < maxSteps; ++step) {
        FileDescriptor descriptor = openFile(number);
        if (!descriptor.isValid()) {
            if (errno != ENOENT)
                return whyNotOpened(errno, number);
            if (highest() < number) {
                const QUuid named = session.isNull() ? QUuid::createUuid() : session;
                if (const auto created = create(number, generationBytes(number, named, state)); !created)
                    return created.error();
            }
            // Somebody who found the directory empty may have begun again at 1 while others restored a later
            // file: the higher number wins, and both look again after they gave their name.
            number = std::max(number, highest());
            continue;
        }
        if (const Result<void> checked = checkFile(descriptor.get(), number); !checked)
            return checked.error();
        if (auto entered = load(std::move(descriptor), number))
            return std::move(*entered);
        ++number;
    }
    return Error{ErrorCode::Corrupted, QStringLiteral("no usable session log in ") + m_directory.path()};
}

// Nothing: a stub, or a file so damaged that nobody can begin with it.
std::optional<LogChain::Entered> LogChain::load(FileDescriptor descriptor, quint64 number)
{
    if (isEmpty(descriptor.get()))
        return std::nullopt;
    Entered entered{.file = LogFile(std::move(descriptor), number), .generation = {}, .state = {}};
    const auto first = entered.file.next();
    const auto generation = first ? LogGeneration::from(*first) : std::nullopt;
    if (!generation || generation->number != number || entered.file.tornCells() != 0) {
        freeze(entered.file.descriptor());
        return std::nullopt;
    }
    entered.generation = *generation;
    entered.state.restart(generation->nextOrder);
    while (static_cast<quint64>(entered.file.position()) < generation->length) {
        const auto record = entered.file.next();
        if (!record)
            break;
        entered.state.apply(*record);
    }
    return entered;
}

Result<void> LogChain::create(quint64 number, const QByteArray &content)
{
    const QByteArray temporary = temporaryName("log");
    const FileDescriptor file = prepare(temporary);
    step("log.snapshot.made");
    if (!file.isValid() || !writeAll(file.get(), content)) {
        const int reason = errno;
        ::unlinkat(m_directory.descriptor(), temporary.constData(), 0);
        if (m_directory.isLost())
            return Error{ErrorCode::Closed,
                         QStringLiteral("the session directory was removed: ") + m_directory.path()};
        return systemError(reason, QStringLiteral("write a session log in ") + m_directory.path());
    }
    step("log.snapshot.written");
    const int at = m_directory.descriptor();
    const bool won = m_calls.before(SystemCalls::Call::Link) == 0 &&
                     ::linkat(at, temporary.constData(), at, nameOf(number).constData(), 0) == 0;
    const int reason = errno;
    step("log.snapshot.linked");
    ::unlinkat(at, temporary.constData(), 0);
    step("log.snapshot.unlinked");
    if (won)
        replaceByStub(number - 1);
    else if (reason != EEXIST &&
             reason != ENOENT) // Somebody was faster, or cleared the temporary files: look again.
        return systemError(reason, QStringLiteral("name a session log in ") + m_directory.path());
    return {};
}

void LogChain::replaceByStub(quint64 number)
{
    const int at = m_directory.descriptor();
    const QByteArray stub = temporaryName("stub");
    if (number == 0 || !prepare(stub).isValid())
        return;
    step("log.stub.made");
    const QByteArray name = nameOf(number);
    if (m_calls.before(SystemCalls::Call::Rename) != 0 ||
        (::renameat(at, stub.constData(), at, name.constData()) != 0 &&
         ::renameat2(at, stub.constData(), at, name.constData(), RENAME_EXCHANGE) != 0)) // A directory.
        ::unlinkat(at, stub.constData(), 0);
    else
        ::unlinkat(at, stub.constData(), AT_REMOVEDIR);
    step("log.stub.renamed");
}

void LogChain::finishBefore(quint64 number)
{
    for (const quint64 other : numbers()) {
        if (other >= number || isStub(other))
            continue;
        const FileDescriptor file = openFile(other);
        if (!file.isValid() || !checkFile(file.get(), other))
            continue;
        freeze(file.get());
        replaceByStub(other);
    }
}

bool LogChain::isNamed(quint64 number, const struct stat &status) const
{
    struct stat named
    {};
    const int at = m_directory.descriptor();
    return ::fstatat(at, nameOf(number).constData(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           named.st_ino == status.st_ino && named.st_dev == status.st_dev;
}

/// True if there is something that is none.
bool LogChain::isNoFile(quint64 number) const
{
    struct stat status
    {};
    const int at = m_directory.descriptor();
    return ::fstatat(at, nameOf(number).constData(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           !S_ISREG(status.st_mode);
}

bool LogChain::isInUse(quint64 number) const
{
    struct stat status
    {};
    const int at = m_directory.descriptor();
    return ::fstatat(at, nameOf(number).constData(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode) && status.st_size != 0;
}

bool LogChain::isStub(quint64 number) const
{
    struct stat status
    {};
    return ::fstatat(m_directory.descriptor(), nameOf(number).constData(), &status, AT_SYMLINK_NOFOLLOW) !=
               0 ||
           status.st_size == 0;
}

bool LogChain::hasRoomFor(qint64 length)
{
    const QByteArray temporary = temporaryName("room");
    const FileDescriptor file = prepare(temporary);
    const bool fits = file.isValid() && reserve(m_calls, file.get(), static_cast<std::uint64_t>(length));
    step("log.room.made");
    ::unlinkat(m_directory.descriptor(), temporary.constData(), 0);
    return fits;
}

void LogChain::fillLastCell(int file)
{
    struct stat status
    {};
    const auto cell = qint64{logCellSize};
    if (::fstat(file, &status) != 0 || status.st_size % cell == 0)
        return;
    const QByteArray zeros(cell - status.st_size % cell, '\0');
    step("log.cell.torn");
    appendOnce(m_calls, file, zeros.constData(), static_cast<std::size_t>(zeros.size()));
    step("log.cell.filled");
}

bool LogChain::freeze(int file)
{
    fillLastCell(file);
    step("log.freeze.due");
    const bool isWritten =
        writeAll(file, encodeLogRecord({.operation = LogOperation::Freeze, .peer = m_ownPeer}));
    step("log.freeze.written");
    return isWritten;
}

FileDescriptor LogChain::openFile(quint64 number) const
{
    constexpr int flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    if (m_calls.before(SystemCalls::Call::Open) != 0)
        return {};
    return FileDescriptor(::openat(m_directory.descriptor(), nameOf(number).constData(), flags));
}

// Another user who may write it, or who owns it and so may let himself write it, would be believed.
Result<void> LogChain::checkFile(int file, quint64 number) const
{
    struct stat status
    {};
    if (::fstat(file, &status) != 0)
        return systemError(errno, QStringLiteral("look at ") + pathOf(number));
    if (!S_ISREG(status.st_mode))
        return whyNotOpened(ELOOP, number);
    if (status.st_uid != ::geteuid())
        return whyNotOpened(EACCES, number);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{ErrorCode::AccessDenied,
                     QStringLiteral("%1 is open to other users; run: chmod 600 %1").arg(pathOf(number))};
    return {};
}

Error LogChain::whyNotOpened(int reason, quint64 number) const
{
    const QString remedy = QStringLiteral("; end the programs of the session and remove it");
    switch (reason) {
    case ELOOP:
    case EISDIR:
    case ENXIO:
        return {ErrorCode::AccessDenied, pathOf(number) +
                                             QStringLiteral(" is a link, a pipe or a directory, "
                                                            "not a file") +
                                             remedy};
    case EACCES:
        return {ErrorCode::AccessDenied,
                pathOf(number) + QStringLiteral(" is not a file of this user") + remedy};
    default:
        return systemError(reason, QStringLiteral("open the session log ") + pathOf(number));
    }
}

QString LogChain::pathOf(quint64 number) const
{
    return m_directory.path() + QLatin1Char('/') + QString::fromLatin1(nameOf(number));
}

FileDescriptor LogChain::prepare(const QByteArray &name) const
{
    constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    if (m_calls.before(SystemCalls::Call::Open) != 0)
        return {};
    return FileDescriptor(::openat(m_directory.descriptor(), name.constData(), flags, onlyOurs));
}

// A short write says why at the next attempt, which writes the rest.
bool LogChain::writeAll(int file, const QByteArray &content)
{
    for (qsizetype written = 0; written < content.size();) {
        const auto left = static_cast<std::size_t>(content.size() - written);
        const ssize_t count = appendOnce(m_calls, file, content.constData() + written, left);
        if (count <= 0) {
            errno = count == 0 ? ENOSPC : errno;
            return false;
        }
        written += count;
    }
    return true;
}

QByteArray LogChain::temporaryName(const char *purpose) const
{
    return QByteArrayLiteral("tmp/") + purpose + '.' +
           QByteArray::number(m_ownPeer, 16).rightJustified(16, '0');
}

QList<quint64> LogChain::numbers() const
{
    QList<quint64> numbers;
    if (m_calls.before(SystemCalls::Call::Open) != 0)
        return numbers;
    const FileDescriptor listing{::openat(m_directory.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    // readdir() takes three system calls more, and eight times the memory.
    alignas(dirent64) std::array<char, 4096> entries; // Only what the kernel writes is read.
    ssize_t length = 0;
    while ((length = ::getdents64(listing.get(), entries.data(), entries.size())) > 0) {
        for (ssize_t at = 0; at < length;) {
            const auto &entry = *reinterpret_cast<const dirent64 *>(entries.data() + at);
            if (const quint64 number = numberIn(entry.d_name); number != 0)
                numbers.append(number);
            at += entry.d_reclen;
        }
    }
    return numbers;
}

quint64 LogChain::highest() const
{
    const QList<quint64> all = numbers();
    return all.isEmpty() ? 0 : *std::max_element(all.cbegin(), all.cend());
}

/// Or 0. A file has its bytes before it has its name, so what has none is not, or not any more, in use.
quint64 LogChain::newestInUse() const
{
    QList<quint64> all = numbers();
    std::sort(all.begin(), all.end(), std::greater<>());
    const auto found =
        std::find_if(all.cbegin(), all.cend(), [this](quint64 number) { return isInUse(number); });
    return found == all.cend() ? 0 : *found;
}

} // namespace tellwire::transport
