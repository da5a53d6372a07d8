// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/report.h"

#include "benchmarks/limits/statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include <sys/utsname.h>
#include <unistd.h>

namespace tellwire::benchmark {
namespace {

struct Machine
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    double load = -1;
    utsname kernel{};

    Machine()
    {
        getloadavg(&load, 1);
        uname(&kernel);
    }
};

std::string padded(const std::string &text, std::size_t width)
{
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string number(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 100 ? "%.2f" : "%.0f", value);
    return text.data();
}

std::string cells(const std::vector<std::string> &texts)
{
    std::string line;
    for (const std::string &text : texts)
        line += padded(text, 11);
    return line;
}

std::string nameCell(const std::string &name)
{
    constexpr std::size_t width = 58;
    return name + std::string(width - std::min(width, name.size()), ' ');
}

double ratio(const Summary &tellwire, const Summary &limit)
{
    return limit.median > 0 ? tellwire.median / limit.median : 0;
}

nlohmann::json toJson(const Summary &summary)
{
    return {{"samples", summary.count}, {"median", summary.median}, {"percentile99", summary.percentile99}};
}

nlohmann::json toJson(const Row &row)
{
    const Summary tellwire = summaryOf(row.tellwire);
    nlohmann::json object{{"name", row.name}, {"unit", row.unit}, {"tellwire", toJson(tellwire)}};
    if (!row.limit.empty()) {
        const Summary limit = summaryOf(row.limit);
        object["limit"] = toJson(limit);
        object["ratio"] = ratio(tellwire, limit);
    }
    if (row.isStream)
        object["perSecond"] = 1e6 / tellwire.median;
    return object;
}

} // namespace

std::string machineLine()
{
    const Machine machine;
    return std::to_string(machine.processors) + " processors, load " + number(machine.load) + ", " +
           machine.kernel.sysname + " " + machine.kernel.release;
}

std::string tableHead()
{
    return nameCell("") +
           cells({"Tellwire", "99th", "limit", "99th", "unit", "ratio", "samples", "per second"});
}

std::string tableLine(const Row &row)
{
    const Summary tellwire = summaryOf(row.tellwire);
    const Summary limit = summaryOf(row.limit);
    const bool isPaired = !row.limit.empty();
    return nameCell(row.name) +
           cells({number(tellwire.median), number(tellwire.percentile99),
                  isPaired ? number(limit.median) : "-", isPaired ? number(limit.percentile99) : "-",
                  row.unit, isPaired ? number(ratio(tellwire, limit)) : "-", std::to_string(tellwire.count),
                  row.isStream ? number(1e6 / tellwire.median) : "-"});
}

std::string asJson(const std::vector<Row> &rows)
{
    const Machine machine;
    nlohmann::json all = nlohmann::json::array();
    for (const Row &row : rows)
        all.push_back(toJson(row));
    const nlohmann::json document{{"processors", machine.processors},
                                  {"load", machine.load},
                                  {"kernel", machine.kernel.release},
                                  {"rows", all}};
    return document.dump(2);
}

} // namespace tellwire::benchmark
