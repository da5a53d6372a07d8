/* SPDX-License-Identifier: Apache-2.0 */
/* A program that talks to itself: every transaction, as a client and as a server, from C. */
#include "check.h"

#include <string.h>
#include <windows.h>

#include <ddeml.h>

static DWORD instance = 0;
static HSZ service, topic, item;
static char price[32] = "1.08";
static TCHAR command[32];
static char update[32];
static int completions = 0;

static void copy(char *to, HDDEDATA data)
{
    DWORD length = DdeGetData(data, (LPBYTE)to, 31, 0);
    to[length] = 0;
}

static HDDEDATA CALLBACK onTransaction(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                                       HDDEDATA data, ULONG_PTR word1, ULONG_PTR word2)
{
    (void)conversation, (void)word1, (void)word2;
    switch (type) {
    case XTYP_CONNECT:
        return (HDDEDATA)(ULONG_PTR)(DdeCmpStringHandles(string1, topic) == 0);
    case XTYP_ADVSTART:
        return (HDDEDATA)TRUE;
    case XTYP_REQUEST:
    case XTYP_ADVREQ:
        return DdeCreateDataHandle(instance, (LPBYTE)price, (DWORD)strlen(price) + 1, 0, string2, format, 0);
    case XTYP_POKE:
        copy(price, data);
        return (HDDEDATA)DDE_FACK;
    case XTYP_EXECUTE:
        DdeGetData(data, (LPBYTE)command, sizeof command, 0);
        return (HDDEDATA)DDE_FACK;
    case XTYP_ADVDATA:
        copy(update, data);
        return (HDDEDATA)DDE_FACK;
    case XTYP_XACT_COMPLETE:
        ++completions;
        return NULL;
    default:
        return NULL;
    }
}

static void tryRequestAndPoke(HCONV conversation)
{
    DWORD status = 1;
    char value[32];
    HDDEDATA answer =
        DdeClientTransaction(NULL, 0, conversation, item, CF_TEXT, XTYP_REQUEST, 10000, &status);

    CHECK(answer != NULL);
    copy(value, answer);
    CHECK(strcmp(value, "1.08") == 0);
    CHECK(status == 0);
    CHECK(DdeFreeDataHandle(answer));
    CHECK(DdeClientTransaction((LPBYTE) "1.09", 5, conversation, item, CF_TEXT, XTYP_POKE, 10000, &status));
    CHECK(LOWORD(status) == DDE_FACK);
    CHECK(strcmp(price, "1.09") == 0);
}

static void tryExecute(HCONV conversation)
{
    CHECK(DdeClientTransaction((LPBYTE)TEXT("[go]"), sizeof TEXT("[go]"), conversation, NULL, 0, XTYP_EXECUTE,
                               10000, NULL));
    CHECK(memcmp(command, TEXT("[go]"), sizeof TEXT("[go]")) == 0);
}

static void tryAdvise(HCONV conversation)
{
    CHECK(DdeClientTransaction(NULL, 0, conversation, item, CF_TEXT, XTYP_ADVSTART, 10000, NULL));
    strcpy(price, "1.10");
    CHECK(DdePostAdvise(instance, topic, item));
    while (update[0] == 0)
        CHECK(DdeDispatch(instance, 10000));
    CHECK(strcmp(update, "1.10") == 0);
    CHECK(DdeClientTransaction(NULL, 0, conversation, item, CF_TEXT, XTYP_ADVSTOP, 10000, NULL));
}

static void tryAsynchronous(HCONV conversation)
{
    DWORD id = 0;

    CHECK(DdeClientTransaction(NULL, 0, conversation, item, CF_TEXT, XTYP_REQUEST, TIMEOUT_ASYNC, &id));
    CHECK(id != 0);
    while (completions == 0)
        CHECK(DdeDispatch(instance, 10000));
    CHECK(completions == 1);
}

int main(void)
{
    HCONV conversation;
    CONVINFO info;

    CHECK(DdeInitialize(&instance, onTransaction, APPCLASS_STANDARD, 0) == DMLERR_NO_ERROR);
    service = DdeCreateStringHandle(instance, TEXT("Bank"), CP_WINNEUTRAL);
    topic = DdeCreateStringHandle(instance, TEXT("Rates"), CP_WINNEUTRAL);
    item = DdeCreateStringHandle(instance, TEXT("USD"), CP_WINNEUTRAL);
    CHECK(DdeNameService(instance, service, NULL, DNS_REGISTER));
    conversation = DdeConnect(instance, service, topic, NULL);
    CHECK(conversation != NULL);
    info.cb = sizeof info;
    CHECK(DdeQueryConvInfo(conversation, QID_SYNC, &info) != 0);
    CHECK(info.wStatus & ST_ISSELF);

    tryRequestAndPoke(conversation);
    tryExecute(conversation);
    tryAdvise(conversation);
    tryAsynchronous(conversation);

    CHECK(DdeDisconnect(conversation));
    CHECK(DdeNameService(instance, NULL, NULL, DNS_UNREGISTER));
    CHECK(DdeUninitialize(instance));
    return 0;
}
