// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"

namespace tellwire::engine {

/// Who keeps the links of a conversation itself, message by message, instead of having a ClientLink for each:
/// for faces that are exact about them, or have very many.
///
/// Every function is called from the session's processing and may run the program's code, which may delete
/// anything. False means that the message makes no sense for the link; then the channel ends.
class DirectLinks
{
public:
    virtual bool onAdvised(const protocol::Advised &message) = 0;
    virtual bool onValue(const protocol::Value &message) = 0;
    virtual bool onChanged(const protocol::Changed &message) = 0;

    /// The link is forgotten by then. Not called when the conversation ends.
    virtual void onLinkEnded(const protocol::LinkEnded &message) = 0;

protected:
    ~DirectLinks() = default;
};

} // namespace tellwire::engine
