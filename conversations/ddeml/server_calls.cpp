// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"

using namespace tellwire::ddeml;

HDDEDATA DdeNameService(DWORD idInst, HSZ, HSZ, UINT)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst);
    return instance ? failed<HDDEDATA>(*instance, DMLERR_DLL_USAGE, nullptr) : nullptr;
}

BOOL DdePostAdvise(DWORD idInst, HSZ, HSZ)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst);
    return instance ? TRUE : FALSE;
}
