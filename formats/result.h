// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/error.h"

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace tellwire {

template <typename T>
class Result;

/// What a Result<T> can be made of where a T is meant.
template <typename Value, typename T>
concept ResultValueOf = !std::same_as<std::remove_cvref_t<Value>, Result<T>> &&
                        !std::same_as<std::remove_cvref_t<Value>, Error> && std::convertible_to<Value, T>;

/// Either a value or an Error. The members are called as those of std::expected<T, Error>; the type is our
/// own in every language mode, so that programs of any C++ version agree with the library about its layout.
template <typename T>
class [[nodiscard]] Result
{
    static_assert(std::same_as<T, std::remove_cvref_t<T>>, "a result holds a value, not a reference");
    static_assert(!std::same_as<T, Error>, "an error cannot be the value too");

public:
    using value_type = T;
    using error_type = Error;

    template <ResultValueOf<T> Value = T>
    Result(Value &&value) : m_state(std::in_place_index<0>, std::forward<Value>(value))
    {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const noexcept { return m_state.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// Precondition: has_value(). Reading the side that is not there throws std::bad_variant_access.
    T &value() & { return std::get<0>(m_state); }
    const T &value() const & { return std::get<0>(m_state); }
    T &&value() && { return std::get<0>(std::move(m_state)); }

    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }

    /// Precondition: !has_value().
    const Error &error() const & { return std::get<1>(m_state); }
    Error &&error() && { return std::get<1>(std::move(m_state)); }

    T value_or(T fallback) const & { return has_value() ? value() : std::move(fallback); }
    T value_or(T fallback) && { return has_value() ? std::move(*this).value() : std::move(fallback); }

    /// Calls `next(value)`, which returns another Result; an error passes through untouched.
    template <typename Next>
    auto and_then(Next &&next) const & -> std::invoke_result_t<Next, const T &>
    {
        if (!has_value())
            return error();
        return std::invoke(std::forward<Next>(next), value());
    }
    template <typename Next>
    auto and_then(Next &&next) && -> std::invoke_result_t<Next, T>
    {
        if (!has_value())
            return std::move(*this).error();
        return std::invoke(std::forward<Next>(next), std::move(*this).value());
    }

    /// Calls `change(value)`, which cannot fail, and wraps what it returns; an error passes through
    /// untouched.
    template <typename Change>
    auto
    transform(Change &&change) const & -> Result<std::remove_cvref_t<std::invoke_result_t<Change, const T &>>>
    {
        if (!has_value())
            return error();
        return std::invoke(std::forward<Change>(change), value());
    }
    template <typename Change>
    auto transform(Change &&change) && -> Result<std::remove_cvref_t<std::invoke_result_t<Change, T>>>
    {
        if (!has_value())
            return std::move(*this).error();
        return std::invoke(std::forward<Change>(change), std::move(*this).value());
    }

    friend bool operator==(const Result &, const Result &) = default;

private:
    std::variant<T, Error> m_state;
};

/// The outcome of an operation that returns nothing: success, or an Error.
template <>
class [[nodiscard]] Result<void>
{
public:
    using value_type = void;
    using error_type = Error;

    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    bool has_value() const noexcept { return !m_error.has_value(); }
    explicit operator bool() const noexcept { return has_value(); }

    /// Precondition: !has_value(). On success it throws std::bad_optional_access.
    const Error &error() const & { return m_error.value(); }
    Error &&error() && { return std::move(m_error).value(); }

    /// Calls `next()`, which returns another Result; an error passes through untouched.
    template <typename Next>
    auto and_then(Next &&next) const -> std::invoke_result_t<Next>
    {
        if (!has_value())
            return error();
        return std::invoke(std::forward<Next>(next));
    }

    friend bool operator==(const Result &, const Result &) = default;

private:
    std::optional<Error> m_error;
};

} // namespace tellwire
