/* SPDX-License-Identifier: Apache-2.0 */
/* Instances and string handles, from C. */
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

static void tryInstances(void)
{
    DWORD id = 0;
    DWORD bogus = 0xDEADBEEF;

    CHECK(DdeInitialize(&id, answerNothing, APPCMD_CLIENTONLY, 0) == DMLERR_NO_ERROR);
    CHECK(id != 0);
    CHECK(DdeInitialize(&bogus, answerNothing, 0, 0) == DMLERR_INVALIDPARAMETER);
    CHECK(DdeGetLastError(id) == DMLERR_NO_ERROR);
    CHECK(DdeCreateStringHandleA(0, "Alpha", CP_WINANSI) == NULL);
    CHECK(DdeGetLastError(id) == DMLERR_INVALIDPARAMETER);
    CHECK(DdeGetLastError(id) == DMLERR_NO_ERROR);
    CHECK(DdeUninitialize(id));
    CHECK(!DdeUninitialize(id));
}

static void tryNarrowStrings(DWORD id)
{
    char buffer[32];
    HSZ first = DdeCreateStringHandleA(id, "MixedCase", CP_WINANSI);
    HSZ second = DdeCreateStringHandleA(id, "MIXEDCASE", CP_WINANSI);

    CHECK(first != NULL && second != NULL);
    CHECK(DdeCmpStringHandles(first, second) == 0);
    CHECK(DdeQueryStringA(id, second, buffer, sizeof buffer, CP_WINANSI) == 9);
    CHECK(strcmp(buffer, "MixedCase") == 0);
    CHECK(DdeQueryStringA(id, second, NULL, 0, CP_WINANSI) == 9);
    CHECK(DdeKeepStringHandle(id, first));
    CHECK(DdeFreeStringHandle(id, first));
    CHECK(DdeFreeStringHandle(id, first));
    CHECK(DdeFreeStringHandle(id, second));
    CHECK(!DdeFreeStringHandle(id, first));
    CHECK(DdeGetLastError(id) == DMLERR_INVALIDPARAMETER);
}

static void tryWideStrings(DWORD id)
{
    WCHAR buffer[32];
    char narrow[32];
    HSZ string = DdeCreateStringHandleW(id, u"Z\u00FCrich", CP_WINUNICODE);

    CHECK(string != NULL);
    CHECK(DdeQueryStringW(id, string, buffer, 32, CP_WINUNICODE) == 6);
    CHECK(buffer[1] == 0xFC && buffer[6] == 0);
    CHECK(DdeQueryStringA(id, string, narrow, sizeof narrow, CP_WINANSI) == 6);
    CHECK(strcmp(narrow, "Z\xFCrich") == 0);
    CHECK(DdeFreeStringHandle(id, string));
}

int main(void)
{
    DWORD id = 0;

    tryInstances();
    CHECK(DdeInitialize(&id, answerNothing, APPCLASS_STANDARD | CBF_SKIP_ALLNOTIFICATIONS, 0) ==
          DMLERR_NO_ERROR);
    tryNarrowStrings(id);
    tryWideStrings(id);
    CHECK(DdeUninitialize(id));
    return 0;
}
