// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"

using namespace tellwire::ddeml;

HCONV DdeConnect(DWORD, HSZ, HSZ, PCONVCONTEXT) { return nullptr; }
HCONV DdeReconnect(HCONV) { return nullptr; }
HCONVLIST DdeConnectList(DWORD, HSZ, HSZ, HCONVLIST, PCONVCONTEXT) { return nullptr; }
HDDEDATA DdeClientTransaction(LPBYTE, DWORD, HCONV, HSZ, UINT, UINT, DWORD, LPDWORD) { return nullptr; }
BOOL DdeAbandonTransaction(DWORD, HCONV, DWORD) { return FALSE; }
