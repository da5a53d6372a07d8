// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/standard_formats.h"

#include <QHash>
#include <QList>

#include <optional>

namespace tellwire {

/// The table of a session in which every format has one number, and all programs see the same. Names with a
/// fixedNumber() are always in it; the others get theirs when they are first asked for, from
/// firstRegisteredFormat on, and keep it as long as the session lives.
///
/// Thread: that of whoever gives it out.
class TELLWIRE_EXPORT FormatNames
{
public:
    virtual ~FormatNames();

    /// The format's number; registers the format if it has none. Case does not count, the first spelling
    /// stays. Error: OutOfSpace if maxRegisteredFormats are registered already, or what the session says.
    virtual Result<FormatNumber> number(const Format &format) = 0;

    /// The format with that number; empty if nobody registered one.
    virtual std::optional<Format> format(FormatNumber number) const = 0;

    /// What has been registered, in that order; without the formats whose numbers are fixed.
    virtual QList<Format> all() const = 0;

protected:
    FormatNames() = default;
    FormatNames(const FormatNames &) = default;
    FormatNames &operator=(const FormatNames &) = default;
};

/// A table for one process alone: for tests, and for programs that only convert. A value.
///
/// Thread: one at a time.
class TELLWIRE_EXPORT LocalFormatNames final : public FormatNames
{
public:
    Result<FormatNumber> number(const Format &format) override;
    std::optional<Format> format(FormatNumber number) const override;
    QList<Format> all() const override;

private:
    QList<Format> m_registered; // The index is the distance from firstRegisteredFormat.
    QHash<Format, FormatNumber> m_numbers;
};

} // namespace tellwire
