// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayView>

namespace tellwire::transport {

/// CRC32C (Castagnoli; RFC 3720 appendix B.4) of `bytes`, continuing from what the bytes before them gave.
/// Uses the processor's instruction where there is one, a table elsewhere.
/// Our own because neither Qt nor zlib has this polynomial, and only this one has an instruction.
quint32 checksumOf(QByteArrayView bytes, quint32 continued = 0) noexcept;

/// The same without the instruction: for the test that compares them, and for other processors.
quint32 portableChecksumOf(QByteArrayView bytes, quint32 continued = 0) noexcept;

} // namespace tellwire::transport
