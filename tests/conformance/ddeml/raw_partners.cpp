// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/raw_partners.h"

namespace tellwire::test {

TELLWIRE_PEER(RawQuotes)
{
    RawServer server;
    peerIsReady();
    while (std::optional<protocol::Request> request = server.hear<protocol::Request>()) {
        if (request->item == "Nothing"_item)
            server.say(protocol::Declined{request->transaction, {ErrorCode::NoSuchItem, {}}});
        else
            server.say(protocol::Answer{.transaction = request->transaction,
                                        .format = request->formats.first(),
                                        .value = QByteArray("raw\0", 4)});
    }
    return 0;
}

} // namespace tellwire::test
