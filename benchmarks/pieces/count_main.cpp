// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/private_directory.h"
#include "benchmarks/limits/require.h"
#include "benchmarks/pieces/piece.h"

#include <QtGlobal>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>

#include <gnu/libc-version.h>

// All that is measured happens in here, for benchmarks/counts, which collects in a function of this name.
extern "C" [[gnu::noinline]] void tellwireMeasured(const std::function<void()> &once, int times)
{
    for (int number = 0; number < times; ++number)
        once();
}

// In place of the C library's: valgrind is slow, and how slow differs. What looks at the clock would do
// another thing each time; this one shows only how often it was looked at, as microseconds.
extern "C" [[gnu::visibility("default")]] int clock_gettime(clockid_t /*clock*/, timespec *now) noexcept
{
    constexpr long perSecond = 1'000'000;
    static long reading = 1'000'000'000 * perSecond;
    ++reading;
    *now = {.tv_sec = reading / perSecond, .tv_nsec = reading % perSecond * 1'000};
    return 0;
}

namespace {

using namespace tellwire::pieces;

std::vector<Piece> countedPieces()
{
    std::vector<Piece> pieces = allPieces();
    std::erase_if(pieces, [](const Piece &piece) { return !piece.isCounted; });
    return pieces;
}

void run(const std::string &name, int times)
{
    const std::vector<Piece> pieces = countedPieces();
    const auto piece = std::ranges::find(pieces, name, &Piece::name);
    tellwire::benchmark::require(piece != pieces.end(), "there is no such piece");
    tellwire::benchmark::require(times % piece->stretch == 0, "it is done in whole stretches only");
    const Work work = piece->setUp();
    for (int done = 0; done < times; done += piece->stretch) {
        work.prepare();
        tellwireMeasured(work.once, piece->stretch);
    }
}

// One line for what decides the counts besides the sources.
void printBuild()
{
    std::printf("%s, Qt %s, glibc %s\n", TELLWIRE_BUILD, qVersion(), gnu_get_libc_version());
}

} // namespace

int main(int count, char **words)
{
    CLI::App program{"Does one piece of Tellwire's work so many times; benchmarks/counts runs it"};
    std::string name;
    int times = 0;
    bool lists = false;
    bool saysBuild = false;
    program.add_flag("--list", lists, "name the pieces");
    program.add_flag("--build", saysBuild, "say what decides the counts besides the sources");
    CLI::Option *piece = program.add_option("piece", name);
    program.add_option("times", times)->needs(piece)->check(CLI::PositiveNumber);
    CLI11_PARSE(program, count, words);
    try {
        const tellwire::benchmark::PrivateDirectory directory;
        if (lists)
            for (const Piece &counted : countedPieces())
                std::puts(counted.name.c_str());
        if (saysBuild)
            printBuild();
        if (*piece)
            run(name, times);
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "%s: %s\n", name.c_str(), problem.what());
        return 1;
    }
    return 0;
}
