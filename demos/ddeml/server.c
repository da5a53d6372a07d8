/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DDEML server as it would be written for Windows: service Stock, topic Prices. Only the message loop
 * differs.
 *
 *   items     ZAXX, QORL: requested, linked, poked
 *   commands  [Rise] adds 0.25 to every price, [Quit] ends the program
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <ddeml.h>

#define PRICES 2
#define TEXT_SIZE 32

static struct
{
    const TCHAR *name;
    HSZ item;
    double value;
} prices[PRICES] = {{TEXT("ZAXX"), NULL, 12.5}, {TEXT("QORL"), NULL, 80.0}};

static DWORD instance = 0;
static HSZ service, topic;
static BOOL isOver = FALSE;

static int find(HSZ item)
{
    for (int i = 0; i < PRICES; ++i)
        if (DdeCmpStringHandles(item, prices[i].item) == 0)
            return i;
    return -1;
}

static HDDEDATA render(HSZ item, UINT format)
{
    char text[TEXT_SIZE];
    const int price = find(item);

    if (price < 0 || format != CF_TEXT)
        return NULL;
    snprintf(text, sizeof text, "%.2f", prices[price].value);
    return DdeCreateDataHandle(instance, (LPBYTE)text, (DWORD)strlen(text) + 1, 0, item, CF_TEXT, 0);
}

static HDDEDATA poke(HSZ item, UINT format, HDDEDATA data)
{
    char text[TEXT_SIZE] = "";
    char *end = text;
    const int price = find(item);
    double value;

    if (price < 0 || format != CF_TEXT)
        return (HDDEDATA)DDE_FNOTPROCESSED;
    DdeGetData(data, (LPBYTE)text, sizeof text - 1, 0);
    value = strtod(text, &end);
    if (end == text)
        return (HDDEDATA)DDE_FNOTPROCESSED;
    prices[price].value = value;
    DdePostAdvise(instance, topic, item);
    return (HDDEDATA)DDE_FACK;
}

static HDDEDATA execute(HDDEDATA data)
{
    TCHAR command[TEXT_SIZE] = {0};

    DdeGetData(data, (LPBYTE)command, sizeof command - sizeof(TCHAR), 0);
    if (memcmp(command, TEXT("[Quit]"), sizeof TEXT("[Quit]")) == 0) {
        isOver = TRUE;
        return (HDDEDATA)DDE_FACK;
    }
    if (memcmp(command, TEXT("[Rise]"), sizeof TEXT("[Rise]")) != 0)
        return (HDDEDATA)DDE_FNOTPROCESSED;
    for (int i = 0; i < PRICES; ++i)
        prices[i].value += 0.25;
    DdePostAdvise(instance, topic, NULL);
    return (HDDEDATA)DDE_FACK;
}

static HDDEDATA CALLBACK DdeCallback(UINT wType, UINT wFmt, HCONV hConv, HSZ hsz1, HSZ hsz2, HDDEDATA hData,
                                     ULONG_PTR dwData1, ULONG_PTR dwData2)
{
    HSZPAIR offer[2] = {{service, topic}, {NULL, NULL}};

    (void)hConv, (void)dwData1, (void)dwData2;
    switch (wType) {
    case XTYP_CONNECT:
        return (HDDEDATA)(ULONG_PTR)(DdeCmpStringHandles(hsz1, topic) == 0);
    case XTYP_WILDCONNECT:
        if (hsz1 && DdeCmpStringHandles(hsz1, topic) != 0)
            return NULL;
        return DdeCreateDataHandle(instance, (LPBYTE)offer, sizeof offer, 0, NULL, wFmt, 0);
    case XTYP_ADVSTART:
        return (HDDEDATA)(ULONG_PTR)(find(hsz2) >= 0 && wFmt == CF_TEXT);
    case XTYP_REQUEST:
    case XTYP_ADVREQ:
        return render(hsz2, wFmt);
    case XTYP_POKE:
        return poke(hsz2, wFmt, hData);
    case XTYP_EXECUTE:
        return execute(hData);
    default:
        return NULL;
    }
}

int main(void)
{
    if (DdeInitialize(&instance, DdeCallback, APPCLASS_STANDARD | CBF_SKIP_ALLNOTIFICATIONS, 0) !=
        DMLERR_NO_ERROR)
        return 1;
    service = DdeCreateStringHandle(instance, TEXT("Stock"), CP_WINNEUTRAL);
    topic = DdeCreateStringHandle(instance, TEXT("Prices"), CP_WINNEUTRAL);
    for (int i = 0; i < PRICES; ++i)
        prices[i].item = DdeCreateStringHandle(instance, prices[i].name, CP_WINNEUTRAL);
    if (!DdeNameService(instance, service, NULL, DNS_REGISTER))
        return 1;
    puts("serving Stock|Prices");
    fflush(stdout);

    while (!isOver) /* On Windows: GetMessage(), TranslateMessage(), DispatchMessage(). */
        DdeDispatch(instance, INFINITE);

    DdeNameService(instance, NULL, NULL, DNS_UNREGISTER);
    DdeUninitialize(instance);
    return 0;
}
