// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/program_text.h"
#include "dde/transport/session.h"
#include "formats/win32_format_numbers.h"

using namespace tellwire;
using namespace tellwire::ddeml;

namespace {

UINT registerName(const QString &name)
{
    const Result<Session> session = Session::join();
    const Result<Format> format = exact::registeredFormat(name);
    if (!session || !format)
        return 0;
    return exact::numberOf(session->formatNames(), *format).value_or(0);
}

int nameOf(UINT number, char *place, int room, int codePage)
{
    const Result<Session> session = Session::join();
    if (!session || number < firstRegisteredFormat || number > 0xFFFF || place == nullptr || room <= 0)
        return 0;
    const std::optional<Format> format = session->formatNames().format(static_cast<FormatNumber>(number));
    if (!format)
        return 0;
    return static_cast<int>(
        copyText(exact::registeredName(*format), codePage, place, static_cast<DWORD>(room)));
}

} // namespace

UINT RegisterClipboardFormatA(LPCSTR lpszFormat)
{
    return lpszFormat == nullptr ? 0 : registerName(textOf(lpszFormat, CP_WINANSI));
}

UINT RegisterClipboardFormatW(LPCWSTR lpszFormat)
{
    return lpszFormat == nullptr
               ? 0
               : registerName(textOf(reinterpret_cast<const char *>(lpszFormat), CP_WINUNICODE));
}

int GetClipboardFormatNameA(UINT format, LPSTR lpszFormatName, int cchMaxCount)
{
    return nameOf(format, lpszFormatName, cchMaxCount, CP_WINANSI);
}

int GetClipboardFormatNameW(UINT format, LPWSTR lpszFormatName, int cchMaxCount)
{
    return nameOf(format, reinterpret_cast<char *>(lpszFormatName), cchMaxCount, CP_WINUNICODE);
}
