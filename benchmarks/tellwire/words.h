// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/names.h"
#include "formats/payload.h"
#include "formats/result.h"

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace tellwire::comparison {

// What the one service of a measurement is called, and what it serves.
const ServiceName &serviceName();
const TopicName &topicName();
ItemName itemName(std::uint32_t number);

/// Bytes without a meaning.
const Format &binary();

/// Bytes that stay where they are, and outlive the payload.
Payload inPlace(const void *bytes, std::size_t size);

/// The value; throws the error.
template <typename T>
T valueOf(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().detail.toStdString());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

} // namespace tellwire::comparison
