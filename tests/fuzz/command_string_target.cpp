// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/command_string.h"
#include "tests/fuzz/fuzz_target.h"

using namespace tellwire;

namespace {

void check(const QString &text, QuoteRule rule)
{
    const Result<QList<Command>> commands = parseCommands(text, rule);
    if (!commands)
        return;
    fuzz::promise(!commands->isEmpty(), "a command string has a command");
    const Result<QList<Command>> again = parseCommands(toCommandString(*commands));
    fuzz::promise(again && *again == *commands, "commands are read as they were written");
}

} // namespace

TELLWIRE_FUZZ(command_string)
{
    const QString text = input.text();
    check(text, QuoteRule::Plain);
    check(text, QuoteRule::Doubled);
}
