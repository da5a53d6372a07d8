// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_codec.h"
#include "tests/dde/protocol/damage.h"
#include "tests/fuzz/fuzz_target.h"

using namespace tellwire;
using namespace tellwire::protocol;

namespace {

template <typename AnyMessage>
void check(const Result<AnyMessage> &decoded, const transport::Message &bytes)
{
    if (!decoded) {
        const ErrorCode code = decoded.error().code;
        fuzz::promise(code == ErrorCode::BadData || code == ErrorCode::VersionMismatch,
                      "a message is refused as bad, or as one of another version");
        return;
    }
    const transport::Message again =
        std::visit([](const auto &message) { return encode(message); }, *decoded);
    fuzz::promise(sameBytes(again, bytes), "no other bytes mean the same message");
}

} // namespace

TELLWIRE_FUZZ(message)
{
    const transport::Message bytes = input.message();
    check(decodeFromClient(bytes), bytes);
    check(decodeFromServer(bytes), bytes);
    fuzz::promise(!toString(static_cast<MessageType>(bytes.type)).isEmpty(), "every type has a word");
}
