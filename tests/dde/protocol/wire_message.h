// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/message.h"
#include "formats/result.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <utility>

namespace tellwire::protocol {

/// Blanks between the digits are for people.
inline QByteArray hex(const char *text) { return QByteArray::fromHex(text); }

inline transport::Message message(std::uint8_t type, const QByteArray &head = {},
                                  const QByteArray &payload = {})
{
    transport::Message result;
    result.type = type;
    result.head = head;
    result.payload = payload;
    return result;
}

template <typename Field>
transport::Message with(Field transport::Message::*field, std::type_identity_t<Field> value,
                        transport::Message message)
{
    message.*field = std::move(value);
    return message;
}

/// What is wrong with the bytes; "nothing" if they were read.
template <typename Message>
std::string complaintAbout(const Result<Message> &decoded, ErrorCode expectedCode = ErrorCode::BadData)
{
    if (decoded)
        return "nothing";
    EXPECT_EQ(decoded.error().code, expectedCode);
    return decoded.error().detail.toStdString();
}

} // namespace tellwire::protocol
