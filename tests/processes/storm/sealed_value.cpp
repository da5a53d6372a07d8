// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/sealed_value.h"

#include <array>
#include <cstring>

namespace tellwire::test {
namespace {

struct Head
{
    std::uint64_t source;
    std::uint64_t sequence;
    std::uint64_t length;
    std::uint64_t checksum;
};
static_assert(sizeof(Head) == SealedValue::headLength);

constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;

// Every bit of every word counts, and so does their order.
std::uint64_t mixedIn(std::uint64_t sum, std::uint64_t word)
{
    sum = (sum ^ word) * odd;
    return sum ^ (sum >> 29);
}

std::uint64_t checksumOf(const Head &head, const char *bytes, std::size_t length)
{
    std::uint64_t sum = mixedIn(mixedIn(mixedIn(odd, head.source), head.sequence), head.length);
    std::uint64_t word = 0;
    for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
        std::memcpy(&word, bytes, sizeof word);
        sum = mixedIn(sum, word);
    }
    word = 0;
    std::memcpy(&word, bytes, length);
    return mixedIn(sum, word);
}

} // namespace

QByteArray SealedValue::make(std::uint64_t source, std::uint64_t sequence, qsizetype length)
{
    QByteArray bytes(length, Qt::Uninitialized);
    if (length == 0)
        return bytes;
    char *filling = bytes.data() + headLength;
    const auto rest = static_cast<std::size_t>(length - headLength);
    std::uint64_t word = source + sequence * odd;
    for (std::size_t at = 0; at < rest; at += sizeof word) {
        word = mixedIn(word, at);
        std::memcpy(filling + at, &word, std::min(sizeof word, rest - at));
    }
    Head head{source, sequence, static_cast<std::uint64_t>(length), 0};
    head.checksum = checksumOf(head, filling, rest);
    std::memcpy(bytes.data(), &head, sizeof head);
    return bytes;
}

std::optional<SealedValue> SealedValue::read(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return SealedValue{.isEmpty = true};
    if (bytes.size() < headLength)
        return std::nullopt;
    Head head{};
    std::memcpy(&head, bytes.constData(), sizeof head);
    const auto rest = static_cast<std::size_t>(bytes.size() - headLength);
    if (head.length != static_cast<std::uint64_t>(bytes.size()) ||
        head.checksum != checksumOf(head, bytes.constData() + headLength, rest))
        return std::nullopt;
    return SealedValue{head.source, head.sequence, false};
}

qsizetype SealedValue::randomLength(std::mt19937_64 &random)
{
    const std::uint64_t kind = random() % 1000;
    if (kind < 50)
        return 0;
    // The border between what lies in a message and what lies in a block is at 40 bytes.
    const qsizetype most = kind < 500   ? 64
                           : kind < 900 ? 4096
                           : kind < 990 ? 64 * 1024
                           : kind < 997 ? 1024 * 1024
                                        : 4 * 1024 * 1024;
    return headLength + static_cast<qsizetype>(random() % static_cast<std::uint64_t>(most - headLength + 1));
}

} // namespace tellwire::test
