// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/service.h"
#include "demos/host_metrics/sampler.h"

#include <QHash>
#include <QSet>

namespace host_metrics {

/// The service `Host`: a topic for each subject, and `settings`, through which others pace it.
///
/// It becomes visible with the second sample, so that nobody ever misses a rate.
class Publisher : public QObject
{
    Q_OBJECT
public:
    /// Borrows the sampler for life.
    Publisher(tellwire::Session session, Sampler &sampler);

Q_SIGNALS:
    void published();
    void failed(const tellwire::Error &reason);
    void shown(quint64 samples); ///< Since it became visible.

private:
    void show(const QList<Look> &looks);
    void showLook(const Look &look);
    void showFigures(tellwire::Topic &topic, const Look &look);
    void showSettings();
    void stamp();
    tellwire::Result<void> setInterval(const tellwire::Payload &value);
    tellwire::Result<void> execute(const QString &text);

    Sampler &m_sampler;
    tellwire::Service m_service;
    tellwire::Topic &m_settings;
    QHash<tellwire::TopicName, QString> m_problems; // What was said last, so that it is said once.
    quint64 m_samples = 0;
};

} // namespace host_metrics
