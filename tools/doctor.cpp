// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/environment_check.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/output.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tellwire::tool {

namespace {

QString nameOf(Finding::Severity severity)
{
    switch (severity) {
    case Finding::Severity::Fine:
        return QStringLiteral("ok");
    case Finding::Severity::Warning:
        return QStringLiteral("warning");
    case Finding::Severity::Problem:
        break;
    }
    return QStringLiteral("error");
}

QByteArray toText(const QList<Finding> &findings)
{
    QByteArray text;
    for (const Finding &finding : findings) {
        const QString line = QStringLiteral("%1 %2: %3")
                                 .arg(nameOf(finding.severity), -7)
                                 .arg(finding.subject, finding.sentence);
        text += inOneLine(finding.remedy.isEmpty() ? line : line + QStringLiteral("; ") + finding.remedy)
                    .toUtf8() +
                '\n';
    }
    return text;
}

nlohmann::json toJson(const QList<Finding> &findings)
{
    nlohmann::json json = nlohmann::json::array();
    for (const Finding &finding : findings)
        json.push_back({{"severity", nameOf(finding.severity).toStdString()},
                        {"subject", finding.subject.toStdString()},
                        {"sentence", finding.sentence.toStdString()},
                        {"remedy", finding.remedy.toStdString()}});
    return json;
}

} // namespace

int doctor(const QString &sessionName, bool json)
{
    const QList<Finding> findings = checkEnvironment(sessionName);
    const int written = json ? finishWithJson(toJson(findings)) : finishWith(toText(findings));
    const bool isHealthy = std::ranges::none_of(
        findings, [](const Finding &finding) { return finding.severity == Finding::Severity::Problem; });
    return isHealthy || written != success ? written : notHealthy;
}

} // namespace tellwire::tool
