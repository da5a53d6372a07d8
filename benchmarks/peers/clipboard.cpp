// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/harness/run.h"

#include <QClipboard>
#include <QEventLoop>
#include <QGuiApplication>
#include <QMimeData>
#include <QSocketNotifier>

#include <array>
#include <optional>

namespace tellwire::comparison {
namespace {

/// QClipboard, on whatever display there is.
class QtClipboard final : public ClipboardProgram
{
public:
    const char *name() const override { return "clip_qt"; }
    void open() override { m_application.emplace(m_argumentCount, m_arguments.data()); }

    void put(std::string_view content) override
    {
        auto *data = new QMimeData;
        data->setData(format(), QByteArray{content.data(), static_cast<qsizetype>(content.size())});
        QGuiApplication::clipboard()->setMimeData(data);
        QCoreApplication::processEvents(); // The display is told.
    }

    void get(const UseContent &use) override
    {
        const QMimeData *data = QGuiApplication::clipboard()->mimeData();
        const QByteArray bytes = data != nullptr ? data->data(format()) : QByteArray{};
        use({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    }

    void waitUntilReadable(int descriptor) override
    {
        QEventLoop loop;
        const QSocketNotifier notifier{descriptor, QSocketNotifier::Read};
        QObject::connect(&notifier, &QSocketNotifier::activated, &loop, &QEventLoop::quit);
        loop.exec();
    }

private:
    static QString format() { return QStringLiteral("application/octet-stream"); }

    int m_argumentCount = 1;
    std::array<char, 10> m_program{"clipboard"};
    std::array<char *, 2> m_arguments{m_program.data(), nullptr};
    std::optional<QGuiApplication> m_application;
};

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    using namespace tellwire::comparison;
    Parts parts;
    parts.makePeer = [](const Options &) -> std::unique_ptr<Peer> {
        throw std::runtime_error("this program only knows w6");
    };
    parts.makeClipboardProgram = [] { return std::make_unique<QtClipboard>(); };
    return runProgram(argumentCount, arguments, parts);
}
