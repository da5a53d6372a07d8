// SPDX-License-Identifier: Apache-2.0
#include "clipboard/exact/window_notice.h"
#include "clipboard/store/render_message.h"
#include "tests/dde/protocol/damage.h"
#include "tests/fuzz/fuzz_target.h"

using namespace tellwire;

namespace {

void checkRefused(const transport::Message &bytes)
{
    Error reason;
    if (!store::decodeRefused(bytes, reason))
        return;
    Error again;
    fuzz::promise(store::decodeRefused(store::encodeRefused(bytes.id, reason), again).has_value() &&
                      again.code == reason.code && again.retryAfter == reason.retryAfter,
                  "a refusal is read as it was written");
}

} // namespace

TELLWIRE_FUZZ(clipboard_message)
{
    const transport::Message bytes = input.message();
    switch (bytes.type) {
    case static_cast<quint8>(store::RenderMessage::Render):
        if (const auto asking = store::decodeRender(bytes))
            fuzz::promise(protocol::sameBytes(store::encodeRender(bytes.id, *asking), bytes),
                          "one Render has one form");
        return;
    case static_cast<quint8>(store::RenderMessage::Rendered):
        if (const auto rendered = store::decodeRendered(bytes))
            fuzz::promise(protocol::sameBytes(store::encodeRendered(bytes.id, *rendered), bytes),
                          "one Rendered has one form");
        return;
    case static_cast<quint8>(store::RenderMessage::Refused):
        return checkRefused(bytes);
    case static_cast<quint8>(exact::WindowMessage::Notice):
        if (const auto notice = exact::decodeNotice(bytes))
            fuzz::promise(protocol::sameBytes(exact::encodeNotice(bytes.id, *notice), bytes),
                          "one notice has one form");
        return;
    case static_cast<quint8>(exact::WindowMessage::Done):
        fuzz::promise(!exact::decodeDone(bytes) || protocol::sameBytes(exact::encodeDone(bytes.id), bytes),
                      "one Done has one form");
        return;
    default:
        return;
    }
}
