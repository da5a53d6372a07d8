// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/curves/growth.h"
#include "benchmarks/limits/require.h"
#include "dde/transport/session.h"

namespace tellwire::growth {
namespace {

using benchmark::require;
using benchmark::valueOf;

Format format(int number) { return Format{QStringLiteral("application/x-growth-%1").arg(number)}; }

} // namespace

// The last ones are those that are registered while there are almost as many as the extent says: there may be
// no more than a session has numbers for.
Figures measureFormats(const Extent &extent)
{
    constexpr int inARow = 64;
    const Session session = valueOf(Session::join());
    FormatNames &names = session.formatNames();
    const int measured = std::min(extent.repetitions, extent.size);
    int count = 0;
    while (count < extent.size - measured)
        valueOf(names.number(format(count++)));
    Figures figures;
    while (count < extent.size)
        figures["register"].push_back(timeOf([&] { valueOf(names.number(format(count++))); }));
    const Format known = format(extent.size / 2);
    const FormatNumber itsNumber = valueOf(names.number(known));
    for (int number = 0; number < extent.repetitions; ++number) {
        figures["number"].push_back(timeOfOneIn(inARow, [&] { valueOf(names.number(known)); }));
        figures["name"].push_back(
            timeOfOneIn(inARow, [&] { require(names.format(itsNumber) == known, "it has another name"); }));
        std::optional<Session> newcomer;
        figures["join"].push_back(timeOf([&] {
            newcomer = valueOf(Session::join());
            valueOf(newcomer->formatNames().number(known));
        }));
    }
    return figures;
}

} // namespace tellwire::growth
