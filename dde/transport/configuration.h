// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/environment.h"
#include "formats/result.h"

#include <QString>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tellwire::transport {

/// Where the files of settings lie, unless others are named: `tellwire` in XDG_CONFIG_HOME or ~/.config.
QString settingsDirectory(const Environment &environment);

/// The limits and time-outs of a session; docs/configuration.md describes each. A program reads them once,
/// when it joins.
struct Configuration
{
    std::uint64_t payloadLimit = std::uint64_t{1} << 30; ///< Bytes of one value, sent or received.
    std::uint64_t arenaLimit = 0; ///< Bytes of shared memory of one program; 0: a quarter of the memory.
    std::uint64_t queueBytes = std::uint64_t{16} << 20; ///< That may wait for one peer.
    std::size_t queueUpdates = 4096;                    ///< Likewise, for links that want every update.
    std::size_t maxPeers = 256;                         ///< Channels other programs may open to this one.
    std::chrono::milliseconds connectTimeout{2000};
    std::chrono::milliseconds handshakeTimeout{2000};
    std::chrono::milliseconds requestTimeout{5000};
    std::uint64_t clipboardLimit = std::uint64_t{1} << 30;        ///< Bytes of all formats put at once.
    std::uint64_t clipboardRenderLimit = std::uint64_t{64} << 20; ///< Bytes rendered at an owner's end.
    std::chrono::milliseconds clipboardRenderTime{2000};          ///< That an owner's end may take for it.
    std::size_t clipboardVolumes = 3; ///< How many of the places for contents may be used.

    /// Defaults, changed by the file `config.json` (TELLWIRE_CONFIG, else tellwire/config.json in
    /// XDG_CONFIG_HOME or ~/.config), changed by environment variables. Errors: BadData naming file or
    /// variable, and what is wrong.
    static Result<Configuration> load(const Environment &environment = {});
};

} // namespace tellwire::transport
