// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/link_feed.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/source_time.h"
#include "dde/protocol/item_address.h"

#include <algorithm>
#include <utility>

// What a topic answers to those who ask.

namespace tellwire::engine {

/// Knows who asks while the program's code runs, and keeps the topic alive behind it.
class ServedTopic::HandlerScope
{
public:
    /// `caller` is null if nobody in particular asks.
    HandlerScope(std::shared_ptr<ServedTopic> topic, const Caller *caller)
        : m_topic(std::move(topic)),
          m_hasCaller(caller != nullptr)
    {
        if (m_hasCaller)
            m_topic->m_callers.push_back(*caller);
        m_topic->m_server.enterHandler();
    }
    ~HandlerScope()
    {
        m_topic->m_server.leaveHandler();
        if (m_hasCaller)
            m_topic->m_callers.pop_back();
    }
    HandlerScope(const HandlerScope &) = delete;
    HandlerScope &operator=(const HandlerScope &) = delete;

    template <typename T, typename Handle, typename... Arguments>
    Outcome<T> call(const Handle &handle, const Arguments &...arguments) const
    {
        if (m_topic->m_server.isInTooManyHandlers())
            return Result<T>{
                Error{ErrorCode::Busy, QStringLiteral("the service is still busy with earlier commands")}};
        return std::visit([&](const auto &use) -> Outcome<T> { return use(arguments...); }, handle);
    }

private:
    std::shared_ptr<ServedTopic> m_topic;
    bool m_hasCaller;
};

Result<TakenValue> ServedTopic::take(const ItemName &name, const WantedFormats &wanted) const
{
    const std::shared_ptr<Item> item = anyItem(name);
    if (!item)
        return noSuchItem(name);
    Result<Agreement> agreement = settle(name, wanted, item->formats(), conversions());
    if (!agreement)
        return agreement.error();
    TakenValue taken{name, std::move(agreement).value(), std::nullopt, item->provider(), item->stamp()};
    if (!taken.provider)
        taken.stored = *std::ranges::find(item->values(), taken.agreement.source, &Payload::format);
    else
        taken.stamp.time = toMicroseconds(SourceTime::clock::now());
    if (taken.provider && taken.provider->byLibrary)
        taken.stamp.sequence = 0; // Nobody counts their changes while nobody watches.
    return taken;
}

GiveUp ServedTopic::make(const TakenValue &value, const ServedClient &asker, WhenDone<Payload> done)
{
    return run(value, &asker.caller(), &asker, std::move(done));
}

GiveUp ServedTopic::run(const TakenValue &value, const Caller *caller, const ServedClient *asker,
                        WhenDone<Payload> done)
{
    const Conversion &conversion = value.agreement.conversion;
    const Format &wanted = value.agreement.source;
    if (value.stored) {
        done(conversion.apply(*value.stored));
        return {};
    }
    if (const LibraryProvider &provide = value.provider->byLibrary) {
        done(conversion.apply(provide(wanted, asker)));
        return {};
    }
    const auto convert = [conversion](const Payload &made) { return conversion.apply(made); };
    const auto check = [wanted, item = address(value.item)](const Payload &made) -> Result<Payload> {
        if (made.format() == wanted)
            return made;
        return Error{ErrorCode::BadData, QStringLiteral("the provider of %1 answered in %2, not in %3")
                                             .arg(item, made.format().name(), wanted.name())};
    };
    const HandlerScope scope{shared_from_this(), caller};
    return engine::await<Payload>(scope.call<Payload>(value.provider->provide, wanted),
                                  [check, convert, done = std::move(done)](const Result<Payload> &made) {
                                      done(made.and_then(check).and_then(convert));
                                  });
}

std::optional<Error> ServedTopic::obstacleTo(const ItemName &name, std::uint64_t ifSequence) const
{
    if (ifSequence == 0)
        return std::nullopt;
    const std::shared_ptr<Item> item = find(name);
    if (!item)
        return noSuchItem(name);
    if (item->stamp().sequence == ifSequence)
        return std::nullopt;
    return Error{ErrorCode::Changed, QStringLiteral("poke %1: it is at update %2, not at %3 any more")
                                         .arg(address(name))
                                         .arg(item->stamp().sequence)
                                         .arg(ifSequence)};
}

GiveUp ServedTopic::poke(const ItemName &name, const Payload &value, std::uint64_t ifSequence,
                         const Caller &caller, const WhenDone<void> &done)
{
    const HandlerScope scope{shared_from_this(), &caller};
    if (const std::optional<Error> obstacle = obstacleTo(name, ifSequence))
        done(*obstacle);
    else if (const std::shared_ptr<const Handler> handle = m_pokeHandlers.value(name))
        return engine::await<void>(scope.call<void>(*handle, value), done);
    else if (const std::shared_ptr<const AnyHandler> any = m_anyPokeHandler)
        return engine::await<void>(scope.call<void>(*any, name, value), done);
    else if (!find(name))
        done(noSuchItem(name));
    else
        done(Error{
            ErrorCode::Refused,
            QStringLiteral("%1 cannot be poked: its service takes no values for it").arg(address(name))});
    return {};
}

GiveUp ServedTopic::execute(const QString &command, const Caller &caller, const WhenDone<void> &done)
{
    const HandlerScope scope{shared_from_this(), &caller};
    if (const std::shared_ptr<const CommandHandler> handle = m_executeHandler)
        return engine::await<void>(scope.call<void>(*handle, command), done);
    done(Error{ErrorCode::Refused, QStringLiteral("the topic %1 takes no commands").arg(m_name.text())});
    return {};
}

} // namespace tellwire::engine
