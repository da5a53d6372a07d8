// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace tellwire {

/// The words of an HTML text: without tags, comments, scripts and styles, white space run together as a
/// browser shows it, blocks on lines of their own, table cells parted by tabs. Takes whatever HTML there is,
/// in one pass.
QString textOfHtml(QStringView html);

} // namespace tellwire
