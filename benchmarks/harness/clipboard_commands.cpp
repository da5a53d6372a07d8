// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clipboard_commands.h"

#include "benchmarks/harness/clipboard_times.h"
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/harness/started_process.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

using Command = std::vector<std::string>;

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

/// A descriptor that is closed at the end.
class Descriptor
{
public:
    explicit Descriptor(int descriptor) : m_descriptor(descriptor)
    {
        require(descriptor >= 0, "a file cannot be opened");
    }
    ~Descriptor() { close(); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    int get() const { return m_descriptor; }
    void close()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        m_descriptor = -1;
    }

private:
    int m_descriptor;
};

/// All that is written until the last writer is gone; nothing if that takes too long.
std::optional<std::string> readAll(int descriptor)
{
    constexpr int patience = 6000; // Milliseconds without a byte.
    std::string all;
    std::vector<char> bytes(1 << 20);
    pollfd waited{descriptor, POLLIN, 0};
    while (poll(&waited, 1, patience) > 0) {
        const ssize_t count = read(descriptor, bytes.data(), bytes.size());
        if (count <= 0)
            return all;
        all.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return std::nullopt;
}

std::optional<std::string> paste(const Command &command, int nothing)
{
    std::array<int, 2> ends{};
    require(pipe2(ends.data(), O_CLOEXEC) == 0, "there is no further pipe");
    const Descriptor reading{ends[0]};
    Descriptor writing{ends[1]};
    const pid_t process = startProcess(command, {nothing, writing.get(), true});
    writing.close();
    std::optional<std::string> text = readAll(reading.get());
    if (!text)
        kill(process, SIGKILL);
    waitForProcess(process);
    return text;
}

/// Until a paste gives what was copied: what still shows the old content is repeated.
void copyAndPaste(const Tool &tool, const std::string &file, const std::string &content,
                  ClipboardTimes &times)
{
    constexpr int mostAttempts = 50;
    const Descriptor input{open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    const Descriptor nothing{open("/dev/null", O_RDWR | O_CLOEXEC)};
    const std::uint64_t start = nanosecondsNow();
    waitForProcess(startProcess(tool.copy, {input.get(), nothing.get(), true}));
    const std::uint64_t copied = nanosecondsNow();
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        const std::uint64_t asked = nanosecondsNow();
        const std::optional<std::string> text = paste(tool.paste, nothing.get());
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
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const std::string content = clipboardContent(options.size, round);
        std::ofstream{file, std::ios::binary} << content;
        copyAndPaste(tool, file, content, times);
    }
    std::filesystem::remove(file);
    times.print("clip_" + tool.name, options);
    return times.exitCode();
}

} // namespace tellwire::comparison
