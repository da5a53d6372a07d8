// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/peer_identity.h"
#include "tests/fuzz/fuzz_target.h"

#include <algorithm>

using namespace tellwire::transport;

/// What confines a stranger, as files say that it may have written.
TELLWIRE_FUZZ(peer_identity)
{
    const QByteArray bytes = input.rest();
    const QString application = flatpakApplication(bytes);
    tellwire::fuzz::promise(std::ranges::all_of(application,
                                                [](QChar unit) {
                                                    return unit.unicode() < 0x80 &&
                                                           (unit.isLetterOrNumber() || unit == u'.' ||
                                                            unit == u'-' || unit == u'_');
                                                }),
                            "an application's name is plain");
    static_cast<void>(confinement(bytes));
}
