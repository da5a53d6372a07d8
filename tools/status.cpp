// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "dde/transport/session_status.h"
#include "tools/commands.h"
#include "tools/output.h"
#include "tools/publications.h"
#include "tools/served_conversations.h"
#include "tools/used_boards.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QLocale>
#include <QStorageInfo>

#include <dirent.h>
#include <sys/resource.h>

namespace tellwire::tool {

namespace {

struct Descriptors
{
    quint64 open = 0;
    quint64 limit = 0;
};

Descriptors descriptorsOfThisProcess()
{
    Descriptors descriptors;
    if (DIR *directory = opendir("/proc/self/fd")) {
        while (const dirent *entry = readdir(directory)) // NOLINT(concurrency-mt-unsafe): one thread.
            descriptors.open += entry->d_name[0] == '.' ? 0U : 1U;
        closedir(directory);
        --descriptors.open; // The one just used.
    }
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        descriptors.limit = limit.rlim_cur;
    return descriptors;
}

/// A directory that contents of boards may lie below.
struct Place
{
    QString path;
    quint64 room = 0; ///< In bytes.
};

QList<Place> placesOfContents(const SessionStatus &status)
{
    QList<Place> places;
    for (const QString &path : {status.directory, QStringLiteral("/dev/shm")})
        if (const QStorageInfo storage{path}; storage.isValid())
            places.append({path, static_cast<quint64>(storage.bytesAvailable())});
    return places;
}

nlohmann::json toJson(const QList<Place> &places)
{
    nlohmann::json json = nlohmann::json::array();
    for (const Place &place : places)
        json.push_back({{"directory", place.path.toStdString()}, {"bytes", place.room}});
    return json;
}

nlohmann::json toJson(const QList<SessionPeer> &peers)
{
    nlohmann::json json = nlohmann::json::array();
    for (const SessionPeer &peer : peers)
        json.push_back({{"pid", peer.pid}, {"program", peer.program.toStdString()}, {"alive", peer.isAlive}});
    return json;
}

nlohmann::json toJson(const QList<PublishedService> &services, const QList<PublishedService> &silent)
{
    nlohmann::json json = nlohmann::json::array();
    for (const PublishedService &service : services) {
        json.push_back(tool::toJson(service));
        if (silent.contains(service))
            json.back()["silent"] = true;
    }
    return json;
}

nlohmann::json toJson(const QList<ServedConversation> &conversations)
{
    nlohmann::json json = nlohmann::json::array();
    for (const ServedConversation &conversation : conversations)
        json.push_back({{"service", conversation.service.toStdString()},
                        {"topic", conversation.topic.toStdString()},
                        {"program", conversation.program.toStdString()},
                        {"pid", conversation.pid},
                        {"links", conversation.links},
                        {"queued", conversation.queued},
                        {"waiting", conversation.waiting}});
    return json;
}

nlohmann::json toJson(const SessionStatus &status)
{
    return {{"session", status.name.toStdString()},
            {"directory", status.directory.toStdString()},
            {"log",
             {{"generation", status.logGeneration},
              {"bytes", status.logSizeInBytes},
              {"recordsRead", status.recordsRead},
              {"cellsSkipped", status.cellsSkipped}}},
            {"notification", status.isNotified ? "inotify" : "every 200 ms"},
            {"peers", toJson(status.peers)},
            {"limits",
             {{"payload", status.payloadLimit},
              {"memory", status.memoryLimit},
              {"peers", status.peerLimit},
              {"requestTimeout", status.requestTimeout.count()},
              {"clipboard", status.clipboardLimit},
              {"clipboardRenderTime", status.clipboardRenderTime.count()}}},
            {"room", toJson(placesOfContents(status))}};
}

QString size(quint64 bytes) { return QLocale::c().formattedDataSize(static_cast<qint64>(bytes)); }

QByteArray facts(const SessionStatus &status, qsizetype services, qsizetype formats,
                 const Descriptors &descriptors)
{
    Table table{{QStringLiteral("session"), status.name}};
    table.add({QStringLiteral("directory"), status.directory});
    table.add(
        {QStringLiteral("log"),
         QStringLiteral("generation %1, %2, %3 records read, %4 cells skipped")
             .arg(QString::number(status.logGeneration), size(static_cast<quint64>(status.logSizeInBytes)),
                  QString::number(status.recordsRead), QString::number(status.cellsSkipped))});
    table.add({QStringLiteral("notification"),
               status.isNotified ? QStringLiteral("inotify")
                                 : QStringLiteral("every 200 ms, for want of an inotify instance")});
    table.add({QStringLiteral("services"), QString::number(services)});
    table.add({QStringLiteral("formats"), QStringLiteral("%1 registered").arg(formats)});
    table.add({QStringLiteral("a value"), QStringLiteral("at most %1").arg(size(status.payloadLimit))});
    table.add({QStringLiteral("memory"),
               QStringLiteral("at most %1 for each program").arg(size(status.memoryLimit))});
    table.add(
        {QStringLiteral("clipboard"), QStringLiteral("at most %1, %2 ms for what an owner renders at its end")
                                          .arg(size(status.clipboardLimit))
                                          .arg(status.clipboardRenderTime.count())});
    for (const Place &place : placesOfContents(status))
        table.add({QStringLiteral("room"), QStringLiteral("%1 in %2").arg(size(place.room), place.path)});
    table.add({QStringLiteral("open files"),
               QStringLiteral("%1 of %2").arg(descriptors.open).arg(descriptors.limit)});
    return table.text();
}

QByteArray tableOf(const QList<SessionPeer> &peers)
{
    if (peers.isEmpty())
        return {};
    Table table{{QStringLiteral("PROCESS"), QStringLiteral("PROGRAM"), QStringLiteral("STATE")}};
    for (const SessionPeer &peer : peers)
        table.add({QString::number(peer.pid), peer.program,
                   peer.isAlive ? QStringLiteral("alive") : QStringLiteral("dead, dropped now")});
    return '\n' + table.text();
}

QByteArray tableOf(const QList<ServedConversation> &conversations)
{
    if (conversations.isEmpty())
        return {};
    Table table{{QStringLiteral("SERVICE"), QStringLiteral("TOPIC"), QStringLiteral("CLIENT"),
                 QStringLiteral("PROCESS"), QStringLiteral("LINKS"), QStringLiteral("QUEUED"),
                 QStringLiteral("WAITING")}};
    for (const ServedConversation &conversation : conversations)
        table.add({conversation.service, conversation.topic, conversation.program,
                   QString::number(conversation.pid), QString::number(conversation.links),
                   QString::number(conversation.queued), size(conversation.waiting)});
    return '\n' + table.text();
}

} // namespace

int status(const Session &session, bool json)
{
    (void)session.fd(); // Only who may sleep watches the log, and the status says how.
    const SessionStatus status = SessionStatus::of(session);
    const QList<PublishedService> services = ServiceBrowser{session}.services();
    const qsizetype formats = session.formatNames().all().size();
    const Descriptors descriptors = descriptorsOfThisProcess();
    const QList<UsedBoard> boards = usedBoards(session);
    const ServedConversations conversations = askForConversations(session, services);
    for (const PublishedService &service : conversations.silent)
        complainAboutSilence(service, labelOf(service, services));
    if (!json)
        return finishWith(facts(status, services.size(), formats, descriptors) + tableOf(status.peers) +
                          tableOf(conversations.all) + tableOf(boards));
    nlohmann::json answer = toJson(status);
    answer["services"] = toJson(services, conversations.silent);
    answer["conversations"] = toJson(conversations.all);
    answer["boards"] = toJson(boards);
    answer["registeredFormats"] = formats;
    answer["openFiles"] = {{"open", descriptors.open}, {"limit", descriptors.limit}};
    return finishWithJson(answer);
}

} // namespace tellwire::tool
