// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/tellwire/words.h"

namespace tellwire::comparison {

const ServiceName &serviceName()
{
    static const ServiceName name{QStringLiteral("Benchmark")};
    return name;
}

const TopicName &topicName()
{
    static const TopicName name{QStringLiteral("Measurement")};
    return name;
}

ItemName itemName(std::uint32_t number) { return ItemName{QStringLiteral("Value%1").arg(number)}; }

const Format &binary()
{
    static const Format format{QStringLiteral("application/octet-stream")};
    return format;
}

Payload inPlace(const void *bytes, std::size_t size)
{
    return {binary(),
            QByteArray::fromRawData(static_cast<const char *>(bytes), static_cast<qsizetype>(size))};
}

} // namespace tellwire::comparison
