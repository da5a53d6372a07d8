// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/data_object.h"

namespace tellwire::ddeml {

HDDEDATA DataTable::add(const std::shared_ptr<DataObject> &object)
{
    if (object->handle == nullptr)
        object->handle = newHandle<HDDEDATA>();
    m_objects.insert_or_assign(object->handle, object);
    return object->handle;
}

std::shared_ptr<DataObject> DataTable::find(HDDEDATA handle) const
{
    const auto found = m_objects.find(handle);
    return found == m_objects.end() ? nullptr : found->second;
}

void DataTable::remove(HDDEDATA handle) { m_objects.erase(handle); }

void DataTable::removeOf(DWORD instance)
{
    std::erase_if(m_objects, [instance](const auto &entry) { return entry.second->instance == instance; });
}

std::shared_ptr<DataObject> DataTable::passOn(HDDEDATA handle, DWORD instance)
{
    const std::shared_ptr<DataObject> object = find(handle);
    if (!object || object->instance != instance)
        return nullptr;
    object->isPassedOn = true;
    if (object->owner == DataObject::Owner::Program)
        remove(handle);
    return object;
}

} // namespace tellwire::ddeml
