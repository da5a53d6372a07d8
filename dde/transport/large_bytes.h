// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace tellwire::transport {

/// Private bytes that are about to be written from end to end, not initialised: if there are many, the kernel
/// is asked for few large pages in place of many small ones, each of which costs a fault.
QByteArray bytesToFill(qsizetype size);

/// A private copy of what lies in somebody's memory.
QByteArray copyOf(QByteArrayView bytes);

} // namespace tellwire::transport
