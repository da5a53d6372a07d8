/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DDEML on Tellwire: the functions, types and constants that programs written for Win32's DDE Management
 * Library use, with the same meaning. docs/compatibility.md says where it is exact and where it chose.
 *
 * Thread: an instance belongs to the thread that initialised it; its handles mean nothing to other threads.
 * Callbacks run from the thread's Qt event loop, from DdeDispatch(), and inside calls that wait.
 *
 * NOLINTBEGIN: the names and the shape are those of Win32.
 */
#ifndef TELLWIRE_DDEML_H
#define TELLWIRE_DDEML_H

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TELLWIRE_DDEML_API __attribute__((visibility("default")))
#define EXPENTRY CALLBACK

DECLARE_HANDLE(HCONVLIST);
DECLARE_HANDLE(HCONV);
DECLARE_HANDLE(HSZ);
DECLARE_HANDLE(HDDEDATA);

/* One conversation that a server offers, in what it returns from XTYP_WILDCONNECT; two zeros end the list. */
typedef struct tagHSZPAIR
{
    HSZ hszSvc;
    HSZ hszTopic;
} HSZPAIR, *PHSZPAIR;

typedef struct tagCONVCONTEXT
{
    UINT cb;
    UINT wFlags;
    UINT wCountryID;
    int iCodePage;
    DWORD dwLangID;
    DWORD dwSecurity;
    SECURITY_QUALITY_OF_SERVICE qos;
} CONVCONTEXT, *PCONVCONTEXT;

typedef struct tagCONVINFO
{
    DWORD cb;
    DWORD_PTR hUser;
    HCONV hConvPartner;
    HSZ hszSvcPartner;
    HSZ hszServiceReq;
    HSZ hszTopic;
    HSZ hszItem;
    UINT wFmt;
    UINT wType;
    UINT wStatus;
    UINT wConvst;
    UINT wLastError;
    HCONVLIST hConvList;
    CONVCONTEXT ConvCtxt;
    HWND hwnd;
    HWND hwndPartner;
} CONVINFO, *PCONVINFO;

/* The state of a conversation: CONVINFO.wConvst. */
#define XST_NULL 0
#define XST_INCOMPLETE 1
#define XST_CONNECTED 2
#define XST_INIT1 3
#define XST_INIT2 4
#define XST_REQSENT 5
#define XST_DATARCVD 6
#define XST_POKESENT 7
#define XST_POKEACKRCVD 8
#define XST_EXECSENT 9
#define XST_EXECACKRCVD 10
#define XST_ADVSENT 11
#define XST_UNADVSENT 12
#define XST_ADVACKRCVD 13
#define XST_UNADVACKRCVD 14
#define XST_ADVDATASENT 15
#define XST_ADVDATAACKRCVD 16

/* In the low word of XTYP_ADVREQ's first extra word: a late acknowledgement is why it is asked. */
#define CADV_LATEACK 0xFFFF

/* The status of a conversation: CONVINFO.wStatus. */
#define ST_CONNECTED 0x0001
#define ST_ADVISE 0x0002
#define ST_ISLOCAL 0x0004
#define ST_BLOCKED 0x0008
#define ST_CLIENT 0x0010
#define ST_TERMINATED 0x0020
#define ST_INLIST 0x0040
#define ST_BLOCKNEXT 0x0080
#define ST_ISSELF 0x0100

/* Bits of status words and of raw messages. */
#define DDE_FACK 0x8000
#define DDE_FBUSY 0x4000
#define DDE_FDEFERUPD 0x4000
#define DDE_FACKREQ 0x8000
#define DDE_FRELEASE 0x2000
#define DDE_FREQUESTED 0x1000
#define DDE_FAPPSTATUS 0x00FF
#define DDE_FNOTPROCESSED 0x0000
#define DDE_FACKRESERVED (~(DDE_FACK | DDE_FBUSY | DDE_FAPPSTATUS))
#define DDE_FADVRESERVED (~(DDE_FACKREQ | DDE_FDEFERUPD))
#define DDE_FDATRESERVED (~(DDE_FACKREQ | DDE_FRELEASE | DDE_FREQUESTED))
#define DDE_FPOKRESERVED (~(DDE_FRELEASE))

#define MSGF_DDEMGR 0x8001

#define CP_WINANSI 1004
#define CP_WINUNICODE 1200
#ifdef UNICODE
#define CP_WINNEUTRAL CP_WINUNICODE
#else
#define CP_WINNEUTRAL CP_WINANSI
#endif

/* Transactions: what a callback is told, and what a client starts. */
#define XTYPF_NOBLOCK 0x0002
#define XTYPF_NODATA 0x0004
#define XTYPF_ACKREQ 0x0008

#define XCLASS_MASK 0xFC00
#define XCLASS_BOOL 0x1000
#define XCLASS_DATA 0x2000
#define XCLASS_FLAGS 0x4000
#define XCLASS_NOTIFICATION 0x8000

#define XTYP_ERROR (0x0000 | XCLASS_NOTIFICATION | XTYPF_NOBLOCK)
#define XTYP_ADVDATA (0x0010 | XCLASS_FLAGS)
#define XTYP_ADVREQ (0x0020 | XCLASS_DATA | XTYPF_NOBLOCK)
#define XTYP_ADVSTART (0x0030 | XCLASS_BOOL)
#define XTYP_ADVSTOP (0x0040 | XCLASS_NOTIFICATION)
#define XTYP_EXECUTE (0x0050 | XCLASS_FLAGS)
#define XTYP_CONNECT (0x0060 | XCLASS_BOOL | XTYPF_NOBLOCK)
#define XTYP_CONNECT_CONFIRM (0x0070 | XCLASS_NOTIFICATION | XTYPF_NOBLOCK)
#define XTYP_XACT_COMPLETE (0x0080 | XCLASS_NOTIFICATION)
#define XTYP_POKE (0x0090 | XCLASS_FLAGS)
#define XTYP_REGISTER (0x00A0 | XCLASS_NOTIFICATION | XTYPF_NOBLOCK)
#define XTYP_REQUEST (0x00B0 | XCLASS_DATA)
#define XTYP_DISCONNECT (0x00C0 | XCLASS_NOTIFICATION | XTYPF_NOBLOCK)
#define XTYP_UNREGISTER (0x00D0 | XCLASS_NOTIFICATION | XTYPF_NOBLOCK)
#define XTYP_WILDCONNECT (0x00E0 | XCLASS_DATA | XTYPF_NOBLOCK)
#define XTYP_MONITOR (0x00F0 | XCLASS_NOTIFICATION | XTYPF_NOBLOCK)
#define XTYP_MASK 0x00F0
#define XTYP_SHIFT 4

#define TIMEOUT_ASYNC 0xFFFFFFFFU
#define QID_SYNC 0xFFFFFFFFU

/* The System topic. */
#define SZDDESYS_TOPIC TEXT("System")
#define SZDDESYS_ITEM_TOPICS TEXT("Topics")
#define SZDDESYS_ITEM_SYSITEMS TEXT("SysItems")
#define SZDDESYS_ITEM_RTNMSG TEXT("ReturnMessage")
#define SZDDESYS_ITEM_STATUS TEXT("Status")
#define SZDDESYS_ITEM_FORMATS TEXT("Formats")
#define SZDDESYS_ITEM_HELP TEXT("Help")
#define SZDDE_ITEM_ITEMLIST TEXT("TopicItemList")

/* What a callback answers if the transaction shall wait until DdeEnableCallback(). */
#define CBR_BLOCK ((HDDEDATA)-1)

#define CBF_FAIL_SELFCONNECTIONS 0x00001000
#define CBF_FAIL_CONNECTIONS 0x00002000
#define CBF_FAIL_ADVISES 0x00004000
#define CBF_FAIL_EXECUTES 0x00008000
#define CBF_FAIL_POKES 0x00010000
#define CBF_FAIL_REQUESTS 0x00020000
#define CBF_FAIL_ALLSVRXACTIONS 0x0003F000
#define CBF_SKIP_CONNECT_CONFIRMS 0x00040000
#define CBF_SKIP_REGISTRATIONS 0x00080000
#define CBF_SKIP_UNREGISTRATIONS 0x00100000
#define CBF_SKIP_DISCONNECTS 0x00200000
#define CBF_SKIP_ALLNOTIFICATIONS 0x003C0000

#define APPCMD_CLIENTONLY 0x00000010
#define APPCMD_FILTERINITS 0x00000020
#define APPCMD_MASK 0x00000FF0

#define APPCLASS_STANDARD 0x00000000
#define APPCLASS_MONITOR 0x00000001
#define APPCLASS_MASK 0x0000000F

#define EC_ENABLEALL 0
#define EC_ENABLEONE ST_BLOCKNEXT
#define EC_DISABLE ST_BLOCKED
#define EC_QUERYWAITING 2

#define DNS_REGISTER 0x0001
#define DNS_UNREGISTER 0x0002
#define DNS_FILTERON 0x0004
#define DNS_FILTEROFF 0x0008

#define HDATA_APPOWNED 0x0001

#define DMLERR_NO_ERROR 0
#define DMLERR_FIRST 0x4000
#define DMLERR_ADVACKTIMEOUT 0x4000
#define DMLERR_BUSY 0x4001
#define DMLERR_DATAACKTIMEOUT 0x4002
#define DMLERR_DLL_NOT_INITIALIZED 0x4003
#define DMLERR_DLL_USAGE 0x4004
#define DMLERR_EXECACKTIMEOUT 0x4005
#define DMLERR_INVALIDPARAMETER 0x4006
#define DMLERR_LOW_MEMORY 0x4007
#define DMLERR_MEMORY_ERROR 0x4008
#define DMLERR_NOTPROCESSED 0x4009
#define DMLERR_NO_CONV_ESTABLISHED 0x400A
#define DMLERR_POKEACKTIMEOUT 0x400B
#define DMLERR_POSTMSG_FAILED 0x400C
#define DMLERR_REENTRANCY 0x400D
#define DMLERR_SERVER_DIED 0x400E
#define DMLERR_SYS_ERROR 0x400F
#define DMLERR_UNADVACKTIMEOUT 0x4010
#define DMLERR_UNFOUND_QUEUE_ID 0x4011
#define DMLERR_LAST 0x4011

/* (transaction, format, conversation, string 1, string 2, data, word 1, word 2) */
typedef HDDEDATA CALLBACK FNCALLBACK(UINT wType, UINT wFmt, HCONV hConv, HSZ hsz1, HSZ hsz2, HDDEDATA hData,
                                     ULONG_PTR dwData1, ULONG_PTR dwData2);
typedef HDDEDATA(CALLBACK *PFNCALLBACK)(UINT wType, UINT wFmt, HCONV hConv, HSZ hsz1, HSZ hsz2,
                                        HDDEDATA hData, ULONG_PTR dwData1, ULONG_PTR dwData2);

/* Instances. */
TELLWIRE_DDEML_API UINT DdeInitializeA(LPDWORD pidInst, PFNCALLBACK pfnCallback, DWORD afCmd, DWORD ulRes);
TELLWIRE_DDEML_API UINT DdeInitializeW(LPDWORD pidInst, PFNCALLBACK pfnCallback, DWORD afCmd, DWORD ulRes);
TELLWIRE_DDEML_API BOOL DdeUninitialize(DWORD idInst);
TELLWIRE_DDEML_API UINT DdeGetLastError(DWORD idInst);

/* Conversations. */
TELLWIRE_DDEML_API HCONV DdeConnect(DWORD idInst, HSZ hszService, HSZ hszTopic, PCONVCONTEXT pCC);
TELLWIRE_DDEML_API BOOL DdeDisconnect(HCONV hConv);
TELLWIRE_DDEML_API HCONV DdeReconnect(HCONV hConv);
TELLWIRE_DDEML_API HCONVLIST DdeConnectList(DWORD idInst, HSZ hszService, HSZ hszTopic, HCONVLIST hConvList,
                                            PCONVCONTEXT pCC);
TELLWIRE_DDEML_API HCONV DdeQueryNextServer(HCONVLIST hConvList, HCONV hConvPrev);
TELLWIRE_DDEML_API BOOL DdeDisconnectList(HCONVLIST hConvList);
TELLWIRE_DDEML_API UINT DdeQueryConvInfo(HCONV hConv, DWORD idTransaction, PCONVINFO pConvInfo);
TELLWIRE_DDEML_API BOOL DdeSetUserHandle(HCONV hConv, DWORD id, DWORD_PTR hUser);
TELLWIRE_DDEML_API BOOL DdeEnableCallback(DWORD idInst, HCONV hConv, UINT wCmd);
TELLWIRE_DDEML_API BOOL DdeImpersonateClient(HCONV hConv);
TELLWIRE_DDEML_API BOOL DdeSetQualityOfService(HWND hwndClient, const SECURITY_QUALITY_OF_SERVICE *pqosNew,
                                               PSECURITY_QUALITY_OF_SERVICE pqosPrev);

/* Transactions. */
TELLWIRE_DDEML_API HDDEDATA DdeClientTransaction(LPBYTE pData, DWORD cbData, HCONV hConv, HSZ hszItem,
                                                 UINT wFmt, UINT wType, DWORD dwTimeout, LPDWORD pdwResult);
TELLWIRE_DDEML_API BOOL DdeAbandonTransaction(DWORD idInst, HCONV hConv, DWORD idTransaction);

/* Services. */
TELLWIRE_DDEML_API HDDEDATA DdeNameService(DWORD idInst, HSZ hsz1, HSZ hsz2, UINT afCmd);
TELLWIRE_DDEML_API BOOL DdePostAdvise(DWORD idInst, HSZ hszTopic, HSZ hszItem);

/* Data handles. */
TELLWIRE_DDEML_API HDDEDATA DdeCreateDataHandle(DWORD idInst, LPBYTE pSrc, DWORD cb, DWORD cbOff, HSZ hszItem,
                                                UINT wFmt, UINT afCmd);
TELLWIRE_DDEML_API HDDEDATA DdeAddData(HDDEDATA hData, LPBYTE pSrc, DWORD cb, DWORD cbOff);
TELLWIRE_DDEML_API DWORD DdeGetData(HDDEDATA hData, LPBYTE pDst, DWORD cbMax, DWORD cbOff);
TELLWIRE_DDEML_API LPBYTE DdeAccessData(HDDEDATA hData, LPDWORD pcbDataSize);
TELLWIRE_DDEML_API BOOL DdeUnaccessData(HDDEDATA hData);
TELLWIRE_DDEML_API BOOL DdeFreeDataHandle(HDDEDATA hData);

/* String handles. */
TELLWIRE_DDEML_API HSZ DdeCreateStringHandleA(DWORD idInst, LPCSTR psz, int iCodePage);
TELLWIRE_DDEML_API HSZ DdeCreateStringHandleW(DWORD idInst, LPCWSTR psz, int iCodePage);
TELLWIRE_DDEML_API DWORD DdeQueryStringA(DWORD idInst, HSZ hsz, LPSTR psz, DWORD cchMax, int iCodePage);
TELLWIRE_DDEML_API DWORD DdeQueryStringW(DWORD idInst, HSZ hsz, LPWSTR psz, DWORD cchMax, int iCodePage);
TELLWIRE_DDEML_API BOOL DdeFreeStringHandle(DWORD idInst, HSZ hsz);
TELLWIRE_DDEML_API BOOL DdeKeepStringHandle(DWORD idInst, HSZ hsz);
TELLWIRE_DDEML_API int DdeCmpStringHandles(HSZ hsz1, HSZ hsz2);

#ifdef UNICODE
#define DdeInitialize DdeInitializeW
#define DdeCreateStringHandle DdeCreateStringHandleW
#define DdeQueryString DdeQueryStringW
#else
#define DdeInitialize DdeInitializeA
#define DdeCreateStringHandle DdeCreateStringHandleA
#define DdeQueryString DdeQueryStringA
#endif

/* Monitoring: what XTYP_MONITOR hands over. */
typedef struct tagDDEML_MSG_HOOK_DATA
{
    UINT_PTR uiLo;
    UINT_PTR uiHi;
    DWORD cbData;
    DWORD Data[8];
} DDEML_MSG_HOOK_DATA, *PDDEML_MSG_HOOK_DATA;

typedef struct tagMONMSGSTRUCT
{
    UINT cb;
    HWND hwndTo;
    DWORD dwTime;
    HANDLE hTask;
    UINT wMsg;
    WPARAM wParam;
    LPARAM lParam;
    DDEML_MSG_HOOK_DATA dmhd;
} MONMSGSTRUCT, *PMONMSGSTRUCT;

typedef struct tagMONCBSTRUCT
{
    UINT cb;
    DWORD dwTime;
    HANDLE hTask;
    DWORD dwRet;
    UINT wType;
    UINT wFmt;
    HCONV hConv;
    HSZ hsz1;
    HSZ hsz2;
    HDDEDATA hData;
    ULONG_PTR dwData1;
    ULONG_PTR dwData2;
    CONVCONTEXT cc;
    DWORD cbData;
    DWORD Data[8];
} MONCBSTRUCT, *PMONCBSTRUCT;

typedef struct tagMONHSZSTRUCTA
{
    UINT cb;
    BOOL fsAction;
    DWORD dwTime;
    HSZ hsz;
    HANDLE hTask;
    CHAR str[1];
} MONHSZSTRUCTA, *PMONHSZSTRUCTA;

typedef struct tagMONHSZSTRUCTW
{
    UINT cb;
    BOOL fsAction;
    DWORD dwTime;
    HSZ hsz;
    HANDLE hTask;
    WCHAR str[1];
} MONHSZSTRUCTW, *PMONHSZSTRUCTW;

#ifdef UNICODE
typedef MONHSZSTRUCTW MONHSZSTRUCT;
typedef PMONHSZSTRUCTW PMONHSZSTRUCT;
#else
typedef MONHSZSTRUCTA MONHSZSTRUCT;
typedef PMONHSZSTRUCTA PMONHSZSTRUCT;
#endif

#define MH_CREATE 1
#define MH_KEEP 2
#define MH_DELETE 3
#define MH_CLEANUP 4

typedef struct tagMONERRSTRUCT
{
    UINT cb;
    UINT wLastError;
    DWORD dwTime;
    HANDLE hTask;
} MONERRSTRUCT, *PMONERRSTRUCT;

typedef struct tagMONLINKSTRUCT
{
    UINT cb;
    DWORD dwTime;
    HANDLE hTask;
    BOOL fEstablished;
    BOOL fNoData;
    HSZ hszSvc;
    HSZ hszTopic;
    HSZ hszItem;
    UINT wFmt;
    BOOL fServer;
    HCONV hConvServer;
    HCONV hConvClient;
} MONLINKSTRUCT, *PMONLINKSTRUCT;

typedef struct tagMONCONVSTRUCT
{
    UINT cb;
    BOOL fConnect;
    DWORD dwTime;
    HANDLE hTask;
    HSZ hszSvc;
    HSZ hszTopic;
    HCONV hConvClient;
    HCONV hConvServer;
} MONCONVSTRUCT, *PMONCONVSTRUCT;

#define MAX_MONITORS 4
#define MF_HSZ_INFO 0x01000000
#define MF_SENDMSGS 0x02000000
#define MF_POSTMSGS 0x04000000
#define MF_CALLBACKS 0x08000000
#define MF_ERRORS 0x10000000
#define MF_LINKS 0x20000000
#define MF_CONV 0x40000000
#define MF_MASK 0xFF000000

/*
 * The formats of the session, in which Win32 declares them in <winuser.h>. They need no instance. Source:
 * ddeml-semantics.md C1.
 */

/* The number of the name, the same for every program of the session; case does not count. 0 for an empty
   name, or one of more than 255 characters, or if the session cannot be joined. */
TELLWIRE_DDEML_API UINT RegisterClipboardFormatA(LPCSTR lpszFormat);
TELLWIRE_DDEML_API UINT RegisterClipboardFormatW(LPCWSTR lpszFormat);

/* The name as it was registered first: how many characters were written, without the terminator. 0 for a
   format that nobody has registered, or without room. */
TELLWIRE_DDEML_API int GetClipboardFormatNameA(UINT format, LPSTR lpszFormatName, int cchMaxCount);
TELLWIRE_DDEML_API int GetClipboardFormatNameW(UINT format, LPWSTR lpszFormatName, int cchMaxCount);

#ifdef UNICODE
#define RegisterClipboardFormat RegisterClipboardFormatW
#define GetClipboardFormatName GetClipboardFormatNameW
#else
#define RegisterClipboardFormat RegisterClipboardFormatA
#define GetClipboardFormatName GetClipboardFormatNameA
#endif

/*
 * Not in Win32. With a Qt event loop in the thread neither is needed.
 */

/* Readable when there is something to do. Only poll it. -1 for an instance that is not of this thread. */
TELLWIRE_DDEML_API int DdeGetPollDescriptor(DWORD idInst);

/* Sleeps until something was done for the thread's instances, at most dwTimeout milliseconds (INFINITE: as
   long as it takes; 0: only what there is to do now). FALSE if the limit came first, or for an instance that
   is not of this thread. */
TELLWIRE_DDEML_API BOOL DdeDispatch(DWORD idInst, DWORD dwTimeout);

#ifdef __cplusplus
}
#endif

#endif
/* NOLINTEND */
