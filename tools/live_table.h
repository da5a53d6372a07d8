// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/commands.h"
#include "tools/update_view.h"

#include <QTimer>

#include <vector>

namespace tellwire::tool {

/// The newest value of each item in a table on the terminal, drawn again in place a moment after something
/// changed; so at most 20 times a second, and never while nothing changes.
class LiveTable final : public UpdateView
{
public:
    /// Gives up writing to a slow terminal when the descriptor `interruption` becomes readable.
    LiveTable(const WatchOptions &options, int interruption);

    std::optional<int> show(qsizetype item, const Update &update) override;
    void makeRoom() override;
    void finish() override;

private:
    struct Row
    {
        QString label;
        std::optional<Update> update;
        quint64 updates = 0;
    };

    void draw();
    QStringList lines() const;

    int m_interruption;
    std::vector<Row> m_rows;
    QTimer m_timer;
    qsizetype m_linesDrawn = 0; ///< Above the cursor.
    std::optional<int> m_end;   ///< Drawing failed.
};

} // namespace tellwire::tool
