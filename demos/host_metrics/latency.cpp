// SPDX-License-Identifier: Apache-2.0
//
// Watches Host|settings!published and tells how long its updates were on their way: the item is the time of
// its own publication, on the clock that all programs of the machine share.
#include "conversations/advise_link.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

using namespace tellwire;
using namespace std::chrono_literals;

namespace {

using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::chrono::seconds longestSilence{5};

int fail(const Error &reason)
{
    std::fprintf(stderr, "host_metrics_latency: %s: %s\n", qPrintable(errorName(reason.code)),
                 qPrintable(reason.detail));
    return EXIT_FAILURE;
}

Result<Microseconds> age(const Update &update)
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    bool isNumber = false;
    const std::chrono::nanoseconds published{update.value.bytes().toLongLong(&isNumber)};
    if (!isNumber)
        return Error{ErrorCode::BadData, QStringLiteral("Host|settings!published is no number")};
    return Microseconds{now - published};
}

/// The ages of so many updates. The present value, which comes first, is old and does not count.
Result<std::vector<Microseconds>> agesOf(AdviseLink &link, std::size_t count)
{
    Result<Update> update = waitFor(link.next(), longestSilence);
    std::vector<Microseconds> ages;
    while (update && ages.size() < count) {
        update = waitFor(link.next(), longestSilence);
        const Result<Microseconds> measured = update.and_then(age);
        if (!measured)
            return measured.error();
        ages.push_back(*measured);
    }
    if (!update)
        return update.error();
    return ages;
}

double atPercent(const std::vector<Microseconds> &sorted, std::size_t percent)
{
    const std::size_t rank = (sorted.size() * percent + 99) / 100; // the nearest rank, counted from 1
    return sorted.at(std::max<std::size_t>(rank, 1) - 1).count();
}

int measure(const QString &sessionName, std::size_t count)
{
    const Result<Session> session = Session::join(sessionName);
    if (!session)
        return fail(session.error());
    Conversation settings{*session, "Host"_service, "settings"_topic};
    AdviseLink published{settings, "published"_item, {.pace = LinkPace::EveryUpdate}};

    Result<std::vector<Microseconds>> ages = agesOf(published, count);
    if (!ages)
        return fail(ages.error());
    std::sort(ages->begin(), ages->end());
    std::printf("%zu updates: median %.0f us, 99th percentile %.0f us, slowest %.0f us\n", ages->size(),
                atPercent(*ages, 50), atPercent(*ages, 99), ages->back().count());
    return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char **argv)
{
    std::string session = "default";
    std::size_t updates = 120;
    CLI::App commandLine{"Measures how long updates of the service Host are on their way"};
    commandLine.add_option("--session", session, "The session it is published in")->capture_default_str();
    commandLine.add_option("--updates", updates, "How many to measure")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    CLI11_PARSE(commandLine, argc, argv);
    return measure(QString::fromStdString(session), updates);
}
