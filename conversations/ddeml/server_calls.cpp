// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"
#include "conversations/ddeml/name_service.h"

using namespace tellwire;
using namespace tellwire::ddeml;

namespace {

/// The instance, if it may act as a server.
std::shared_ptr<Instance> serverOf(DWORD id)
{
    std::shared_ptr<Instance> instance = instanceOf(id);
    if (instance && (instance->has(APPCMD_CLIENTONLY) || instance->isMonitor()))
        return failed<std::shared_ptr<Instance>>(*instance, DMLERR_DLL_USAGE, nullptr);
    return instance;
}

UINT changeNames(Instance &instance, HSZ string, UINT command)
{
    NameService &services = instance.services();
    if (string == nullptr && command == DNS_UNREGISTER) {
        services.removeAll();
        return DMLERR_NO_ERROR;
    }
    const Result<ServiceName> name = ServiceName::fromUserText(instance.strings().text(string));
    if (!name)
        return DMLERR_INVALIDPARAMETER;
    return command == DNS_REGISTER ? services.add(*name) : services.remove(*name);
}

/// What DdeNameService() fails with. A change of the filter may come together with one of a name.
UINT nameService(Instance &instance, HSZ string, UINT command)
{
    constexpr UINT names = DNS_REGISTER | DNS_UNREGISTER;
    constexpr UINT filter = DNS_FILTERON | DNS_FILTEROFF;
    const bool isOneEach = (command & names) != names && (command & filter) != filter;
    if (command == 0 || (command & ~(names | filter)) != 0 || !isOneEach)
        return DMLERR_INVALIDPARAMETER;
    if ((command & names) != 0)
        if (const UINT error = changeNames(instance, string, command & names); error != DMLERR_NO_ERROR)
            return error;
    if ((command & filter) != 0)
        return instance.services().setFilter((command & DNS_FILTERON) != 0);
    return DMLERR_NO_ERROR;
}

} // namespace

HDDEDATA DdeNameService(DWORD idInst, HSZ hsz1, HSZ hsz2, UINT afCmd)
{
    const std::shared_ptr<Instance> instance = serverOf(idInst);
    if (!instance)
        return nullptr;
    if (hsz2 != nullptr)
        return failed<HDDEDATA>(*instance, DMLERR_INVALIDPARAMETER, nullptr);
    const UINT error = nameService(*instance, hsz1, afCmd);
    return error == DMLERR_NO_ERROR ? plainResult(TRUE) : failed<HDDEDATA>(*instance, error, nullptr);
}

BOOL DdePostAdvise(DWORD idInst, HSZ hszTopic, HSZ hszItem)
{
    const std::shared_ptr<Instance> instance = serverOf(idInst);
    if (!instance)
        return FALSE;
    const auto isWrong = [&](HSZ string) {
        return string != nullptr && instance->strings().find(string) == nullptr;
    };
    if (isWrong(hszTopic) || isWrong(hszItem))
        return failed(*instance, DMLERR_INVALIDPARAMETER, FALSE);
    const UINT error = instance->services().links().post(hszTopic, hszItem);
    return error == DMLERR_NO_ERROR ? TRUE : failed(*instance, error, FALSE);
}
