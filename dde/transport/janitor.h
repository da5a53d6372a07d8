// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tellwire::transport {

class Seat;

/// Removes what killed programs have left in the session's directory: sockets that nobody listens on, and
/// unfinished files. Any program may do this at any time, and several at once. Costs one system call or two
/// for each file.
void tidyUp(Seat &seat);

} // namespace tellwire::transport
