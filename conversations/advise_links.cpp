// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_links.h"

#include "conversations/conversation_p.h"
#include "conversations/link_state.h"

#include <unordered_set>

namespace tellwire {

class AdviseLinks::Private final : public engine::ClientLink::Observer
{
public:
    using Link = engine::ClientLink::Pointer;

    /// Finds a link by its item.
    struct ByItem
    {
        using is_transparent = void;
        static const ItemName &nameOf(const ItemName &item) noexcept { return item; }
        static const ItemName &nameOf(const Link &link) noexcept { return link->item(); }
        std::size_t operator()(const auto &one) const noexcept { return qHash(nameOf(one)); }
        bool operator()(const auto &one, const auto &other) const noexcept
        {
            return nameOf(one) == nameOf(other);
        }
    };

    Private(AdviseLinks *face, engine::LinkTerms::Pointer common) : q(face), terms(std::move(common)) {}

    bool onUpdate(engine::ClientLink &from, const Update &update) override;
    bool onChanged(engine::ClientLink &from, const Update &news) override;
    void onStale(engine::ClientLink &from, const Staleness &staleness) override;
    void onEnded(engine::ClientLink &from, const Error &reason) override;

    const engine::ClientLink *find(const ItemName &item) const;

    AdviseLinks *q;
    engine::LinkTerms::Pointer terms;
    std::unordered_set<Link, ByItem, ByItem> links;
};

bool AdviseLinks::Private::onUpdate(engine::ClientLink &from, const Update &update)
{
    Q_EMIT q->updated(from.item(), update);
    return true;
}

bool AdviseLinks::Private::onChanged(engine::ClientLink &from, const Update &news)
{
    Q_EMIT q->changed(from.item(), news);
    return true;
}

void AdviseLinks::Private::onStale(engine::ClientLink &from, const Staleness &staleness)
{
    Q_EMIT q->wentStale(from.item(), staleness);
}

void AdviseLinks::Private::onEnded(engine::ClientLink &from, const Error &reason)
{
    const Link kept{&from};
    links.erase(kept);
    Q_EMIT q->ended(kept->item(), reason);
}

/// Null if there is none.
const engine::ClientLink *AdviseLinks::Private::find(const ItemName &item) const
{
    const auto found = links.find(item);
    return found != links.end() ? found->data() : nullptr;
}

AdviseLinks::AdviseLinks(Conversation &conversation, const LinkOptions &options, QObject *parent)
    : QObject(parent)
{
    const Conversation::Private &talk = *conversation.m_data;
    m_data = std::make_unique<Private>(this, talk.engine->termsFor(talk.session, options));
}

AdviseLinks::~AdviseLinks()
{
    for (const Private::Link &link : m_data->links)
        m_data->terms->conversation->unadvise(*link);
}

void AdviseLinks::add(const ItemName &item)
{
    if (!contains(item))
        m_data->links.insert(m_data->terms->conversation->advise(item, m_data->terms, m_data.get()));
}

void AdviseLinks::remove(const ItemName &item)
{
    const auto found = m_data->links.find(item);
    if (found == m_data->links.end())
        return;
    const Private::Link link = *found;
    m_data->links.erase(found);
    m_data->terms->conversation->unadvise(*link);
}

qsizetype AdviseLinks::size() const noexcept { return static_cast<qsizetype>(m_data->links.size()); }

QList<ItemName> AdviseLinks::items() const
{
    QList<ItemName> names;
    names.reserve(size());
    for (const Private::Link &link : m_data->links)
        names.append(link->item());
    return names;
}

AdviseLinks::State AdviseLinks::state(const ItemName &item) const
{
    const engine::ClientLink *link = m_data->find(item);
    return link != nullptr ? stateOf(*link) : State::Ended;
}

std::optional<Update> AdviseLinks::latest(const ItemName &item) const
{
    const engine::ClientLink *link = m_data->find(item);
    return link != nullptr ? link->latest() : std::nullopt;
}

std::optional<Staleness> AdviseLinks::staleness(const ItemName &item) const
{
    const engine::ClientLink *link = m_data->find(item);
    return link != nullptr ? stalenessOf(*link) : std::nullopt;
}

std::optional<Update> AdviseLinks::present(const ItemName &item) const
{
    const engine::ClientLink *link = m_data->find(item);
    return link != nullptr ? presentOn(*link) : std::nullopt;
}

void AdviseLinks::acknowledge(const ItemName &item)
{
    if (const auto found = m_data->links.find(item); found != m_data->links.end())
        (*found)->acknowledge((*found)->sequence());
}

} // namespace tellwire
