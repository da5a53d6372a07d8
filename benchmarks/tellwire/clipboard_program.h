// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/clipboard_pair.h"
#include "benchmarks/tellwire/loop.h"
#include "clipboard/clipboard.h"

#include <optional>

namespace tellwire::comparison {

/// Copies to and pastes from the clipboard of the session.
class TellwireClipboard final : public ClipboardProgram
{
public:
    const char *name() const override { return "clip_tellwire"; }
    void open() override;
    void put(std::string_view content) override;
    void get(const UseContent &use) override;
    void waitUntilReadable(int descriptor) override;

private:
    std::optional<Loop> m_loop;
    std::optional<Clipboard> m_clipboard;
};

} // namespace tellwire::comparison
