/* SPDX-License-Identifier: Apache-2.0 */
/* Data handles, from C. */
#include "check.h"

#include <string.h>
#include <windows.h>

#include <ddeml.h>

static HDDEDATA CALLBACK answerNothing(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                                       HDDEDATA data, ULONG_PTR word1, ULONG_PTR word2)
{
    (void)type, (void)format, (void)conversation, (void)string1, (void)string2, (void)data, (void)word1,
        (void)word2;
    return NULL;
}

static LPBYTE bytes(const char *text) { return (LPBYTE)text; }

static void tryReading(DWORD id)
{
    BYTE buffer[20];
    DWORD length = 0;
    HDDEDATA data = DdeCreateDataHandle(id, bytes("0123456789"), 10, 0, NULL, CF_TEXT, 0);

    CHECK(data != NULL);
    CHECK(DdeGetData(data, NULL, 0, 0) == 10);
    CHECK(DdeGetData(data, buffer, 4, 0) == 4);
    CHECK(DdeGetData(data, buffer, 20, 8) == 2 && memcmp(buffer, "89", 2) == 0);
    CHECK(DdeGetData(data, buffer, 4, 10) == 0);
    CHECK(memcmp(DdeAccessData(data, &length), "0123456789", 10) == 0 && length == 10);
    CHECK(DdeUnaccessData(data));
    CHECK(DdeFreeDataHandle(data));
    CHECK(DdeAccessData(data, &length) == NULL);
    CHECK(DdeGetLastError(id) == DMLERR_INVALIDPARAMETER);
}

static void tryWriting(DWORD id)
{
    BYTE buffer[20];
    HDDEDATA data = DdeCreateDataHandle(id, bytes("data"), 4, 3, NULL, CF_TEXT, HDATA_APPOWNED);

    CHECK(DdeGetData(data, buffer, 20, 0) == 7 && memcmp(buffer, "\0\0\0data", 7) == 0);
    data = DdeAddData(data, bytes("more"), 4, 7);
    CHECK(DdeGetData(data, buffer, 20, 0) == 11 && memcmp(buffer + 3, "datamore", 8) == 0);
    CHECK(DdeFreeDataHandle(data));
    CHECK(DdeCreateDataHandle(id, bytes("data"), 4, 0, NULL, CF_TEXT, 0x8000) == NULL);
    CHECK(DdeGetLastError(id) == DMLERR_INVALIDPARAMETER);
}

int main(void)
{
    DWORD id = 0;

    CHECK(DdeInitialize(&id, answerNothing, 0, 0) == DMLERR_NO_ERROR);
    tryReading(id);
    tryWriting(id);
    CHECK(DdeUninitialize(id));
    return 0;
}
