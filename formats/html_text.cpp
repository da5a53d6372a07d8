// SPDX-License-Identifier: Apache-2.0
#include "formats/html_text_p.h"

#include "formats/html_reference_p.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace tellwire {
namespace {

constexpr std::array blockElements{
    "address"_L1, "article"_L1, "aside"_L1, "blockquote"_L1, "body"_L1, "dd"_L1,  "div"_L1, "dl"_L1,
    "dt"_L1,      "footer"_L1,  "form"_L1,  "h1"_L1,         "h2"_L1,   "h3"_L1,  "h4"_L1,  "h5"_L1,
    "h6"_L1,      "header"_L1,  "hr"_L1,    "li"_L1,         "main"_L1, "nav"_L1, "ol"_L1,  "p"_L1,
    "pre"_L1,     "section"_L1, "table"_L1, "tr"_L1,         "ul"_L1,
};

/// Elements whose content nobody sees.
constexpr std::array hiddenElements{"script"_L1, "style"_L1, "template"_L1, "title"_L1};

/// The longest reference that is looked at, from & to ; ("&#x10FFFF;").
constexpr qsizetype maxReferenceLength = 10;

bool isHtmlSpace(QChar character)
{
    return character == u' ' || character == u'\t' || character == u'\n' || character == u'\r' ||
           character == u'\f';
}

bool isMarkupOrSpace(QChar character)
{
    return character == u'<' || character == u'&' || isHtmlSpace(character);
}

bool isAsciiLetter(QChar character)
{
    return (character >= u'a' && character <= u'z') || (character >= u'A' && character <= u'Z');
}

template <std::size_t Size>
bool isOneOf(const std::array<QLatin1StringView, Size> &names, QStringView name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Sets text as a browser does: runs white space together and makes no empty lines where blocks nest.
class TextSetter
{
public:
    void add(QStringView characters)
    {
        writeGap();
        m_text += characters;
    }
    void addSpace()
    {
        if (m_gap == QChar::Null)
            m_gap = u' ';
    }
    void breakBlock() { m_gap = u'\n'; }
    void breakLine()
    {
        if (m_gap == u' ')
            m_gap = QChar::Null;
        add(u"\n");
    }
    void beginRow()
    {
        breakBlock();
        m_rowHasCell = false;
    }
    void beginCell()
    {
        if (m_gap == u' ')
            m_gap = QChar::Null;
        if (m_rowHasCell)
            add(u"\t");
        m_rowHasCell = true;
    }

    QString text() && { return std::move(m_text); }

private:
    void writeGap()
    {
        const bool isAtStart = m_text.isEmpty() || m_text.endsWith(u'\n');
        const bool isNeedless = isAtStart || (m_gap == u' ' && m_text.endsWith(u'\t'));
        if (m_gap != QChar::Null && !isNeedless)
            m_text += m_gap;
        m_gap = QChar::Null;
    }

    QString m_text;
    QChar m_gap = QChar::Null; // What will part the text so far from the next.
    bool m_rowHasCell = false;
};

/// Goes over the HTML once. Every function that reads moves m_position forward, so the work is linear.
class HtmlReader
{
public:
    explicit HtmlReader(QStringView html) : m_html(html) {}

    QString read()
    {
        while (m_position < m_html.size())
            readNext();
        return std::move(m_output).text();
    }

private:
    void readNext()
    {
        const QStringView rest = m_html.sliced(m_position);
        if (rest.startsWith("<!--"_L1))
            skipBehind("-->"_L1);
        else if (rest.startsWith("<!"_L1) || rest.startsWith("<?"_L1))
            skipBehind(">"_L1);
        else if (rest.startsWith("</"_L1) ||
                 (rest.startsWith(u'<') && rest.size() > 1 && isAsciiLetter(rest[1])))
            readTag();
        else if (rest.startsWith(u'&'))
            readReference();
        else if (isHtmlSpace(rest.front()))
            readSpace();
        else
            readCharacters();
    }

    void skipBehind(QLatin1StringView end)
    {
        const qsizetype found = m_html.indexOf(end, m_position);
        m_position = found < 0 ? m_html.size() : found + end.size();
    }

    void readTag()
    {
        const bool isEnd = m_html[++m_position] == u'/';
        m_position += isEnd ? 1 : 0;
        const QString name = readTagName();
        skipAttributes();
        if (name == "pre"_L1)
            m_preformattedDepth = std::max(0, m_preformattedDepth + (isEnd ? -1 : 1));
        if (isEnd)
            endElement(name);
        else
            beginElement(name);
    }

    QString readTagName()
    {
        const qsizetype begin = m_position;
        while (m_position < m_html.size() && !isHtmlSpace(m_html[m_position]) && m_html[m_position] != u'>' &&
               m_html[m_position] != u'/')
            ++m_position;
        return m_html.sliced(begin, m_position - begin).toString().toLower();
    }

    /// Up to and with the > that is not inside a quoted value.
    void skipAttributes()
    {
        QChar quote = QChar::Null;
        while (m_position < m_html.size()) {
            const QChar character = m_html[m_position++];
            if (quote != QChar::Null)
                quote = character == quote ? QChar{QChar::Null} : quote;
            else if (character == u'>')
                return;
            else if (character == u'"' || character == u'\'')
                quote = character;
        }
    }

    void beginElement(const QString &name)
    {
        if (isOneOf(hiddenElements, name))
            skipHidden(name);
        else if (name == "br"_L1)
            m_output.breakLine();
        else if (name == "tr"_L1)
            m_output.beginRow();
        else if (name == "td"_L1 || name == "th"_L1)
            m_output.beginCell();
        else if (isOneOf(blockElements, name))
            m_output.breakBlock();
    }

    void endElement(const QString &name)
    {
        if (isOneOf(blockElements, name))
            m_output.breakBlock();
    }

    void skipHidden(const QString &name)
    {
        const qsizetype end = m_html.indexOf("</"_L1 + name, m_position, Qt::CaseInsensitive);
        m_position = end < 0 ? m_html.size() : end;
    }

    /// A reference that is none stays as it is written.
    void readReference()
    {
        const QStringView start = m_html.sliced(m_position).left(maxReferenceLength);
        const qsizetype semicolon = start.indexOf(u';');
        const std::optional<char32_t> character =
            semicolon < 0 ? std::nullopt : characterOfHtmlReference(start.sliced(1, semicolon - 1));
        if (!character)
            return readCharacters();
        m_output.add(QString::fromUcs4(&*character, 1));
        m_position += semicolon + 1;
    }

    void readSpace()
    {
        const QStringView space = m_html.sliced(m_position++, 1);
        if (m_preformattedDepth == 0)
            m_output.addSpace();
        else
            m_output.add(space);
    }

    /// The character here, whatever it is, and those after it that can only be text.
    void readCharacters()
    {
        const qsizetype begin = m_position++;
        while (m_position < m_html.size() && !isMarkupOrSpace(m_html[m_position]))
            ++m_position;
        m_output.add(m_html.sliced(begin, m_position - begin));
    }

    QStringView m_html;
    qsizetype m_position = 0;
    int m_preformattedDepth = 0;
    TextSetter m_output;
};

} // namespace

QString textOfHtml(QStringView html) { return HtmlReader{html}.read(); }

} // namespace tellwire
