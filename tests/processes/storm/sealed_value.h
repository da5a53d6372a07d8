// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <cstdint>
#include <optional>
#include <random>

namespace tellwire::test {

/// Bytes that show whose they are and whether they are whole: source, sequence, length and a checksum of all,
/// then random filling. 0 bytes are a value too, which shows nothing.
struct SealedValue
{
    std::uint64_t source = 0;
    std::uint64_t sequence = 0;
    bool isEmpty = false;

    static constexpr qsizetype headLength = 32;

    /// `length` is 0, or at least headLength.
    static QByteArray make(std::uint64_t source, std::uint64_t sequence, qsizetype length);

    /// Nothing if a single bit is not as it was made.
    static std::optional<SealedValue> read(const QByteArray &bytes);

    /// 0 to 4 MiB; mostly such as fit into a message, and one in some hundreds of more than 1 MiB.
    static qsizetype randomLength(std::mt19937_64 &random);
};

} // namespace tellwire::test
