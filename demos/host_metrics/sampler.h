// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/subject.h"

#include <QObject>
#include <QTimer>

namespace host_metrics {

/// Looks at all subjects again and again.
///
/// Thread: the one it lives in, which needs Qt's event loop; a look takes some milliseconds.
class Sampler : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds shortestInterval{50};
    static constexpr std::chrono::milliseconds longestInterval{60'000};

    /// The second look follows the first one soon, since it takes two to tell a rate.
    Sampler(QList<Subject> subjects, std::chrono::milliseconds interval);

    std::chrono::milliseconds interval() const noexcept { return m_interval; }
    bool isPaused() const { return !m_timer.isActive(); }

    /// Between shortestInterval and longestInterval. Counts from now on.
    void setInterval(std::chrono::milliseconds interval);

    void pause();
    void resume(); ///< Looks at once, and then at every interval.
    void look();   ///< At once; paused or not.

Q_SIGNALS:
    void sampled(const QList<host_metrics::Look> &looks);

private:
    QList<Subject> m_subjects;
    std::chrono::milliseconds m_interval;
    QTimer m_timer;
};

} // namespace host_metrics
