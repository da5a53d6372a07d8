// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSocketNotifier>

#include <memory>

namespace host_metrics {

/// Turns Ctrl-C and SIGTERM into a signal of Qt's, so that everything ends in order. Make it before any other
/// thread.
class Termination : public QObject
{
    Q_OBJECT
public:
    Termination();
    ~Termination() override;

Q_SIGNALS:
    void wanted();

private:
    int m_descriptor;
    std::unique_ptr<QSocketNotifier> m_notifier; // Empty if the kernel gave us no descriptor.
};

} // namespace host_metrics
