/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DDEML client as it would be written for Windows. Only the message loop differs.
 *
 *   ddeml_client SERVICE TOPIC request ITEM
 *   ddeml_client SERVICE TOPIC poke ITEM VALUE
 *   ddeml_client SERVICE TOPIC execute COMMAND
 *   ddeml_client SERVICE TOPIC watch ITEM COUNT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <ddeml.h>

#define TIMEOUT 5000

static DWORD instance = 0;
static int updatesToCome = 0;
static BOOL isOver = FALSE;

static void print(HDDEDATA data)
{
    DWORD length = 0;
    const char *text = (const char *)DdeAccessData(data, &length);

    if (text)
        printf("%.*s\n", (int)length, text); /* Up to its terminator. */
    fflush(stdout);
    DdeUnaccessData(data);
}

static HDDEDATA CALLBACK DdeCallback(UINT wType, UINT wFmt, HCONV hConv, HSZ hsz1, HSZ hsz2, HDDEDATA hData,
                                     ULONG_PTR dwData1, ULONG_PTR dwData2)
{
    (void)wFmt, (void)hConv, (void)hsz1, (void)hsz2, (void)dwData1, (void)dwData2;
    switch (wType) {
    case XTYP_ADVDATA:
        print(hData);
        isOver = --updatesToCome <= 0;
        return (HDDEDATA)DDE_FACK;
    case XTYP_DISCONNECT:
        fputs("the server has ended the conversation\n", stderr);
        isOver = TRUE;
        return NULL;
    default:
        return NULL;
    }
}

static int failed(const char *what)
{
    fprintf(stderr, "%s failed with 0x%X\n", what, DdeGetLastError(instance));
    return 1;
}

static int request(HCONV conversation, HSZ item)
{
    HDDEDATA data = DdeClientTransaction(NULL, 0, conversation, item, CF_TEXT, XTYP_REQUEST, TIMEOUT, NULL);

    if (!data)
        return failed("the request");
    print(data);
    DdeFreeDataHandle(data);
    return 0;
}

static int poke(HCONV conversation, HSZ item, const char *value)
{
    if (!DdeClientTransaction((LPBYTE)value, (DWORD)strlen(value) + 1, conversation, item, CF_TEXT, XTYP_POKE,
                              TIMEOUT, NULL))
        return failed("the poke");
    return 0;
}

static int execute(HCONV conversation, const char *command)
{
    if (!DdeClientTransaction((LPBYTE)command, (DWORD)strlen(command) + 1, conversation, NULL, 0,
                              XTYP_EXECUTE, TIMEOUT, NULL))
        return failed("the command");
    return 0;
}

static int watch(HCONV conversation, HSZ item, int count)
{
    updatesToCome = count;
    if (!DdeClientTransaction(NULL, 0, conversation, item, CF_TEXT, XTYP_ADVSTART, TIMEOUT, NULL))
        return failed("the link");
    puts("watching");
    fflush(stdout);
    while (!isOver) /* On Windows: GetMessage(), TranslateMessage(), DispatchMessage(). */
        DdeDispatch(instance, INFINITE);
    return updatesToCome > 0;
}

static int run(HCONV conversation, int count, char **words)
{
    HSZ item = DdeCreateStringHandleA(instance, words[1], CP_WINANSI);
    int code = 2;

    if (strcmp(words[0], "request") == 0)
        code = request(conversation, item);
    else if (strcmp(words[0], "poke") == 0 && count > 2)
        code = poke(conversation, item, words[2]);
    else if (strcmp(words[0], "execute") == 0)
        code = execute(conversation, words[1]);
    else if (strcmp(words[0], "watch") == 0 && count > 2)
        code = watch(conversation, item, atoi(words[2]));
    DdeFreeStringHandle(instance, item);
    return code;
}

int main(int argc, char **argv)
{
    HSZ service, topic;
    HCONV conversation;
    int code;

    if (argc < 5) {
        fprintf(stderr, "usage: %s SERVICE TOPIC request|poke|execute|watch …\n", argv[0]);
        return 2;
    }
    if (DdeInitializeA(&instance, DdeCallback, APPCLASS_STANDARD | APPCMD_CLIENTONLY, 0) != DMLERR_NO_ERROR)
        return 1;
    service = DdeCreateStringHandleA(instance, argv[1], CP_WINANSI);
    topic = DdeCreateStringHandleA(instance, argv[2], CP_WINANSI);
    conversation = DdeConnect(instance, service, topic, NULL);
    code = conversation ? run(conversation, argc - 3, argv + 3) : failed("connecting");
    if (conversation)
        DdeDisconnect(conversation);
    DdeFreeStringHandle(instance, service);
    DdeFreeStringHandle(instance, topic);
    DdeUninitialize(instance);
    return code;
}
