// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringView>

#include <optional>

namespace tellwire {

/// The character that a reference stands for: the text between & and ;, a number ("#x20AC") or one of the
/// names that are met in ordinary text. Empty if there is no such character.
std::optional<char32_t> characterOfHtmlReference(QStringView reference);

} // namespace tellwire
