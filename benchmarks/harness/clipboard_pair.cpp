// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clipboard_pair.h"

#include "benchmarks/harness/clipboard_times.h"
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/message.h"
#include "benchmarks/harness/processes.h"
#include "benchmarks/harness/require.h"

#include <array>

#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

struct Order
{
    bool isPut;
    std::uint64_t round;
};

struct Answer
{
    std::uint64_t time = 0;
    std::uint64_t size = 0;
    std::uint64_t sum = 0;

    bool hasSameContent(const Answer &other) const { return size == other.size && sum == other.sum; }
};

Answer put(ClipboardProgram &program, std::size_t size, std::uint64_t round)
{
    const std::string content = clipboardContent(size, round);
    const std::uint64_t start = nanosecondsNow();
    program.put(content);
    return {nanosecondsNow() - start, size, sumOfWords(content.data(), size)};
}

Answer get(ClipboardProgram &program)
{
    Answer answer;
    const std::uint64_t start = nanosecondsNow();
    program.get([&](std::string_view content) {
        answer = {nanosecondsNow() - start, content.size(), sumOfWords(content.data(), content.size())};
    });
    return answer;
}

/// One of the two programs, and the orders it gets.
class Side
{
public:
    Side(Processes &processes, const Options &options,
         const std::function<std::unique_ptr<ClipboardProgram>()> &makeProgram)
    {
        require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, m_ends.data()) == 0,
                "there is no further pair of sockets");
        processes.start(options.place, [&] {
            close(m_ends[0]);
            const std::unique_ptr<ClipboardProgram> program = makeProgram();
            program->open();
            obey(*program, options.size);
        });
        close(m_ends[1]);
    }
    ~Side() { close(m_ends[0]); }
    Side(const Side &) = delete;
    Side &operator=(const Side &) = delete;

    Answer ask(const Order &order) const
    {
        Answer answer;
        require(send(m_ends[0], &order, sizeof order, 0) == sizeof order &&
                    recv(m_ends[0], &answer, sizeof answer, 0) == sizeof answer,
                "a program of the clipboard has ended");
        return answer;
    }

private:
    void obey(ClipboardProgram &program, std::size_t size) const
    {
        while (true) {
            program.waitUntilReadable(m_ends[1]);
            Order order{};
            if (recv(m_ends[1], &order, sizeof order, 0) != sizeof order)
                return;
            const Answer answer = order.isPut ? put(program, size, order.round) : get(program);
            require(send(m_ends[1], &answer, sizeof answer, 0) == sizeof answer, "nobody listens");
        }
    }

    std::array<int, 2> m_ends{};
};

} // namespace

int measureClipboardPair(const Options &options,
                         const std::function<std::unique_ptr<ClipboardProgram>()> &makeProgram)
{
    constexpr int mostAttempts = 50;
    const std::uint64_t rounds = options.count != 0 ? options.count : 10;
    Processes processes{options.timeout};
    const Side owner{processes, options, makeProgram};
    const Side reader{processes, options, makeProgram};
    ClipboardTimes times;
    for (std::uint64_t round = 0; round <= rounds; ++round) { // The first one is not counted.
        const Answer written = owner.ask({true, round});
        Answer read = reader.ask({false, round});
        for (int attempt = 1; attempt < mostAttempts && !read.hasSameContent(written); ++attempt)
            read = reader.ask({false, round});
        if (round == 0)
            continue;
        if (read.hasSameContent(written))
            times.add(written.time, read.time, written.time + read.time);
        else
            times.addBad();
    }
    times.print(makeProgram()->name(), options);
    return times.exitCode();
}

} // namespace tellwire::comparison
