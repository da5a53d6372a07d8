// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The stranger's own: it must be found by its name, and must not get into Tellwire's headers.
struct ErrorOfTheStranger
{
    int code = 0;
};
