// SPDX-License-Identifier: Apache-2.0
#pragma once

/// As error.h beside it.
struct FormatOfTheStranger
{
    int width = 0;
};
