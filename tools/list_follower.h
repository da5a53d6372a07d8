// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/service_browser.h"
#include "tools/interruption.h"

#include <nlohmann/json_fwd.hpp>

#include <QList>
#include <QString>

#include <memory>
#include <optional>

namespace tellwire::tool {

/// What `list --follow` does: shows who is there, then a line for each publication that appears or vanishes.
class ListFollower
{
public:
    ListFollower(const Session &session, bool json);
    int run();

private:
    struct Shown
    {
        PublishedService service;
        QString label;
    };

    void showPresent();
    void onPublished(const PublishedService &service);
    void onWithdrawn(const PublishedService &service);
    QString labelOf(const PublishedService &service) const;
    void tell(const char *event, char sign, const Shown &shown);
    void write(const nlohmann::json &line);
    void write(const QByteArray &text);
    void end(int exitCode);

    bool m_json;
    Interruption m_interruption;
    std::unique_ptr<QSocketNotifier> m_nobodyReads;
    ServiceBrowser m_browser;
    QList<Shown> m_shown;          ///< Those that are there, as far as it was told.
    std::optional<int> m_exitCode; ///< Once it is over.
};

} // namespace tellwire::tool
