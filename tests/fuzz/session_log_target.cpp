// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/service_table.h"
#include "dde/transport/name_table.h"
#include "dde/transport/session_log.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/log_repair.h"

#include <QDir>
#include <QFile>
#include <QProcessEnvironment>
#include <QTemporaryDir>

using namespace tellwire;
using namespace tellwire::transport;

namespace {

/// A session directory that was there before us.
class Ground
{
public:
    Ground()
    {
        m_environment.insert(QStringLiteral("TELLWIRE_DIRECTORY"), m_base.path());
        m_directory.emplace(SessionDirectory::openOrCreate(QStringLiteral("fuzz"), m_environment).value());
    }

    const SessionDirectory &directory() const { return *m_directory; }

    void replaceLogs(const QByteArray &first, const QByteArray &second)
    {
        QDir logs{m_directory->path()};
        for (const QString &name : logs.entryList({QStringLiteral("log.*")}, QDir::Files))
            logs.remove(name);
        write(1, first);
        if (!second.isEmpty())
            write(2, second);
    }

private:
    void write(int number, const QByteArray &content)
    {
        QFile file{m_directory->path() + QStringLiteral("/log.%1").arg(number)};
        if (!file.open(QIODevice::WriteOnly, QFile::ReadOwner | QFile::WriteOwner) ||
            file.write(content) != content.size())
            qFatal("cannot write a log");
    }

    QTemporaryDir m_base;
    QProcessEnvironment m_environment;
    std::optional<SessionDirectory> m_directory;
};

std::unique_ptr<SessionLog> opened(const Ground &ground, quint64 peer)
{
    auto log = SessionLog::open(ground.directory(), realSystemCalls(), peer, 4096);
    fuzz::promise(log.has_value(), "whatever the log was, it can be gone on with");
    return std::move(log).value();
}

} // namespace

/// Two logs that somebody has left, one behind the other. The last byte says how many cells the first one
/// has.
TELLWIRE_FUZZ(session_log, fuzz::repairLog)
{
    static Ground ground;
    const QByteArray all = input.rest();
    const qsizetype middle = all.isEmpty() ? 0 : static_cast<quint8>(all.back()) * qsizetype{logCellSize};
    ground.replaceLogs(all.first(std::min(middle, all.size())), all.sliced(std::min(middle, all.size())));

    const std::unique_ptr<SessionLog> log = opened(ground, 1);
    const bool changed =
        log->change({.operation = LogOperation::Put, .key = "fuzz", .body = "body"}).has_value();

    const LogEntry *entry = log->state().find("fuzz");
    fuzz::promise(changed && entry != nullptr && entry->body == "body", "what is written is there");
    const std::unique_ptr<SessionLog> other = opened(ground, 2);
    fuzz::promise(other->replay().has_value() && log->replay().has_value() && other->state() == log->state(),
                  "all programs see the same");
    NameTable names{*log};
    const Result<FormatNumber> number = names.number(Format{QStringLiteral("a/format")});
    fuzz::promise(!number || names.format(*number) == Format{QStringLiteral("a/format")},
                  "a number stands for its format");
    static_cast<void>(names.all());
    static_cast<void>(protocol::allServices(log->state()));
}
