// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/service_table.h"
#include "tests/conformance/ddeml/dde_process.h"
#include "tests/conversations/raw_client.h"
#include "tests/conversations/raw_server.h"

// Partners that know nothing of DDEML: they speak the protocol by hand. The peer RawQuotes is a server of
// that kind, Quotes with any topic; it answers requests with "raw", and the item Nothing with a refusal.

namespace tellwire::test {

/// The program that serves the name; waits for it to be registered.
inline transport::PeerId programOf(const ServiceName &service)
{
    const std::shared_ptr<transport::Seat> seat = transport::Seat::join(QStringLiteral("default")).value();
    std::optional<transport::PeerId> found;
    EXPECT_TRUE(eventually(
        [&] {
            const QList<protocol::ServiceOffer> offers =
                protocol::servicesNamed(seat->log().state(), service);
            if (!offers.isEmpty())
                found = offers.first().peer;
            return found.has_value();
        },
        serveSessions));
    return found.value_or(0);
}

} // namespace tellwire::test
