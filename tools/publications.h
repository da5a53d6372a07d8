// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/service_browser.h"

#include <nlohmann/json_fwd.hpp>

#include <QStringList>

namespace tellwire::tool {

/// One publication of a service, with what its program answered.
struct Publication
{
    PublishedService service;
    QString label;         ///< Its name; that of the instance where several have the same name.
    QStringList topics;    ///< Without System.
    bool isSilent = false; ///< It did not answer.
};

/// All of a session. Asks all programs at once; one that hangs costs the time that a connection may take.
/// Says on standard error who did not answer.
QList<Publication> allPublications(ServiceBrowser &browser);

/// What tells a publication from those that are there.
QString labelOf(const PublishedService &service, const QList<PublishedService> &all);

/// A table; nothing if there are none.
QByteArray toText(const QList<Publication> &publications);

/// On standard error.
void complainAboutSilence(const PublishedService &service, const QString &label);

nlohmann::json toJson(const PublishedService &service);
nlohmann::json toJson(const Publication &publication);

} // namespace tellwire::tool
