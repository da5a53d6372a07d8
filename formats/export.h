// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

/// Marks what libtellwire shows to programs; everything else stays hidden inside it.
#define TELLWIRE_EXPORT Q_DECL_EXPORT
