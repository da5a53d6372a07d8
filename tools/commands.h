// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/monitor.h"
#include "dde/protocol/item_address.h"
#include "dde/transport/session.h"
#include "formats/format.h"

#include <QList>
#include <QString>

// The commands of the program, one file each, with what the command line says to them. All return the code to
// end with.
namespace tellwire::tool {

struct ListOptions
{
    std::optional<PartialAddress> what; ///< Without item; everything if empty.
    ItemName prefix;                    ///< Of the items to list; empty: all.
    bool follow = false;                ///< Then tell who comes and goes.
    bool json = false;
};

struct RequestOptions
{
    QList<ItemAddress> addresses;
    Format format = Format::text();
    bool json = false;
};

struct WatchOptions
{
    QList<ItemAddress> addresses;
    Format format = Format::text();
    quint64 count = 0;  ///< Ends after so many updates; 0: never.
    quint16 window = 0; ///< Of links that acknowledge; 0: they do not.
    bool everyUpdate = false;
    bool wholeBatches = false;
    bool warm = false;
    bool finalValue = false;
    bool once = false;
    bool reconnect = false;
    bool json = false;
    bool timestamps = false;
};

struct PokeOptions
{
    ItemAddress address;
    QByteArray value; ///< "-": read from standard input.
    Format format = Format::text();
    std::optional<quint64> ifSequence;
};

struct PublishOptions
{
    TopicAddress address;
    bool keep = false;
    bool poke = false;
    QString onPoke;    ///< The command that decides about new values; empty: none.
    QString onExecute; ///< The command that carries out commands; empty: none.
};

struct MonitorCommandOptions
{
    MonitorOptions shown;
    quint64 count = 0; ///< Ends after so many events; 0: never.
    bool data = false;
    bool json = false;
};

int list(const Session &session, const ListOptions &options);
int request(const Session &session, const RequestOptions &options);
int watch(const Session &session, const WatchOptions &options);
int poke(const Session &session, const PokeOptions &options);
int execute(const Session &session, const TopicAddress &address, const QString &command);
int publish(const Session &session, const PublishOptions &options);
int monitor(const Session &session, const MonitorCommandOptions &options);
int formats(const Session &session, bool json);
int status(const Session &session, bool json);
int doctor(const QString &sessionName, bool json);

} // namespace tellwire::tool
