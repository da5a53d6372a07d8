// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/checksum.h"

#include <array>
#include <cstddef>
#include <cstring>

#ifdef __x86_64__
#include <nmmintrin.h>
#if __has_include(<sys/platform/x86.h>) && !defined(__clang__) // To clang it is no standard C++.
#include <sys/platform/x86.h>
#endif
#endif

namespace tellwire::transport {

namespace {

constexpr quint32 polynomial = 0x82F63B78U; // Castagnoli's, lowest bit first.

constexpr std::array<quint32, 256> makeTable()
{
    std::array<quint32, 256> table{};
    for (quint32 byte = 0; byte < table.size(); ++byte) {
        quint32 rest = byte;
        for (int bit = 0; bit < 8; ++bit)
            rest = (rest >> 1U) ^ ((rest & 1U) != 0 ? polynomial : 0U);
        table[byte] = rest;
    }
    return table;
}

constexpr std::array<quint32, 256> table = makeTable();

#ifdef __x86_64__
/// As the dynamic linker has found out by now. A virtual machine takes long to answer who asks the processor.
bool hasChecksumInstruction() noexcept
{
#ifdef CPU_FEATURE_PRESENT
    return CPU_FEATURE_PRESENT(SSE4_2);
#else
    return __builtin_cpu_supports("sse4.2") != 0;
#endif
}

__attribute__((target("sse4.2"))) quint32 instructionChecksumOf(QByteArrayView bytes,
                                                                quint32 continued) noexcept
{
    quint64 rest = ~continued;
    const char *next = bytes.data();
    qsizetype left = bytes.size();
    for (; left >= qsizetype{sizeof(quint64)}; left -= qsizetype{sizeof(quint64)}, next += sizeof(quint64)) {
        quint64 word = 0;
        std::memcpy(&word, next, sizeof word);
        rest = _mm_crc32_u64(rest, word);
    }
    auto narrow = static_cast<quint32>(rest);
    for (; left > 0; --left, ++next)
        narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(*next));
    return ~narrow;
}
#endif

} // namespace

quint32 portableChecksumOf(QByteArrayView bytes, quint32 continued) noexcept
{
    quint32 rest = ~continued;
    for (const char byte : bytes)
        rest = (rest >> 8U) ^ table[(rest ^ static_cast<unsigned char>(byte)) & 0xFFU];
    return ~rest;
}

quint32 checksumOf(QByteArrayView bytes, quint32 continued) noexcept
{
#ifdef __x86_64__
    static const bool hasInstruction = hasChecksumInstruction();
    if (hasInstruction)
        return instructionChecksumOf(bytes, continued);
#endif
    return portableChecksumOf(bytes, continued);
}

} // namespace tellwire::transport
