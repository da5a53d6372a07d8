#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# pkg_config.sh <compiler> <pkg-config> <installed lib folder> <project folder> <program to build>
# Builds the stranger's program with one plain line, and runs it.
set -eu

export PKG_CONFIG_PATH="$3/pkgconfig"
"$2" --print-errors --exists 'tellwire >= 0.1'

# The flags quote what is special in them, so the shell has to read them again.
eval "\"\$1\" -std=c++20 -fPIC -I\"\$4\" \"\$4\"/main.cpp -o \"\$5\" $("$2" --cflags --libs tellwire)"
LD_LIBRARY_PATH="$3" "$5"
