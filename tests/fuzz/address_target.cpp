// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/item_address.h"
#include "tests/fuzz/fuzz_target.h"

using namespace tellwire;

namespace {

template <typename Address>
void check(const QString &text)
{
    const Result<Address> address = Address::parse(text);
    if (!address)
        return;
    const Result<Address> again = Address::parse(address->toString());
    fuzz::promise(again && *again == *address && again->toString() == address->toString(),
                  "an address is read as it was written");
}

} // namespace

TELLWIRE_FUZZ(address)
{
    const QString text = input.text();
    check<TopicAddress>(text);
    check<ItemAddress>(text);
    check<PartialAddress>(text);
}
