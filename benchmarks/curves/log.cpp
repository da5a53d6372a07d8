// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/curves/growth.h"
#include "benchmarks/limits/require.h"
#include "dde/transport/session.h"
#include "dde/transport/session_directory.h"
#include "dde/transport/session_log.h"

namespace tellwire::growth {
namespace {

using namespace transport;
using benchmark::require;
using benchmark::valueOf;

/// A session whose log was written by somebody who knows no kinds of records.
class Written
{
public:
    /// So many changes, of as many facts in turn. Several at once, since how long they take is not measured.
    void change(int count, int facts)
    {
        constexpr int atOnce = 30; // Less than a page.
        QList<LogChange> changes;
        for (int number = 0; number < count; ++number) {
            changes.append(recordOf(number % facts));
            if (changes.size() < atOnce && number + 1 < count)
                continue;
            require(m_log->change(changes));
            changes.clear();
        }
    }
    std::uint64_t sizeInBytes() const { return static_cast<std::uint64_t>(m_log->figures().sizeInBytes); }

private:
    /// Of two cells, as those of services are.
    static LogChange recordOf(int fact)
    {
        return {.operation = LogOperation::Put,
                .key = "growth/" + QByteArray::number(fact).rightJustified(8, '0'),
                .body = QByteArray(40, 'x')};
    }

    SessionDirectory m_directory = valueOf(SessionDirectory::openOrCreate(QStringLiteral("default")));
    std::unique_ptr<SessionLog> m_log = valueOf(SessionLog::open(m_directory, realSystemCalls(), 1));
};

Figures measureJoining(const Written &written, int repetitions)
{
    Figures figures;
    figures["bytes"].push_back(written.sizeInBytes());
    for (int number = 0; number < repetitions; ++number)
        figures["join"].push_back(timeOf([] { valueOf(Session::join()); }));
    return figures;
}

} // namespace

Figures measureOneFact(const Extent &extent)
{
    Written written;
    written.change(extent.size, 1);
    return measureJoining(written, extent.repetitions);
}

Figures measureManyFacts(const Extent &extent)
{
    Written written;
    written.change(extent.size, extent.size);
    return measureJoining(written, extent.repetitions);
}

} // namespace tellwire::growth
