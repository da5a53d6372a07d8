// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/offer.h"

#include <QString>

#include <memory>

namespace tellwire::tool {

/// A large file that goes from where it lies to a board, without memory of its own.
class LargeFile
{
public:
    static constexpr qint64 smallest = qint64{1} << 20; ///< Less is as fast to read.

    /// "-" is standard input, from where it stands; it stands at its end then. Empty if it is no regular file
    /// of that size and at most `most` bytes, or cannot be opened: to read it will tell.
    static std::shared_ptr<LargeFile> open(const QString &name, quint64 most);

    ~LargeFile();
    LargeFile(const LargeFile &) = delete;
    LargeFile &operator=(const LargeFile &) = delete;

    qint64 size() const noexcept { return m_part.size; }
    const Offer::FilePart &part() const noexcept { return m_part; } ///< For as long as this lives.

    /// Reads it, piece by piece.
    bool isUtf8() const;

private:
    explicit LargeFile(const Offer::FilePart &part) : m_part(part) {}

    Offer::FilePart m_part;
};

} // namespace tellwire::tool
