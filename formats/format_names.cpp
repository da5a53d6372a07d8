// SPDX-License-Identifier: Apache-2.0
#include "formats/format_names.h"

namespace tellwire {

FormatNames::~FormatNames() = default;

Result<FormatNumber> LocalFormatNames::number(const Format &format)
{
    if (const std::optional<FormatNumber> fixed = fixedNumber(format))
        return *fixed;
    if (const auto known = m_numbers.constFind(format); known != m_numbers.constEnd())
        return *known;
    if (m_registered.size() >= maxRegisteredFormats)
        return Error{ErrorCode::OutOfSpace,
                     QStringLiteral("register %1: all numbers are taken").arg(format.name())};
    const auto number = static_cast<FormatNumber>(firstRegisteredFormat + m_registered.size());
    m_registered.append(format);
    m_numbers.insert(format, number);
    return number;
}

std::optional<Format> LocalFormatNames::format(FormatNumber number) const
{
    const qsizetype index = qsizetype{number} - firstRegisteredFormat;
    if (index < 0)
        return formatWithFixedNumber(number);
    if (index >= m_registered.size())
        return std::nullopt;
    return m_registered[index];
}

QList<Format> LocalFormatNames::all() const { return m_registered; }

} // namespace tellwire
