// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/include/ddeml.h"

#include <QString>

// Text as a program hands it over and wants to have it: narrow or wide, as the code page says, and not as the
// name of the function says that is called. Source: ddeml-semantics.md A2.
namespace tellwire::ddeml {

/// Up to its zero character, but at most one character more than a name may have, which shows that it is too
/// much.
QString textOf(const char *text, int codePage);

/// As many characters as there is room for, and a zero behind them; without a place, how many there are.
DWORD copyText(const QString &text, int codePage, char *place, DWORD room);

} // namespace tellwire::ddeml
