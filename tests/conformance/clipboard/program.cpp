// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/clipboard/program.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <map>
#include <sstream>

namespace tellwire::test {
namespace {

/// The process behind a ClipboardProgram.
class Obedient
{
public:
    explicit Obedient(quint64 window) : m_window(window)
    {
        EXPECT_TRUE(m_clipboard.createWindow(m_window, m_receiver));
        m_receiver.onRender = [this](quint32 format) { render(format); };
        m_receiver.onRenderAll = [this] {
            const ClipboardSession::Opened opened{m_clipboard, m_window};
            for (const auto &[format, bytes] : m_rendered)
                render(format);
        };
    }

    std::string run(const std::string &line)
    {
        std::istringstream words{line};
        std::string verb;
        words >> verb;
        quint64 number = 0;
        if (verb != "register")
            words >> number;
        std::string rest;
        std::getline(words >> std::ws, rest);
        return run(verb, number, rest);
    }

private:
    std::string run(const std::string &verb, quint64 number, const std::string &rest)
    {
        const auto format = static_cast<quint32>(number);
        if (verb == "renders") {
            m_rendered[format] = rest;
            return "none";
        }
        if (verb == "told")
            return toldSince();
        if (verb == "register")
            return std::to_string(m_clipboard.registerFormat(QString::fromStdString(rest)).value());
        if (verb == "name")
            return m_clipboard.formatName(format).value_or(QStringLiteral("none")).toStdString();
        if (verb == "get")
            return got(m_clipboard, format).toStdString();
        return change(verb, number, rest);
    }

    std::string change(const std::string &verb, quint64 number, const std::string &rest)
    {
        const auto format = static_cast<quint32>(number);
        if (verb == "open")
            return win32ErrorOf(m_clipboard.open(number));
        if (verb == "close")
            return win32ErrorOf(m_clipboard.close());
        if (verb == "empty")
            return win32ErrorOf(m_clipboard.empty());
        if (verb == "set")
            return win32ErrorOf(m_clipboard.set(format, QByteArray::fromStdString(rest)));
        if (verb == "promise")
            return win32ErrorOf(m_clipboard.setPromised(format));
        if (verb == "listen")
            return win32ErrorOf(m_clipboard.addListener(m_window));
        if (verb == "view")
            return win32ErrorOf(m_clipboard.setViewer(m_window));
        if (verb == "destroy")
            return win32ErrorOf(m_clipboard.destroyWindow(m_window));
        return query(verb);
    }

    std::string query(const std::string &verb)
    {
        if (verb == "count")
            return std::to_string(m_clipboard.count());
        if (verb == "owner")
            return std::to_string(m_clipboard.owner());
        if (verb == "opener")
            return std::to_string(m_clipboard.opener());
        if (verb == "sequence")
            return std::to_string(m_clipboard.sequenceNumber());
        return "not understood";
    }

    std::string toldSince()
    {
        std::string all;
        for (const std::string &one : std::exchange(m_receiver.told, {}))
            all += (all.empty() ? "" : ", ") + one;
        return all;
    }

    void render(quint32 format)
    {
        const auto found = m_rendered.find(format);
        if (found == m_rendered.end())
            return;
        EXPECT_TRUE(m_clipboard.set(format, QByteArray::fromStdString(found->second)));
    }

    quint64 m_window;
    TestWindow m_receiver;
    std::map<quint32, std::string> m_rendered;
    ClipboardSession m_clipboard{Session::join().value()};
};

} // namespace

TELLWIRE_PEER(ClipboardProgram)
{
    Obedient program{std::stoull(peerArguments().at(0))};
    QSocketNotifier lines{descriptorToTest(), QSocketNotifier::Read};
    QObject::connect(&lines, &QSocketNotifier::activated, &lines, [&] {
        if (const std::optional<std::string> line = hearFromTest())
            sayToTest(program.run(*line));
        else
            QCoreApplication::quit();
    });
    peerIsReady();
    return QCoreApplication::exec();
}

} // namespace tellwire::test
