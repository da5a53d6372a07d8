// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/refusals.h"

#include <QLoggingCategory>

namespace tellwire::engine {
namespace {

Q_LOGGING_CATEGORY(rightsLog, "tellwire.rights")

bool isPowerOfTen(std::uint64_t number)
{
    while (number != 0 && number % 10 == 0)
        number /= 10;
    return number == 1;
}

QString ruleInWords(int rule)
{
    return rule == 0 ? QStringLiteral("no rule allows it to a confined program")
                     : QStringLiteral("rule %1").arg(rule);
}

QString inWords(const Caller &caller)
{
    const QString program = caller.executable.isEmpty() ? QStringLiteral("a program") : caller.executable;
    const QString known =
        QStringLiteral("%1 (process %2, user %3").arg(program).arg(caller.pid).arg(caller.uid);
    return caller.sandbox.isEmpty() ? known + u')'
                                    : known + QStringLiteral(", confined by %1)").arg(caller.sandbox);
}

} // namespace

void Refusals::add(const Caller &caller, const QString &what, int rule)
{
    Kind kind{caller.executable, caller.sandbox, rule};
    if (m_counts.size() >= maxKinds && !m_counts.contains(kind))
        kind = {};
    const std::uint64_t count = ++m_counts[kind];
    if (!isPowerOfTen(count))
        return;
    const QString counted = count == 1 ? QString{} : QStringLiteral(", the %1th time").arg(count);
    qCWarning(rightsLog).noquote()
        << QStringLiteral("denied %1 to %2: %3%4").arg(what, inWords(caller), ruleInWords(rule), counted);
}

} // namespace tellwire::engine
