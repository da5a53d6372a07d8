// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <QCoreApplication>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTimer>

#include <array>
#include <cstring>
#include <optional>

#include <unistd.h>

namespace tellwire::comparison {
namespace {

/// The messages of a stream: each has its length before it.
class Messages
{
public:
    explicit Messages(QLocalSocket *socket) : m_socket(socket) {}

    /// All that are whole by now. False if `use` said so, and then not the later ones.
    template <typename Use>
    bool takeAll(const Use &use)
    {
        while (readLength() && readBytes()) {
            m_length.reset();
            if (!use(m_bytes.constData(), static_cast<std::size_t>(m_filled)))
                return false;
        }
        return true;
    }

private:
    bool readLength()
    {
        qint64 length = 0;
        if (m_length)
            return true;
        if (m_socket->bytesAvailable() < qint64{sizeof length})
            return false;
        m_socket->read(reinterpret_cast<char *>(&length), sizeof length);
        m_length = length;
        m_filled = 0;
        if (m_bytes.size() < length)
            m_bytes.resize(length);
        return true;
    }
    bool readBytes()
    {
        while (m_filled < *m_length) {
            const qint64 count = m_socket->read(m_bytes.data() + m_filled, *m_length - m_filled);
            if (count <= 0)
                return false;
            m_filled += count;
        }
        return true;
    }

    QLocalSocket *m_socket;
    QByteArray m_bytes;
    std::optional<qint64> m_length;
    qint64 m_filled = 0;
};

void send(QLocalSocket *socket, const void *bytes, std::size_t size)
{
    constexpr qint64 mostWaiting = 4 << 20;
    const auto length = static_cast<qint64>(size);
    socket->write(reinterpret_cast<const char *>(&length), sizeof length);
    socket->write(static_cast<const char *>(bytes), length);
    socket->flush();
    while (socket->bytesToWrite() > mostWaiting)
        require(socket->waitForBytesWritten(), "a socket cannot be written");
}

/// QLocalServer and QLocalSocket. Server and subscriber live in Qt's event loop; the client blocks.
class LocalSockets final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "qlocalsocket"; }
    void startProcess(Role) override { m_application.emplace(m_argumentCount, m_arguments.data()); }

    void openServer() override { listen(); }
    void runServer() override;
    void openClient() override
    {
        connect();
        m_replies.emplace(m_socket.get());
    }
    void closeClient() override
    {
        m_replies.reset();
        m_socket.reset();
    }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override;
    void publish(std::uint32_t, const void *payload, std::size_t size) override
    {
        for (QLocalSocket *reader : m_readers)
            send(reader, payload, size);
    }
    void flush() override;

    void openSubscriber(unsigned) override { connect(); }
    void runSubscriber(Receiver &receiver) override;

private:
    QString path() const { return QString::fromStdString(options().endpoint + "/qlocal.sock"); }
    void listen()
    {
        QLocalServer::removeServer(path());
        m_server = std::make_unique<QLocalServer>();
        require(m_server->listen(path()), "QLocalServer cannot listen");
    }
    void connect();
    void serveNewClient();

    int m_argumentCount = 1;
    std::array<char, 7> m_program{"qlocal"};
    std::array<char *, 2> m_arguments{m_program.data(), nullptr};
    std::optional<QCoreApplication> m_application;
    std::unique_ptr<QLocalServer> m_server;
    std::unique_ptr<QLocalSocket> m_socket;
    std::optional<Messages> m_replies;
    std::vector<QLocalSocket *> m_readers;
};

void LocalSockets::connect()
{
    constexpr int attempts = 2000;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        m_socket = std::make_unique<QLocalSocket>();
        m_socket->connectToServer(path());
        if (m_socket->waitForConnected(1000))
            return;
        usleep(2000);
    }
    throw std::runtime_error("there is nobody to connect to");
}

void LocalSockets::serveNewClient()
{
    while (QLocalSocket *client = m_server->nextPendingConnection()) {
        const auto messages = std::make_shared<Messages>(client);
        QObject::connect(client, &QLocalSocket::disconnected, client, &QObject::deleteLater);
        QObject::connect(client, &QLocalSocket::readyRead, client, [this, client, messages] {
            messages->takeAll([&](const char *bytes, std::size_t) {
                Request request;
                std::memcpy(&request, bytes, sizeof request);
                send(client, makeReply(request), request.replySize);
                if (request.purpose == Purpose::Quit)
                    QCoreApplication::quit();
                return true;
            });
        });
    }
}

void LocalSockets::runServer()
{
    QObject::connect(m_server.get(), &QLocalServer::newConnection, [this] { serveNewClient(); });
    QCoreApplication::exec();
}

void LocalSockets::request(const Request &request, const UseReply &use)
{
    send(m_socket.get(), &request, sizeof request);
    for (bool isThere = false; !isThere;) {
        require(m_socket->bytesAvailable() > 0 || m_socket->waitForReadyRead(10'000), "no reply");
        m_replies->takeAll([&](const char *bytes, std::size_t size) {
            use(bytes, size);
            isThere = true;
            return false;
        });
    }
}

void LocalSockets::openPublisher()
{
    listen();
    while (m_readers.size() < options().subscribers)
        if (m_server->waitForNewConnection(20'000))
            while (QLocalSocket *reader = m_server->nextPendingConnection())
                m_readers.push_back(reader);
}

void LocalSockets::flush()
{
    for (QLocalSocket *reader : m_readers)
        while (reader->bytesToWrite() > 0 && reader->waitForBytesWritten(5000)) {
        }
}

void LocalSockets::runSubscriber(Receiver &receiver)
{
    Messages messages{m_socket.get()};
    const auto takeAll = [&] {
        if (!messages.takeAll(
                [&](const char *bytes, std::size_t size) { return receiver.take(bytes, size); }))
            QCoreApplication::quit();
    };
    QTimer idle;
    QObject::connect(&idle, &QTimer::timeout, [&] {
        if (!receiver.goesOnWaiting())
            QCoreApplication::quit();
    });
    idle.start(Receiver::idleMilliseconds);
    QObject::connect(m_socket.get(), &QLocalSocket::readyRead, takeAll);
    QTimer::singleShot(0, takeAll); // What came before.
    QCoreApplication::exec();
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::LocalSockets>(argumentCount, arguments);
}
