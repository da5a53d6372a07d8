// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clipboard_commands.h"

#include "benchmarks/harness/clipboard_times.h"
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/command_output.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/harness/started_process.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include <fcntl.h>

namespace tellwire::comparison {
namespace {

struct Tool
{
    std::string name;
    Command copy;
    Command paste;
};

Tool toolOf(const std::string &program)
{
    const std::string name = std::filesystem::path{program}.filename();
    if (name == "xclip")
        return {name, {program, "-selection", "clipboard", "-i"}, {program, "-selection", "clipboard", "-o"}};
    if (name == "xsel")
        return {name, {program, "--clipboard", "--input"}, {program, "--clipboard", "--output"}};
    if (name == "wl-copy")
        return {"wl", {program}, {"wl-paste", "-n"}};
    return {name + "_command", {program, "copy"}, {program, "paste"}};
}

/// Until a paste gives what was copied: what still shows the old content is repeated.
void copyAndPaste(const Tool &tool, const std::string &file, const std::string &content, std::string &memory,
                  ClipboardTimes &times)
{
    constexpr int mostAttempts = 50;
    const Descriptor input{open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    const Descriptor nothing{open("/dev/null", O_WRONLY | O_CLOEXEC)};
    const std::uint64_t start = nanosecondsNow();
    waitForProcess(startProcess(tool.copy, {input.get(), nothing.get(), true}));
    const std::uint64_t copied = nanosecondsNow();
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        const std::uint64_t asked = nanosecondsNow();
        const std::optional<std::string_view> text = outputOf(tool.paste, memory);
        const std::uint64_t now = nanosecondsNow();
        if (text == content)
            return times.add(copied - start, now - asked, now - start);
        if (!text)
            break;
    }
    times.addBad();
}

} // namespace

int measureClipboardCommands(const Options &options)
{
    require(!options.program.empty(), "which program? --program");
    const Tool tool = toolOf(options.program);
    const std::string file = options.endpoint + "/content";
    const std::uint64_t rounds = options.count != 0 ? options.count : 10;
    ClipboardTimes times;
    std::string memory(options.size + (std::size_t{1} << 17),
                       '\0'); // Its pages are there before the first paste.
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const std::string content = clipboardContent(options.size, round);
        std::ofstream{file, std::ios::binary} << content;
        copyAndPaste(tool, file, content, memory, times);
    }
    std::filesystem::remove(file);
    times.print("clip_" + tool.name, options);
    return times.exitCode();
}

} // namespace tellwire::comparison
