// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/link_kind.h"
#include "dde/protocol/names.h"
#include "dde/protocol/quality.h"
#include "formats/bytes.h"
#include "formats/error.h"
#include "formats/standard_formats.h"

#include <QByteArray>
#include <QList>
#include <QObject>

#include <cstdint>
#include <optional>
#include <variant>

namespace tellwire::protocol {
Q_NAMESPACE

/// The verbs of conversations. Numbers below 0x10 are the transport's, those from 0x40 on the clipboard's.
enum class MessageType : std::uint8_t {
    Initiate = 0x10,
    Terminate = 0x11,
    Request = 0x12,
    Poke = 0x13,
    Execute = 0x14,
    Advise = 0x15,
    Unadvise = 0x16,
    Fetch = 0x17,
    Cancel = 0x18,
    Received = 0x19,
    Find = 0x1A,
    RequestMany = 0x1B,
    Browse = 0x1C,

    Opened = 0x20,
    Refused = 0x21,
    Answer = 0x22,
    Accepted = 0x23,
    Declined = 0x24,
    Advised = 0x25,
    Value = 0x26,
    Changed = 0x27,
    LinkEnded = 0x28,
    Found = 0x29,
    AnswerMany = 0x2A,
    BatchEnd = 0x2B,
};
Q_ENUM_NS(MessageType)

/// The types that belong to conversations.
inline constexpr std::uint8_t firstMessageType = 0x10;
inline constexpr std::uint8_t lastMessageType = 0x3F;

// Each is chosen by the client, counted up per channel, and never means two things at once on one channel.
using ConversationId = std::uint32_t;
using TransactionId = std::uint32_t;
using LinkId = std::uint32_t;

/// In a Request or Advise: whatever the server offers first. In an Execute: bytes that both sides understand.
inline constexpr FormatNumber anyFormat = 0;

/// In the flags of a Value, beside its quality: part of a batch.
inline constexpr std::uint16_t batchFlag = 0x8000;

/// An Initiate with this instance is meant for any instance of the program.
inline constexpr std::uint32_t anyInstance = 0;

inline constexpr qsizetype maxFormatsPerMessage = 256;
inline constexpr qsizetype maxItemsPerRequest = 512;
inline constexpr qsizetype maxFoundTopics = 512;
inline constexpr qsizetype maxErrorDetailInBytes = 1024;

/// What a client of the exact DDE face tells about itself. The numbers are the program's own, for the service
/// to look at; nothing depends on them. Source: ddeml-semantics.md A4, CONVCONTEXT.
struct ConversationContext
{
    std::uint64_t instance = 1; ///< Random, not 0: two contexts with the same are of one instance.
    bool isWide = false;        ///< Its text is UTF-16; otherwise that of a code page.
    std::uint32_t flags = 0;
    std::uint32_t country = 0;
    std::int32_t codePage = 0;
    std::uint32_t language = 0;
    std::uint32_t security = 0; ///< A word of the program's own that the service may check.
    std::uint32_t impersonationLevel = 0;
    std::uint8_t trackingMode = 0;
    bool effectiveOnly = false;
    friend bool operator==(const ConversationContext &, const ConversationContext &) = default;
};

// From the client, which is the side that asked for the channel.

/// Starts a conversation. Answered by Opened or Refused.
struct Initiate
{
    static constexpr MessageType type = MessageType::Initiate;
    ConversationId conversation = 0;
    std::uint32_t instance = anyInstance;
    ServiceName service = {};
    TopicName topic = {};
    TransactionId found = 0; ///< The Find that has named it, to a server that answers each Find anew; or 0.
    std::optional<ConversationContext> context = {}; ///< Of a client of the exact face.
    friend bool operator==(const Initiate &, const Initiate &) = default;
};

/// Ends a conversation with all its links and transactions. From either side; answered by Terminate, unless
/// it is one.
struct Terminate
{
    static constexpr MessageType type = MessageType::Terminate;
    ConversationId conversation = 0;
    std::optional<Error> reason = {}; ///< None for an orderly end.
    friend bool operator==(const Terminate &, const Terminate &) = default;
};

/// Asks for a value. Answered by Answer or Declined.
struct Request
{
    static constexpr MessageType type = MessageType::Request;
    TransactionId transaction = 0;
    ConversationId conversation = 0;
    ItemName item = {};
    QList<FormatNumber> formats = {}; ///< 1 to maxFormatsPerMessage, most wanted first.
    friend bool operator==(const Request &, const Request &) = default;
};

/// Hands a value to the server. Answered by Accepted or Declined.
struct Poke
{
    static constexpr MessageType type = MessageType::Poke;
    TransactionId transaction = 0;
    ConversationId conversation = 0;
    ItemName item = {};
    FormatNumber format = 1; ///< Not anyFormat.
    Bytes value = {};
    std::uint64_t ifSequence = 0; ///< Only if this is the item's update number; 0: whatever it is.
    friend bool operator==(const Poke &, const Poke &) = default;
};

/// Has the server run a command. Answered by Accepted or Declined.
struct Execute
{
    static constexpr MessageType type = MessageType::Execute;
    TransactionId transaction = 0;
    ConversationId conversation = 0;
    FormatNumber format = anyFormat; ///< How the command is encoded.
    QByteArray command = {};
    friend bool operator==(const Execute &, const Execute &) = default;
};

/// Starts a link. Answered by Advised or LinkEnded.
struct Advise
{
    static constexpr MessageType type = MessageType::Advise;
    LinkId link = 0;
    ConversationId conversation = 0;
    ItemName item = {};
    LinkKind kind = LinkKind::Hot;
    LinkPace pace = LinkPace::NewestOnly;
    std::uint16_t window = 0; ///< Acknowledged: how many updates may lack their Received. Otherwise 0.
    QList<FormatNumber> formats = {}; ///< 1 to maxFormatsPerMessage, most wanted first.
    bool wholeBatches = false;        ///< Hot, EveryUpdate: values set together come marked; see BatchEnd.
    bool finalValue = false; ///< Warm: when the server ends the link, the present value comes before that.
    bool awaitItem = false;  ///< If there is no such item: wait for it instead of ending the link.
    friend bool operator==(const Advise &, const Advise &) = default;
};

/// Ends a link. Updates that were on their way may still arrive before the answer, and without one, later.
struct Unadvise
{
    static constexpr MessageType type = MessageType::Unadvise;
    LinkId link = 0;
    TransactionId transaction = 0; ///< Answered by Accepted, or Declined if there is no link; 0: no answer.
    friend bool operator==(const Unadvise &, const Unadvise &) = default;
};

/// Asks for a link's present value, after the newest one could not be read in place. Answered by Value.
struct Fetch
{
    static constexpr MessageType type = MessageType::Fetch;
    LinkId link = 0;
    friend bool operator==(const Fetch &, const Fetch &) = default;
};

/// Says that nobody waits for a transaction any more. Not answered; an answer that was on its way is dropped.
struct Cancel
{
    static constexpr MessageType type = MessageType::Cancel;
    TransactionId transaction = 0;
    friend bool operator==(const Cancel &, const Cancel &) = default;
};

/// Acknowledges all updates of an Acknowledged link up to this one.
struct Received
{
    static constexpr MessageType type = MessageType::Received;
    LinkId link = 0;
    std::uint32_t sequence = 0;
    friend bool operator==(const Received &, const Received &) = default;
};

/// Asks which topics there are to talk about. An empty name means "any". Answered by Found or Declined.
/// Starts no conversation; an Initiate about what was found may name this transaction.
struct Find
{
    static constexpr MessageType type = MessageType::Find;
    TransactionId transaction = 0;
    ServiceName service = {};
    TopicName topic = {};
    std::optional<ConversationContext> context = {}; ///< As in Initiate.
    friend bool operator==(const Find &, const Find &) = default;
};

/// Asks for several values as they are at one moment. Answered by AnswerMany or Declined.
struct RequestMany
{
    static constexpr MessageType type = MessageType::RequestMany;
    TransactionId transaction = 0;
    ConversationId conversation = 0;
    QList<FormatNumber> formats = {}; ///< As in Request, for each of them.
    QList<ItemName> items = {};       ///< 1 to maxItemsPerRequest.
    friend bool operator==(const RequestMany &, const RequestMany &) = default;
};

/// Asks for a part of a topic's items in the order of their names. Answered by Answer with JSON, or Declined.
struct Browse
{
    static constexpr MessageType type = MessageType::Browse;
    TransactionId transaction = 0;
    ConversationId conversation = 0;
    std::uint16_t limit = 1; ///< How many at most, from 1 on.
    ItemName prefix = {};    ///< What their names begin with; empty: anything.
    ItemName after = {};     ///< The last one of the page before; empty: from the first on.
    friend bool operator==(const Browse &, const Browse &) = default;
};

// From the server.

/// The conversation is open, under the names as they were registered.
struct Opened
{
    static constexpr MessageType type = MessageType::Opened;
    ConversationId conversation = 0;
    std::uint32_t instance = 0;
    ServiceName service = {};
    TopicName topic = {};
    std::uint32_t exactPartner = 0; ///< How a server of the exact face numbers the conversation; or 0.
    friend bool operator==(const Opened &, const Opened &) = default;
};

/// There will be no conversation.
struct Refused
{
    static constexpr MessageType type = MessageType::Refused;
    ConversationId conversation = 0;
    Error reason = {ErrorCode::Refused, {}};
    friend bool operator==(const Refused &, const Refused &) = default;
};

/// The value a Request asked for.
struct Answer
{
    static constexpr MessageType type = MessageType::Answer;
    TransactionId transaction = 0;
    Quality quality = Quality::Good;
    std::uint64_t sequence = 0; ///< The item's update number; 0 for what is made anew for each request.
    std::int64_t time = 0;      ///< Microseconds since 1970-01-01 UTC.
    FormatNumber format = 1;    ///< One that was asked for; never anyFormat.
    Bytes value = {};
    friend bool operator==(const Answer &, const Answer &) = default;
};

/// A Poke, Execute or Unadvise was done.
struct Accepted
{
    static constexpr MessageType type = MessageType::Accepted;
    TransactionId transaction = 0;
    std::uint8_t applicationCode = 0;
    friend bool operator==(const Accepted &, const Accepted &) = default;
};

/// A Request, Poke, Execute or Unadvise was not done.
struct Declined
{
    static constexpr MessageType type = MessageType::Declined;
    TransactionId transaction = 0;
    Error reason = {ErrorCode::Refused, {}};
    friend bool operator==(const Declined &, const Declined &) = default;
};

/// A link is up.
struct Advised
{
    static constexpr MessageType type = MessageType::Advised;
    LinkId link = 0;
    FormatNumber format = 1;       ///< Of all its values; never anyFormat.
    std::uint64_t sequence = 0;    ///< The item's update number now.
    std::uint64_t latestPlace = 0; ///< The latest slot that names the newest value; 0 if there is none.
    std::uint32_t publication = 0; ///< Of that slot.
    friend bool operator==(const Advised &, const Advised &) = default;
};

/// An update of a hot link. The message is all value: its control fields travel in the slot itself.
struct Value
{
    static constexpr MessageType type = MessageType::Value;
    LinkId link = 0;
    Quality quality = Quality::Good;
    std::uint32_t sequence = 0; ///< Low 32 bits of the update number; a gap shows what was skipped.
    std::int64_t time = 0;      ///< Microseconds since 1970-01-01 UTC.
    Bytes value = {};
    bool partOfBatch = false; ///< Not to be looked at before the BatchEnd.
    friend bool operator==(const Value &, const Value &) = default;
};

/// The item of a warm link has changed. On a NewestOnly link it may have changed again since.
struct Changed
{
    static constexpr MessageType type = MessageType::Changed;
    LinkId link = 0;
    Quality quality = Quality::Good;
    std::uint32_t sequence = 0; ///< Low 32 bits of the update number.
    std::int64_t time = 0;      ///< Microseconds since 1970-01-01 UTC.
    friend bool operator==(const Changed &, const Changed &) = default;
};

/// The link is gone, or never came to be.
struct LinkEnded
{
    static constexpr MessageType type = MessageType::LinkEnded;
    LinkId link = 0;
    Error reason = {ErrorCode::Refused, {}};
    friend bool operator==(const LinkEnded &, const LinkEnded &) = default;
};

/// One topic that can be talked about.
struct FoundTopic
{
    std::uint32_t instance = 0;
    ServiceName service = {};
    TopicName topic = {};
    friend bool operator==(const FoundTopic &, const FoundTopic &) = default;
};

/// What a Find found.
struct Found
{
    static constexpr MessageType type = MessageType::Found;
    TransactionId transaction = 0;
    bool isComplete = true;
    QList<FoundTopic> topics = {}; ///< At most maxFoundTopics.
    friend bool operator==(const Found &, const Found &) = default;
};

/// The answer about one item of a RequestMany.
struct AnswerPart
{
    std::optional<Error> refusal = {}; ///< If there is one, the rest means nothing.
    Quality quality = Quality::Good;
    std::uint64_t sequence = 0;
    std::int64_t time = 0;
    FormatNumber format = 1;
    std::uint32_t length = 0; ///< Of its value.
    friend bool operator==(const AnswerPart &, const AnswerPart &) = default;
};

/// The values a RequestMany asked for, each as in Answer, all as they were at one moment unless they were
/// made on demand.
struct AnswerMany
{
    static constexpr MessageType type = MessageType::AnswerMany;
    TransactionId transaction = 0;
    QList<AnswerPart> parts = {}; ///< In the order of the items asked for, 1 to maxItemsPerRequest.
    QByteArray values = {};       ///< One behind the other; their lengths add up to this.
    friend bool operator==(const AnswerMany &, const AnswerMany &) = default;
};

/// All values of this channel that came as parts of a batch count from now on.
struct BatchEnd
{
    static constexpr MessageType type = MessageType::BatchEnd;
    friend bool operator==(const BatchEnd &, const BatchEnd &) = default;
};

/// All that a client may say, and all that a server may say.
using ClientMessage = std::variant<Initiate, Terminate, Request, Poke, Execute, Advise, Unadvise, Fetch,
                                   Cancel, Received, Find, RequestMany, Browse>;
using ServerMessage = std::variant<Opened, Terminate, Refused, Answer, Accepted, Declined, Advised, Value,
                                   Changed, LinkEnded, Found, AnswerMany, BatchEnd>;

} // namespace tellwire::protocol
