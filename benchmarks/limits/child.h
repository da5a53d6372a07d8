// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/line_channel.h"

#include <array>
#include <functional>
#include <string>

#include <sys/types.h>

namespace tellwire::benchmark {

/// What a child sees of the process that started it.
class Parent
{
public:
    explicit Parent(int descriptor) : m_channel(descriptor) {}

    void tellReady() const { m_channel.say("ready"); }
    void waitForGo() const; ///< Throws if the parent is gone or stays silent.

    /// Readable when waitForGo() returns at once.
    int descriptor() const { return m_channel.descriptor(); }

private:
    test::LineChannel m_channel;
};

/// One side of a measurement, in a process of its own. It is forked from a process that has joined no session
/// and has no QCoreApplication, so the body may do both.
///
/// A body that throws, and a child that dies or stays silent, show as an exception in the parent. The
/// destructor kills what still runs, and the system does if the parent dies.
class Child
{
public:
    using Body = std::function<void(const Parent &parent)>;

    Child(std::string name, const Body &body);
    ~Child();
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    void waitUntilReady() const;
    void go() const { m_channel.say("go"); }

    /// Waits until the body has returned. To be called once.
    void waitForEnd();

private:
    Child(std::string name, const Body &body, const std::array<int, 2> &ends);

    std::string m_name;
    test::LineChannel m_channel;
    pid_t m_process;
};

} // namespace tellwire::benchmark
