// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/fuzz_target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace tellwire::fuzz {

std::vector<Target> &targets()
{
    static std::vector<Target> all;
    return all;
}

bool registerTarget(const Target &target)
{
    targets().push_back(target);
    return true;
}

const Target *targetNamed(std::string_view name)
{
    const auto found = std::ranges::find(targets(), name, &Target::name);
    return found == targets().end() ? nullptr : &*found;
}

void promise(bool isKept, const char *what)
{
    if (isKept)
        return;
    std::fprintf(stderr, "A promise was broken: %s\n", what);
    std::abort();
}

} // namespace tellwire::fuzz
