// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/sampler.h"

#include <algorithm>

namespace host_metrics {
namespace {

constexpr std::chrono::milliseconds longestFirstInterval{200};

} // namespace

Sampler::Sampler(QList<Subject> subjects, std::chrono::milliseconds interval)
    : m_subjects(std::move(subjects)),
      m_interval(interval)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Sampler::look);
    QTimer::singleShot(0, this, &Sampler::look);
    QTimer::singleShot(std::min(interval, longestFirstInterval), this, &Sampler::look);
    m_timer.start(interval);
}

void Sampler::setInterval(std::chrono::milliseconds interval)
{
    m_interval = interval;
    if (!isPaused())
        m_timer.start(interval);
}

void Sampler::pause() { m_timer.stop(); }

void Sampler::resume()
{
    m_timer.start(m_interval);
    look();
}

void Sampler::look()
{
    QList<Look> looks;
    for (Subject &subject : m_subjects)
        looks.append(subject.look());
    Q_EMIT sampled(looks);
}

} // namespace host_metrics
