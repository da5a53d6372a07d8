// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/commands.h"
#include "tools/update_view.h"

#include <nlohmann/json_fwd.hpp>

namespace tellwire::tool {

/// A line for each update, written at once; the text or JSON that docs/commands.md describes.
class UpdateLines final : public UpdateView
{
public:
    /// Gives up writing to a slow reader when the descriptor `interruption` becomes readable.
    UpdateLines(const WatchOptions &options, int interruption);

    std::optional<int> showValue(qsizetype item, const Update &update) override;
    std::optional<int> showNews(qsizetype item, const Update &news) override;
    std::optional<int> showStale(qsizetype item, const std::optional<Update> &last,
                                 const Staleness &staleness) override;

private:
    std::optional<int> write(const nlohmann::json &object);
    std::optional<int> write(qsizetype item, const Update &update, const QByteArray &text);

    WatchOptions m_options;
    int m_interruption;
    QStringList m_labels; ///< One for each item; empty ones if there is nothing to tell apart.
};

/// What tells the items apart: nothing if there is one, their names if one topic has them all, else their
/// addresses.
QStringList labelsOf(const QList<ItemAddress> &addresses);

} // namespace tellwire::tool
