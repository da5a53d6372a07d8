// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/error.h"

#include <QString>

namespace tellwire::tool {

// What the program ends with; docs/errors.md has the whole table.
inline constexpr int success = 0;
inline constexpr int notHealthy = 1; ///< doctor found a problem.
inline constexpr int wronglyCalled = 2;

int exitCodeOf(ErrorCode code);

/// Writes one sentence to standard error, behind the name of the program. Control characters become dots:
/// other programs have a part in what is said.
void complain(const QString &sentence);

/// Says on standard error what was tried, why it failed and what to do; gives the code to end with.
int fail(const QString &attempt, const Error &reason);

} // namespace tellwire::tool
