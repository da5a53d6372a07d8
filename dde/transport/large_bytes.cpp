// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/large_bytes.h"

#include "dde/transport/layout.h"

#include <cstring>

#include <sys/mman.h>

namespace tellwire::transport {
namespace {

// What is longer, malloc() maps by itself (DEFAULT_MMAP_THRESHOLD_MAX), so that advice about it ends with it.
constexpr qsizetype mappedByItself = 32 << 20;

void expectToFill(char *bytes, std::size_t length)
{
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes);
    const std::uintptr_t first = (begin + pageLength - 1) / pageLength * pageLength;
    const std::uintptr_t last = (begin + length) / pageLength * pageLength;
    madvise(bytes + (first - begin), last - first, MADV_HUGEPAGE);
}

} // namespace

QByteArray bytesToFill(qsizetype size)
{
    QByteArray bytes{size, Qt::Uninitialized};
    if (size > mappedByItself)
        expectToFill(bytes.data(), static_cast<std::size_t>(size));
    return bytes;
}

QByteArray copyOf(QByteArrayView bytes)
{
    if (bytes.size() <= mappedByItself)
        return bytes.toByteArray();
    QByteArray copy = bytesToFill(bytes.size());
    std::memcpy(copy.data(), bytes.data(), static_cast<std::size_t>(bytes.size()));
    return copy;
}

} // namespace tellwire::transport
