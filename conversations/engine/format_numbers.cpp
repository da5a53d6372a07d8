// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/format_numbers.h"

#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

namespace tellwire::engine {

Result<QList<FormatNumber>> numbersOf(transport::Seat &seat, std::span<const Format> preferred)
{
    Q_ASSERT_X(preferred.size() <= std::size_t{protocol::maxFormatsPerMessage}, "formats",
               "more formats than can be asked for");
    if (preferred.empty())
        return QList<FormatNumber>{protocol::anyFormat};
    QList<FormatNumber> numbers;
    numbers.reserve(static_cast<qsizetype>(preferred.size()));
    for (const Format &format : preferred) {
        const Result<FormatNumber> number = seat.formatNames().number(format);
        if (!number)
            return number.error();
        numbers.append(*number);
    }
    return numbers;
}

std::optional<Format> formatOf(transport::Seat &seat, FormatNumber number)
{
    if (std::optional<Format> known = seat.formatNames().format(number))
        return known;
    if (!seat.log().replay())
        return std::nullopt;
    return seat.formatNames().format(number);
}

std::optional<WantedFormats> wantedOf(transport::Seat &seat, const QList<FormatNumber> &numbers)
{
    WantedFormats wanted;
    for (const FormatNumber number : numbers) {
        if (number == protocol::anyFormat) {
            wanted.orAny = true;
            continue;
        }
        const std::optional<Format> format = formatOf(seat, number);
        if (!format)
            return std::nullopt;
        wanted.formats.append(*format);
    }
    return wanted;
}

} // namespace tellwire::engine
