// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

namespace tellwire::store {

// Windows code pages, ANSI and OEM ones, by their numbers. The C library knows them (iconv, "CP850"). Zero
// characters are characters like others: whole blocks are converted. One that the C library does not know
// counts as 1252, and if it knows none, Latin-1 stands for all.

/// A byte from 0x80 to 0x9F that is not assigned stands for the control character of its number, as on
/// Windows; anything else that is no character becomes U+FFFD.
QString decodeCodePage(int page, QByteArrayView bytes);

/// What the code page lacks becomes a question mark.
QByteArray encodeCodePage(int page, QStringView text);

} // namespace tellwire::store
