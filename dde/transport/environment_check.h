// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/export.h"

#include <QList>
#include <QString>

namespace tellwire {

/// What was found about one thing that sessions need.
struct Finding
{
    enum class Severity {
        Fine,
        Warning, ///< Sessions work, but not as well as they could.
        Problem, ///< No session will work before this is mended.
    };

    Severity severity = Severity::Fine;
    QString subject;  ///< Two or three words.
    QString sentence; ///< What was seen.
    QString remedy;   ///< What to do about it; empty if it is fine, or if the sentence says it.
};

/// Tries everything that joining a session of that name needs: settings, directory, memory, notification,
/// limits. Creates the session's directory if it is not there. Blocks for some file accesses. Thread: any.
TELLWIRE_EXPORT QList<Finding> checkEnvironment(const QString &sessionName);

} // namespace tellwire
