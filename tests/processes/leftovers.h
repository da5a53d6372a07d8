// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tellwire::test {

/// Has a newcomer join the session "default", ask after everybody who is said to be there, tidy up and put
/// something on the clipboard, and then looks which files of the session belong to nobody: in tmp/, sockets
/// and contents that no program and no board names, and finished generations of the log that still take up
/// room. Nobody else may be there. Fails the test if the newcomer cannot do that.
std::vector<std::string> leftovers();

} // namespace tellwire::test
