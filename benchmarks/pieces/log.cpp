// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/require.h"
#include "benchmarks/pieces/piece.h"
#include "dde/transport/session_directory.h"
#include "dde/transport/session_log.h"

#include <memory>

namespace tellwire::pieces {
namespace {

using namespace transport;

/// A session that nobody has joined, and the log of it.
class Writing
{
public:
    Writing() : m_directory(benchmark::valueOf(SessionDirectory::openOrCreate(nextName()))), m_log(open(1)) {}

    std::unique_ptr<SessionLog> open(quint64 peer) const
    {
        return benchmark::valueOf(SessionLog::open(m_directory, realSystemCalls(), peer));
    }

    /// One record of two cells: a name of the usual length and what stands behind it.
    void append(int key)
    {
        benchmark::require(m_log->change({.operation = LogOperation::Put,
                                          .key = "service/" + QByteArray::number(key).rightJustified(8, '0'),
                                          .body = QByteArray(40, 'x')}));
    }

private:
    static QString nextName()
    {
        static int number = 0;
        return QStringLiteral("log-%1").arg(++number, 8, 10, QLatin1Char('0'));
    }

    SessionDirectory m_directory;
    std::unique_ptr<SessionLog> m_log;
};

Work appending()
{
    const auto writing = std::make_shared<Writing>();
    return {[writing] { writing->append(1); }};
}

Work replaying()
{
    const auto writing = std::make_shared<Writing>();
    const std::shared_ptr<SessionLog> reader = writing->open(2);
    return {[reader] { benchmark::require(reader->replay()); }, [writing] { writing->append(1); }};
}

Work opening(int records)
{
    const auto writing = std::make_shared<Writing>();
    for (int key = 0; key < records; ++key)
        writing->append(key);
    return {[writing] { writing->open(2); }};
}

} // namespace

std::vector<Piece> logPieces()
{
    return {{"log/append", appending, 1, true},
            {"log/replay_1_record", replaying, 1, true},
            {"log/replay_1000_records", [] { return opening(1000); }}};
}

} // namespace tellwire::pieces
