// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/sampler.h"
#include "formats/result.h"

#include <QList>
#include <QString>

/// What others may ask of the sampler.
namespace host_metrics {

using SamplerCommand = void (Sampler::*)();

/// [Pause()], [Resume()], [Refresh()], in any number, whatever their case. Errors: BadData; Refused if one of
/// them is none of these, and then none is to be done.
tellwire::Result<QList<SamplerCommand>> parseSamplerCommands(const QString &text);

/// Whole milliseconds that a sampler takes. Error: Refused, with a sentence that tells the range.
tellwire::Result<std::chrono::milliseconds> parseInterval(const QString &text);

} // namespace host_metrics
