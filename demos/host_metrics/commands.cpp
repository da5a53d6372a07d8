// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/commands.h"

#include "dde/protocol/command_string.h"

#include <array>
#include <utility>

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr std::array commands{std::pair{"Pause", &Sampler::pause}, std::pair{"Resume", &Sampler::resume},
                              std::pair{"Refresh", &Sampler::look}};

Error refused(const QString &why) { return {ErrorCode::Refused, why}; }

Result<SamplerCommand> samplerCommand(const Command &command)
{
    if (!command.arguments.isEmpty())
        return refused(QStringLiteral("%1 takes no arguments").arg(command.name));
    for (const auto &[name, action] : commands)
        if (command.name.compare(QLatin1StringView{name}, Qt::CaseInsensitive) == 0)
            return SamplerCommand{action};
    return refused(
        QStringLiteral("there is no command %1; use [Pause()], [Resume()] or [Refresh()]").arg(command.name));
}

} // namespace

Result<QList<SamplerCommand>> parseSamplerCommands(const QString &text)
{
    const Result<QList<Command>> parsed = parseCommands(text);
    if (!parsed)
        return parsed.error();
    QList<SamplerCommand> actions;
    for (const Command &command : *parsed) {
        const Result<SamplerCommand> action = samplerCommand(command);
        if (!action)
            return action.error();
        actions.append(*action);
    }
    return actions;
}

Result<std::chrono::milliseconds> parseInterval(const QString &text)
{
    bool isNumber = false;
    const std::chrono::milliseconds interval{text.trimmed().toInt(&isNumber)};
    if (isNumber && interval >= Sampler::shortestInterval && interval <= Sampler::longestInterval)
        return interval;
    return refused(
        QStringLiteral("the interval must be a whole number of milliseconds from %1 to %2, not \"%3\"")
            .arg(Sampler::shortestInterval.count())
            .arg(Sampler::longestInterval.count())
            .arg(text.left(20)));
}

} // namespace host_metrics
