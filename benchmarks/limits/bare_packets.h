// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tellwire::benchmark {

// What plain SOCK_SEQPACKET sockets do with packets of 32 bytes. In microseconds.

/// From before the first packet is sent until each of the readers, processes of their own with a socket each,
/// has received all.
double barePackets(int count, int readers);

/// The same for packets of which each is answered by another one, to one reader. Up to 64 are on their way at
/// a time.
double bareAnsweredPackets(int count);

} // namespace tellwire::benchmark
