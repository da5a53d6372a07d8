// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/command_string.h"

#include <algorithm>

namespace tellwire {

namespace {

constexpr QChar commandQuote = u'"';

bool isOneOf(QStringView characters, QChar character) { return characters.contains(character); }
bool belongsToName(QChar character) { return !character.isSpace() && !isOneOf(u",()[]\"", character); }
bool belongsToBareText(QChar character) { return !isOneOf(u",()", character); }

/// Reads commands from left to right. Each function reads one thing of the grammar; the first error stops the
/// reading.
class CommandReader
{
public:
    CommandReader(QStringView text, QuoteRule rule) : m_text(text), m_rule(rule) {}

    Result<QList<Command>> commands()
    {
        QList<Command> all;
        do {
            Result<Command> next = command();
            if (!next)
                return next.error();
            all.append(std::move(next).value());
            skipBlanks();
        } while (!atEnd());
        return all;
    }

private:
    Result<Command> command()
    {
        skipBlanks();
        if (!skip(u'['))
            return expected("a command in brackets, such as [Open(\"a.txt\")]");
        Command result;
        result.name = takeWhile(belongsToName).toString();
        if (result.name.isEmpty())
            return expected("the name of a command");
        if (const Result<void> read = skip(u'(') ? arguments(result.arguments) : Result<void>{}; !read)
            return read.error();
        if (!skip(u']'))
            return expected(m_text[m_position - 1] == u')' ? "]" : "( or ]");
        return result;
    }

    /// What stands between the parentheses, and the closing one.
    Result<void> arguments(QStringList &all)
    {
        skipBlanks();
        if (skip(u')'))
            return {};
        do {
            const Result<QString> next = argument();
            if (!next)
                return next.error();
            all.append(*next);
        } while (skip(u','));
        if (!skip(u')'))
            return expected(", or ) after an argument");
        return {};
    }

    Result<QString> argument()
    {
        skipBlanks();
        if (!skip(commandQuote))
            return takeWhile(belongsToBareText).trimmed().toString();
        Result<QString> text = quotedText();
        skipBlanks();
        return text;
    }

    Result<QString> quotedText()
    {
        const qsizetype start = m_position;
        QString text;
        while (!atEnd()) {
            const QChar character = m_text[m_position++];
            const bool isDoubled = !atEnd() && m_text[m_position] == character;
            if (isDoubled && standsForOneWhenDoubled(character))
                ++m_position;
            else if (character == commandQuote)
                return text;
            text += character;
        }
        m_position = start;
        return expected("text with a closing \"");
    }

    bool standsForOneWhenDoubled(QChar character) const
    {
        return character == commandQuote || (m_rule == QuoteRule::Doubled && isOneOf(u"()[]", character));
    }

    bool atEnd() const { return m_position == m_text.size(); }

    bool skip(QChar character)
    {
        if (atEnd() || m_text[m_position] != character)
            return false;
        ++m_position;
        return true;
    }

    QStringView takeWhile(bool (*belongs)(QChar))
    {
        const qsizetype start = m_position;
        while (!atEnd() && belongs(m_text[m_position]))
            ++m_position;
        return m_text.mid(start, m_position - start);
    }

    void skipBlanks()
    {
        while (!atEnd() && m_text[m_position].isSpace())
            ++m_position;
    }

    Error expected(const char *what) const
    {
        const QString found =
            atEnd() ? QStringLiteral("the end") : QStringLiteral("'%1'").arg(m_text[m_position]);
        return Error{ErrorCode::BadData,
                     QStringLiteral("The command string is malformed at character %1: expected %2, found %3.")
                         .arg(QString::number(m_position + 1), QString::fromUtf8(what), found)};
    }

    QStringView m_text;
    QuoteRule m_rule;
    qsizetype m_position = 0;
};

QString quoted(const QString &argument)
{
    return commandQuote + QString{argument}.replace(commandQuote, QStringLiteral("\"\"")) + commandQuote;
}

QString toString(const Command &command)
{
    Q_ASSERT_X(!command.name.isEmpty() &&
                   std::all_of(command.name.cbegin(), command.name.cend(), belongsToName),
               "toCommandString", "a command's name has no blanks, quotes, commas, parentheses or brackets");
    if (command.arguments.isEmpty())
        return u'[' + command.name + u']';
    QStringList arguments;
    for (const QString &argument : command.arguments)
        arguments.append(quoted(argument));
    return u'[' + command.name + u'(' + arguments.join(u',') + u')' + u']';
}

} // namespace

Result<QList<Command>> parseCommands(QStringView text, QuoteRule rule)
{
    if (text.size() > maxCommandStringLength)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("A command string of %1 characters is longer than the limit of %2: send "
                                    "fewer commands at once.")
                         .arg(QString::number(text.size()), QString::number(maxCommandStringLength))};
    return CommandReader{text, rule}.commands();
}

QString toCommandString(const QList<Command> &commands)
{
    QString text;
    for (const Command &command : commands)
        text += toString(command);
    return text;
}

} // namespace tellwire
