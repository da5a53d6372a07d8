// SPDX-License-Identifier: Apache-2.0
#include "formats/bytes.h"

#include "formats/lent_bytes.h"

namespace tellwire {

qsizetype Bytes::lentSize() const noexcept { return m_lent->bytes->size(); }
QByteArrayView Bytes::lentView() const { return m_lent->bytes->view(); }
const QByteArray &Bytes::lentArray() const { return m_lent->bytes->array(); }

} // namespace tellwire
