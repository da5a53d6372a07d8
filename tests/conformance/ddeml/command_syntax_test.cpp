// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/command_string.h"
#include "tests/conformance/ddeml/dde_process.h"

// Cases 167 to 178 and 388: the syntax of commands (ddeml-semantics.md B6, C12).

namespace tellwire::test {

using ::testing::ElementsAre;

namespace {

/// "name: argument; argument" of each command.
std::vector<std::string> parsed(const char *text, QuoteRule rule = QuoteRule::Plain)
{
    std::vector<std::string> all;
    const QList<Command> commands = parseCommands(QString::fromUtf8(text), rule).value();
    for (const Command &command : commands)
        all.push_back(
            (command.name + QStringLiteral(":") + command.arguments.join(QStringLiteral(";"))).toStdString());
    return all;
}

} // namespace

TEST(CommandSyntax, Case167_SeveralCommandsFollowEachOther)
{
    EXPECT_THAT(parsed("[attach][fetch(q7,out.csv)][detach]"),
                ElementsAre("attach:", "fetch:q7;out.csv", "detach:"));
}

TEST(CommandSyntax, Case168_QuotedTextMayHoldBlanks)
{
    EXPECT_THAT(parsed(R"([find("orders of the last two weeks")])"),
                ElementsAre("find:orders of the last two weeks"));
}

TEST(CommandSyntax, Case170_QuotedBracketsAreLiteral)
{
    EXPECT_THAT(parsed(R"([say("(round) and [square] are literal")])"),
                ElementsAre("say:(round) and [square] are literal"));
}

TEST(CommandSyntax, Case171_OldTextDoublesThem)
{
    EXPECT_THAT(parsed(R"([say("((round)) and [[square]]")])", QuoteRule::Doubled),
                ElementsAre("say:(round) and [square]"));
}

TEST(CommandSyntax, Case173_BlanksAroundBareParametersDoNotCount)
{
    EXPECT_THAT(parsed("[cmd(a, b )]"), ElementsAre("cmd:a;b"));
}

TEST(CommandSyntax, Case174_EmptyParenthesesHoldNoParameter)
{
    EXPECT_EQ(parseCommands(u"[cmd()]").value().at(0).arguments.size(), 0);
}

TEST(CommandSyntax, Case175_AParameterMayBeEmpty)
{
    EXPECT_EQ(parseCommands(u"[cmd(a,,b)]").value().at(0).arguments,
              (QStringList{QStringLiteral("a"), QString{}, QStringLiteral("b")}));
}

TEST(CommandSyntax, Case178_TheFirstCommandThatFailsStopsTheRest)
{
    const FreshSession fresh;
    DdeProgram server{{"Bank"}};
    std::vector<std::string> run;
    server.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type != XTYP_EXECUTE)
            return std::nullopt;
        const QList<Command> commands = parseCommands(QString::fromUtf8(call.data->c_str())).value();
        for (const Command &command : commands) {
            run.push_back(command.name.toStdString());
            if (command.name == QStringLiteral("fails"))
                return resultOf(DDE_FNOTPROCESSED);
        }
        return resultOf(DDE_FACK);
    };
    DdeProcess client{{}};
    ASSERT_EQ(client.run("connect Bank Rates"), "yes");

    EXPECT_EQ(client.run("execute [a][fails][c]"), "0 " + std::to_string(DMLERR_NOTPROCESSED));

    EXPECT_THAT(run, ElementsAre("a", "fails"));
}

TEST(CommandSyntax, Case388_AQuotedCommaDoesNotPart)
{
    EXPECT_THAT(parsed(R"([StdOpenDocument("c:\dir\a,b.txt")])"),
                ElementsAre(R"(StdOpenDocument:c:\dir\a,b.txt)"));
}

} // namespace tellwire::test
