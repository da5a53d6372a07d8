// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/commands.h"
#include "tools/update_view.h"

#include <QTimer>

#include <vector>

namespace tellwire::tool {

/// The newest value of each item in a table on the terminal, and below it what is wrong; drawn again in place
/// a moment after something changed, so at most 20 times a second, and never while nothing changes.
class LiveTable final : public UpdateView
{
public:
    /// Gives up writing to a slow terminal when the descriptor `interruption` becomes readable.
    LiveTable(const WatchOptions &options, int interruption);

    std::optional<int> showValue(qsizetype item, const Update &update) override;
    std::optional<int> showNews(qsizetype item, const Update &news) override;
    std::optional<int> showStale(qsizetype item, const std::optional<Update> &last,
                                 const Staleness &staleness) override;
    void showEnd(qsizetype item) override;
    void finish() override;

private:
    struct Row
    {
        QString label;
        std::optional<Update> update; ///< The last one.
        QString value;                ///< As it is shown.
        std::optional<Staleness> staleness;
        quint64 updates = 0;
        bool hasEnded = false;
    };

    static QString stateOf(const Row &row);
    std::optional<int> take(qsizetype item, const Update &update, const QString &value);
    void drawSoon();
    void draw();
    QStringList lines() const;
    QStringList notes() const;

    int m_interruption;
    std::vector<Row> m_rows;
    QTimer m_timer;
    qsizetype m_linesDrawn = 0; ///< Above the cursor.
    std::optional<int> m_end;   ///< Drawing failed.
};

} // namespace tellwire::tool
