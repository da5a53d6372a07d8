// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace tellwire::store {

/// The code pages of CF_TEXT and CF_OEMTEXT.
struct CodePages
{
    int ansi = 1252;
    int oem = 437;

    friend bool operator==(const CodePages &, const CodePages &) = default;
};

/// Those of a Windows locale id (0x0407 is German in Germany), or of its language, or else those of English.
CodePages codePagesOf(quint32 localeId);

/// The locale id of this program's user; that of English if Windows has none of the kind.
quint32 systemLocaleId();

} // namespace tellwire::store
