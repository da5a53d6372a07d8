// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"
#include "conversations/service_browser.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/interruption.h"
#include "tools/live_table.h"
#include "tools/output.h"
#include "tools/update_lines.h"

#include <QCoreApplication>

#include <algorithm>
#include <memory>
#include <vector>

namespace tellwire::tool {

namespace {

/// One item, with a conversation of its own: so whatever ends, ends for this item alone.
struct WatchedItem
{
    ItemAddress address;
    std::unique_ptr<Conversation> conversation = nullptr;
    std::unique_ptr<AdviseLink> link = nullptr;
    bool isWaiting = false;     ///< For its service.
    bool wasTriedAgain = false; ///< Since its last value.
    bool hasEnded = false;
};

class Watch
{
public:
    Watch(const Session &session, const WatchOptions &options);
    int run();

private:
    void start(qsizetype item);
    void onUpdate(qsizetype item, const Update &update);
    void onEnded(qsizetype item, const Error &reason);
    void report(const WatchedItem &item, const Error &reason);
    void lookOut();
    void onServiceAppeared(const ServiceName &service);
    bool isWorthWaiting(const Error &reason) const;
    void end(int exitCode);

    Session m_session;
    WatchOptions m_options;
    Interruption m_interruption;
    std::unique_ptr<QSocketNotifier> m_nobodyReads;
    std::unique_ptr<UpdateView> m_view;
    std::vector<WatchedItem> m_items;
    std::unique_ptr<ServiceBrowser> m_browser;
    quint64 m_updates = 0;
    bool m_isOver = false;
};

Watch::Watch(const Session &session, const WatchOptions &options)
    : m_session(session),
      m_options(options),
      m_interruption([this] { end(success); }),
      m_nobodyReads(whenNobodyReads([this] { end(success); }))
{
    const bool isLive =
        outputIsTerminal() && options.addresses.size() > 1 && !options.json && !options.timestamps;
    if (isLive)
        m_view = std::make_unique<LiveTable>(options, m_interruption.descriptor());
    else
        m_view = std::make_unique<UpdateLines>(options, m_interruption.descriptor());
    for (const ItemAddress &address : options.addresses)
        m_items.push_back({address});
}

int Watch::run()
{
    for (qsizetype item = 0; item < std::ssize(m_items); ++item)
        start(item);
    const int exitCode = QCoreApplication::exec();
    m_view->finish();
    return exitCode;
}

void Watch::start(qsizetype item)
{
    WatchedItem &watched = m_items[static_cast<std::size_t>(item)];
    const ItemAddress &address = watched.address;
    watched.isWaiting = false;
    watched.link.reset();
    watched.conversation = std::make_unique<Conversation>(m_session, address.service, address.topic);
    const LinkOptions options{.formats = {m_options.format},
                              .pace = m_options.everyUpdate ? LinkPace::EveryUpdate : LinkPace::NewestOnly};
    watched.link = std::make_unique<AdviseLink>(*watched.conversation, address.item, options);
    AdviseLink *link = watched.link.get();
    link->onUpdate(link, [this, item](const Update &update) { onUpdate(item, update); });
    QObject::connect(link, &AdviseLink::ended, link,
                     [this, item](const Error &reason) { onEnded(item, reason); });
}

void Watch::onUpdate(qsizetype item, const Update &update)
{
    if (m_isOver)
        return;
    m_items[static_cast<std::size_t>(item)].wasTriedAgain = false;
    if (const std::optional<int> exitCode = m_view->show(item, update))
        return end(*exitCode);
    ++m_updates;
    if (m_updates == m_options.count)
        end(success);
}

void Watch::onEnded(qsizetype item, const Error &reason)
{
    if (m_isOver)
        return;
    WatchedItem &watched = m_items[static_cast<std::size_t>(item)];
    if (isWorthWaiting(reason)) {
        if (watched.link->latest())
            report(watched, reason);
        watched.isWaiting = true;
        return lookOut();
    }
    report(watched, reason);
    watched.hasEnded = true;
    if (std::ranges::all_of(m_items, &WatchedItem::hasEnded))
        end(exitCodeOf(reason.code));
}

bool Watch::isWorthWaiting(const Error &reason) const
{
    return m_options.wait && (reason.code == ErrorCode::NoSuchService || reason.code == ErrorCode::PeerGone);
}

void Watch::report(const WatchedItem &item, const Error &reason)
{
    const QString address = item.address.toString();
    Error said = reason;
    if (m_options.wait && reason.code == ErrorCode::NoSuchItem)
        said.detail += QStringLiteral("; --wait waits for services, because nobody announces items");
    fail(item.link->latest() ? address + QStringLiteral(" ended") : QStringLiteral("watch ") + address, said);
    m_view->makeRoom();
}

/// Nothing is missed: a service is either there now, or the browser tells when it comes.
void Watch::lookOut()
{
    (void)ServiceBrowser{m_session}.services(); // Drops the dead: who comes in their place is new then.
    m_browser = std::make_unique<ServiceBrowser>(m_session);
    QObject::connect(m_browser.get(), &ServiceBrowser::serviceAppeared, m_browser.get(),
                     [this](const ServiceName &service) { onServiceAppeared(service); });
    const QList<PublishedService> present = m_browser->services();
    for (qsizetype item = 0; item < std::ssize(m_items); ++item) {
        WatchedItem &watched = m_items[static_cast<std::size_t>(item)];
        const bool isThere =
            std::ranges::find(present, watched.address.service, &PublishedService::name) != present.end();
        // One that is there but does not talk to us is not asked again before it publishes itself anew.
        if (watched.isWaiting && isThere && !std::exchange(watched.wasTriedAgain, true))
            start(item);
    }
}

void Watch::onServiceAppeared(const ServiceName &service)
{
    for (qsizetype item = 0; item < std::ssize(m_items); ++item) {
        const WatchedItem &watched = m_items[static_cast<std::size_t>(item)];
        if (watched.isWaiting && watched.address.service == service)
            start(item);
    }
}

void Watch::end(int exitCode)
{
    m_isOver = true;
    QCoreApplication::exit(exitCode);
}

} // namespace

int watch(const Session &session, const WatchOptions &options) { return Watch{session, options}.run(); }

} // namespace tellwire::tool
