// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/child.h"
#include "benchmarks/limits/clock.h"
#include "benchmarks/limits/link_rows.h"
#include "benchmarks/limits/memory_of_process.h"
#include "benchmarks/limits/require.h"
#include "conversations/ddeml/include/ddeml.h"

#include <QByteArray>

#include <algorithm>
#include <array>

#include <poll.h>

namespace tellwire::benchmark {
namespace {

constexpr int linksAtOnce = 1'000;
constexpr int patience = 60'000; // Milliseconds.

/// What a callback counts, which is given nothing of its own by DDEML. Each process has its own.
struct Counts
{
    int completed = 0;
    int succeeded = 0;
    int updated = 0;
    DWORD instance = 0;
};

Counts &counts()
{
    static Counts ofThisProcess;
    return ofThisProcess;
}

HDDEDATA CALLBACK serveItems(UINT type, UINT format, HCONV, HSZ, HSZ item, HDDEDATA, ULONG_PTR, ULONG_PTR)
{
    static std::array<BYTE, 32> value{"the value of an item, 32 bytes"};
    const bool isAsked = type == XTYP_ADVREQ;
    if (isAsked)
        return DdeCreateDataHandle(counts().instance, value.data(), value.size(), 0, item, format, 0);
    const bool isAgreed = type == XTYP_CONNECT || type == XTYP_ADVSTART;
    return reinterpret_cast<HDDEDATA>(static_cast<ULONG_PTR>(isAgreed ? TRUE : FALSE));
}

HDDEDATA CALLBACK countAll(UINT type, UINT, HCONV, HSZ, HSZ, HDDEDATA data, ULONG_PTR, ULONG_PTR)
{
    counts().completed += type == XTYP_XACT_COMPLETE ? 1 : 0;
    counts().succeeded += type == XTYP_XACT_COMPLETE && data != nullptr ? 1 : 0;
    counts().updated += type == XTYP_ADVDATA ? 1 : 0;
    return nullptr;
}

DWORD initialized(PFNCALLBACK callback, DWORD flags)
{
    require(DdeInitializeA(&counts().instance, callback, flags, 0) == DMLERR_NO_ERROR, "no instance");
    return counts().instance;
}

HSZ name(DWORD instance, const QByteArray &text)
{
    return DdeCreateStringHandleA(instance, text.constData(), CP_WINANSI);
}

void dispatchUntilGo(DWORD instance, const Parent &parent)
{
    std::array<pollfd, 2> waited{pollfd{DdeGetPollDescriptor(instance), POLLIN, 0},
                                 pollfd{parent.descriptor(), POLLIN, 0}};
    do {
        require(poll(waited.data(), waited.size(), patience) > 0, "what was waited for did not come");
        DdeDispatch(instance, 0);
    } while (waited[1].revents == 0);
    parent.waitForGo();
}

void dispatchUntil(DWORD instance, const int &count, int wanted)
{
    while (count < wanted)
        require(DdeDispatch(instance, patience) == TRUE, "what was waited for did not come");
}

void serve(const Parent &parent, SharedWords &words)
{
    const DWORD instance = initialized(serveItems, APPCLASS_STANDARD);
    DdeNameService(instance, name(instance, "Benchmark"), nullptr, DNS_REGISTER);
    const MemoryOfProcess before = MemoryOfProcess::now();
    parent.tellReady();
    dispatchUntilGo(instance, parent);

    const MemoryOfProcess after = MemoryOfProcess::now();
    words.store(ServerMemory, after.all - before.all);
    words.store(ServerShared, after.shared - before.shared);
    words.store(UpdatesBegin, nanosecondsNow());
    require(DdePostAdvise(instance, nullptr, nullptr) == TRUE, "nothing was posted");
    dispatchUntilGo(instance, parent);
    DdeUninitialize(instance);
}

void watch(const Parent &parent, int count, SharedWords &words)
{
    const DWORD instance = initialized(countAll, APPCMD_CLIENTONLY);
    const HSZ topic = name(instance, "Measurement");
    const HCONV talk = DdeConnect(instance, name(instance, "Benchmark"), topic, nullptr);
    require(talk != nullptr, "no conversation");
    const std::int64_t before = MemoryOfProcess::now().all;

    words.store(LinksBegin, nanosecondsNow());
    for (int first = 0; first < count; first += linksAtOnce) {
        const int behind = std::min(first + linksAtOnce, count);
        for (int number = first; number < behind; ++number) {
            const HSZ item = name(instance, "Value" + QByteArray::number(number));
            DdeClientTransaction(nullptr, 0, talk, item, CF_TEXT, XTYP_ADVSTART, TIMEOUT_ASYNC, nullptr);
            DdeFreeStringHandle(instance, item);
        }
        dispatchUntil(instance, counts().completed, behind);
    }
    words.store(LinksEnd, nanosecondsNow());
    words.store(ClientMemory, MemoryOfProcess::now().all - before);
    require(counts().succeeded == count, "a link was refused");
    parent.tellReady();
    dispatchUntil(instance, counts().updated, count);
    words.store(UpdatesEnd, nanosecondsNow());
    require(counts().updated == count, "an update came twice");
    DdeUninitialize(instance);
}

void measure(int count, SharedWords &words)
{
    Child server{"the DDEML server", [&](const Parent &parent) { serve(parent, words); }};
    server.waitUntilReady();
    Child watcher{"the DDEML client", [&](const Parent &parent) { watch(parent, count, words); }};
    watcher.waitUntilReady();
    server.go();
    watcher.waitForEnd();
    server.go();
    server.waitForEnd();
}

} // namespace

std::vector<Measurement> exactLinks()
{
    return linkMeasurements("links of DDEML", "until all are there", measure);
}

} // namespace tellwire::benchmark
