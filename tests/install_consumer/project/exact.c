/* SPDX-License-Identifier: Apache-2.0 */
#include <windows.h>

#include <ddeml.h>

static HDDEDATA CALLBACK onDde(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                               HDDEDATA data, ULONG_PTR word1, ULONG_PTR word2)
{
    (void)type, (void)format, (void)conversation, (void)string1, (void)string2, (void)data, (void)word1;
    (void)word2;
    return NULL;
}

int main(void)
{
    DWORD instance = 0;
    if (DdeInitialize(&instance, onDde, APPCMD_CLIENTONLY, 0) != DMLERR_NO_ERROR)
        return 1;
    return DdeUninitialize(instance) ? 0 : 1;
}
