/* SPDX-License-Identifier: Apache-2.0 */
#define UNICODE
#include "tests/conversations/ddeml/in_c.h"

#include <windows.h>

#include <ddeml.h>

static HDDEDATA CALLBACK onDde(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                               HDDEDATA data, ULONG_PTR word1, ULONG_PTR word2)
{
    UNREFERENCED_PARAMETER(format);
    UNREFERENCED_PARAMETER(conversation);
    UNREFERENCED_PARAMETER(string1);
    UNREFERENCED_PARAMETER(string2);
    UNREFERENCED_PARAMETER(data);
    UNREFERENCED_PARAMETER(word1);
    UNREFERENCED_PARAMETER(word2);
    switch (type) {
    case XTYP_CONNECT:
        return (HDDEDATA)TRUE;
    case XTYP_POKE:
        return (HDDEDATA)DDE_FACK;
    case XTYP_REQUEST:
        return CBR_BLOCK;
    default:
        return (HDDEDATA)NULL;
    }
}

int wideInstanceInC(void)
{
    DWORD instance = 0;
    HSZ topic;
    WCHAR text[16];
    DWORD length;

    if (DdeInitialize(&instance, (PFNCALLBACK)onDde, APPCMD_CLIENTONLY, 0) != DMLERR_NO_ERROR)
        return -1;
    topic = DdeCreateStringHandle(instance, SZDDESYS_TOPIC, CP_WINNEUTRAL);
    if (!topic)
        return -2;
    length = DdeQueryString(instance, topic, text, sizeof(text) / sizeof(text[0]), CP_WINUNICODE);
    if (text[5] != u'm')
        return -3;
    if (!DdeFreeStringHandle(instance, topic))
        return -4;
    if (!DdeUninitialize(instance))
        return -5;
    return (int)length;
}
