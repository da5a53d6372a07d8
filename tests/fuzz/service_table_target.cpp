// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/service_table.h"
#include "tests/fuzz/fuzz_target.h"

#include <algorithm>

using namespace tellwire;
using namespace tellwire::protocol;

namespace {

constexpr quint64 peer = 0x0123456789ABCDEF;

void apply(transport::LogState &state, const transport::LogChange &change)
{
    state.apply({.operation = change.operation,
                 .flags = change.bound ? transport::LogFlag::bound : quint8{0},
                 .peer = peer,
                 .nonce = 1,
                 .key = change.key,
                 .body = change.body});
}

void check(const transport::LogState &before, const ServiceOffer &offer)
{
    fuzz::promise(offer.peer == peer && offer.topics.size() <= 256, "an offer is its program's and bounded");
    transport::LogState state;
    apply(state, registration(offer));
    const QList<ServiceOffer> again = offer.takesAnyName ? servicesOfAnyName(state) : allServices(state);
    fuzz::promise(again.size() == 1 && again.constFirst().name.text() == offer.name.text() &&
                      again.constFirst().instance == offer.instance && again.constFirst().pid == offer.pid,
                  "an offer that was read can be written and read again");
    const ServiceName instance = instanceName(offer);
    const bool isUnderItsName = !servicesNamed(before, offer.name).isEmpty(); // Its key may say another one.
    fuzz::promise(!isUnderItsName || instance.isEmpty() || !servicesNamed(before, instance).isEmpty(),
                  "an instance is found by its name");
}

} // namespace

/// One service: what its key says between prefix and peer, and its body.
TELLWIRE_FUZZ(service_table)
{
    const QByteArray name = input.line();
    transport::LogState state;
    apply(state, {.operation = transport::LogOperation::Put,
                  .key = "service/" + name + "/0123456789abcdef/00000001",
                  .body = input.rest(),
                  .bound = true});

    const QList<ServiceOffer> offers = allServices(state) + servicesOfAnyName(state);

    for (const ServiceOffer &offer : offers)
        check(state, offer);
}
