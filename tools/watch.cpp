// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/interruption.h"
#include "tools/live_table.h"
#include "tools/output.h"
#include "tools/update_lines.h"

#include <QCoreApplication>
#include <QHash>

#include <memory>
#include <vector>

namespace tellwire::tool {

namespace {

LinkOptions linkOptions(const WatchOptions &options)
{
    LinkOptions wanted{.formats = {options.format},
                       .kind = options.warm ? LinkKind::Warm : LinkKind::Hot,
                       .once = options.once,
                       .finalValue = options.finalValue,
                       .wholeBatches = options.wholeBatches};
    if (options.everyUpdate)
        wanted.pace = LinkPace::EveryUpdate;
    if (options.window > 0) {
        wanted.pace = LinkPace::Acknowledged;
        wanted.window = options.window;
    }
    return wanted;
}

std::unique_ptr<UpdateView> makeView(const WatchOptions &options, int interruption)
{
    if (outputIsTerminal() && options.addresses.size() > 1 && !options.json && !options.timestamps)
        return std::make_unique<LiveTable>(options, interruption);
    return std::make_unique<UpdateLines>(options, interruption);
}

class Watch
{
public:
    Watch(const Session &session, const WatchOptions &options);
    int run();

private:
    Conversation &conversationOn(const TopicAddress &address);
    void start(qsizetype item);
    void onUpdate(const std::optional<int> &exitCode);
    void onEnded(qsizetype item, const Error &reason);
    void end(int exitCode);

    Session m_session;
    WatchOptions m_options;
    Interruption m_interruption;
    std::unique_ptr<QSocketNotifier> m_nobodyReads;
    std::unique_ptr<UpdateView> m_view;
    QHash<TopicAddress, std::shared_ptr<Conversation>> m_conversations;
    std::vector<std::unique_ptr<AdviseLink>> m_links; ///< One for each item.
    qsizetype m_ended = 0;
    quint64 m_updates = 0;
    bool m_isOver = false;
};

Watch::Watch(const Session &session, const WatchOptions &options)
    : m_session(session),
      m_options(options),
      m_interruption([this] { end(success); }),
      m_nobodyReads(whenNobodyReads([this] { end(success); })),
      m_view(makeView(options, m_interruption.descriptor()))
{}

int Watch::run()
{
    for (qsizetype item = 0; item < m_options.addresses.size(); ++item)
        start(item);
    const int exitCode = QCoreApplication::exec();
    m_view->finish();
    return exitCode;
}

Conversation &Watch::conversationOn(const TopicAddress &address)
{
    std::shared_ptr<Conversation> &conversation = m_conversations[address];
    if (!conversation)
        conversation = std::make_shared<Conversation>(m_session, address.service, address.topic,
                                                      ConversationOptions{m_options.reconnect});
    return *conversation;
}

void Watch::start(qsizetype item)
{
    const ItemAddress &address = m_options.addresses[item];
    m_links.push_back(std::make_unique<AdviseLink>(conversationOn({address.service, address.topic}),
                                                   address.item, linkOptions(m_options)));
    AdviseLink *link = m_links.back().get();
    link->onUpdate(link, [this, item](const Update &update) {
        if (!m_isOver)
            onUpdate(m_view->showValue(item, update));
    });
    QObject::connect(link, &AdviseLink::changed, link, [this, item](const Update &news) {
        if (!m_isOver)
            onUpdate(m_view->showNews(item, news));
    });
    QObject::connect(link, &AdviseLink::wentStale, link, [this, item, link](const Staleness &staleness) {
        if (const auto exitCode =
                m_isOver ? std::nullopt : m_view->showStale(item, link->latest(), staleness))
            end(*exitCode);
    });
    QObject::connect(link, &AdviseLink::ended, link,
                     [this, item](const Error &reason) { onEnded(item, reason); });
}

void Watch::onUpdate(const std::optional<int> &exitCode)
{
    if (exitCode)
        return end(*exitCode);
    ++m_updates;
    if (m_updates == m_options.count)
        end(success);
}

void Watch::onEnded(qsizetype item, const Error &reason)
{
    if (m_isOver)
        return;
    const bool isAsWanted = m_options.once && reason.code == ErrorCode::Closed;
    if (!isAsWanted) {
        const QString address = m_options.addresses[item].toString();
        const bool hadSomething = m_links[static_cast<std::size_t>(item)]->latest().has_value();
        fail(hadSomething ? address + QStringLiteral(" ended") : QStringLiteral("watch ") + address, reason);
    }
    m_view->showEnd(item);
    ++m_ended;
    if (m_ended == m_options.addresses.size())
        end(isAsWanted ? success : exitCodeOf(reason.code));
}

void Watch::end(int exitCode)
{
    m_isOver = true;
    QCoreApplication::exit(exitCode);
}

} // namespace

int watch(const Session &session, const WatchOptions &options) { return Watch{session, options}.run(); }

} // namespace tellwire::tool
