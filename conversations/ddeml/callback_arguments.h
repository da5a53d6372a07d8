// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/include/ddeml.h"

namespace tellwire::ddeml {

/// What a program's callback is called with.
struct CallbackArguments
{
    UINT type = 0;
    UINT format = 0;
    HCONV conversation = nullptr;
    HSZ string1 = nullptr;
    HSZ string2 = nullptr;
    HDDEDATA data = nullptr;
    ULONG_PTR word1 = 0;
    ULONG_PTR word2 = 0;
};

} // namespace tellwire::ddeml
