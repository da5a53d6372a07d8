// SPDX-License-Identifier: Apache-2.0
#include "formats/bytes.h"

#include "formats/lent_bytes.h"

namespace tellwire {

qsizetype Bytes::lentSize() const noexcept { return (*lent())->size(); }
QByteArrayView Bytes::lentView() const { return (*lent())->view(); }
const QByteArray &Bytes::lentArray() const { return (*lent())->array(); }

} // namespace tellwire
