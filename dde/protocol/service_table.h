// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/names.h"
#include "dde/transport/log_state.h"

#include <QList>

#include <cstdint>

namespace tellwire::protocol {

/// A service as one program offers it. Several programs, and several instances of one, may offer the same
/// name.
struct ServiceOffer
{
    std::uint64_t peer = 0;     ///< The program that answers for it.
    std::uint32_t instance = 0; ///< Which of the program's instances; see Initiate.
    ServiceName name;           ///< As it was registered.
    QString program;            ///< What the program calls itself; for display only.
    qint64 pid = 0;             ///< For display only.
    QList<TopicName> topics;    ///< What it is about, as a hint; may be empty or out of date.
    qint64 version = 0;         ///< Another one each time it is registered, even if all else is the same.
    bool takesAnyName = false;  ///< Instead of a name: decides about whatever name it is asked for.

    friend bool operator==(const ServiceOffer &, const ServiceOffer &) = default;
};

// The table is part of the session log: one entry for each offer, bound to the program that made it. Here is
// what an entry looks like; reading and changing the log is the caller's business.

/// Makes the offer known when it is applied to the log. Registering it again changes what is said about it,
/// not its place in the order. Topics that find no room in a record are left out.
transport::LogChange registration(const ServiceOffer &offer);

/// Takes the offer back.
transport::LogChange withdrawal(const ServiceOffer &offer);

/// The name that stands for this offer alone: `Quotes(0x0123456789abcdef)`. The number is mixed from peer and
/// instance, the same wherever it is made. Empty if the service's own name leaves no room for it, because it
/// has more than 235 characters, or if it has none. Source: ddeml-semantics.md A2.
ServiceName instanceName(const ServiceOffer &offer);

/// Who offers the service, in order of registration: the first is to be asked first. The name of an instance
/// yields that offer alone, unless somebody registered a service under just that name. Behind them come those
/// who take any name. Entries that make no sense, which anyone may have written, are skipped.
QList<ServiceOffer> servicesNamed(const transport::LogState &state, const ServiceName &name);

/// Those who take any name, in order of registration.
QList<ServiceOffer> servicesOfAnyName(const transport::LogState &state);

/// All offers that have a name, in order of registration.
QList<ServiceOffer> allServices(const transport::LogState &state);

/// False if the tables before and after the record are surely the same.
bool mayChangeServices(const transport::LogRecord &record);

} // namespace tellwire::protocol
