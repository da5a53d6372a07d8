// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/link_kind.h"
#include "dde/protocol/names.h"
#include "formats/error.h"

#include <QByteArray>
#include <QFlags>
#include <QMetaType>
#include <QString>

#include <algorithm>
#include <chrono>
#include <optional>
#include <variant>

namespace tellwire {

/// What can be watched in other programs. The numbers travel between processes.
/// Source: DDEML's monitor classes (ddeml-semantics.md B13), whose names are given.
enum class MonitorKind : quint32 {
    Conversations = 0x01, ///< They open, are refused, end. MF_CONV
    Links = 0x02,         ///< They start, are refused, end. MF_LINKS
    Transactions = 0x04,  ///< A request, poke or command is answered; one event for both.
    Updates = 0x08,       ///< A value, or the news of one, is given to a link.
    Errors = 0x10,        ///< Somebody is told no, falls behind, or breaks the rules. MF_ERRORS
    Messages = 0x20,      ///< Each one that a server gets or sends. MF_POSTMSGS, MF_SENDMSGS
    Callbacks = 0x40,     ///< Of programs with the exact DDE face. MF_CALLBACKS
    Strings = 0x80,       ///< Their string handles. MF_HSZ_INFO
};
Q_DECLARE_FLAGS(MonitorKinds, MonitorKind)
Q_DECLARE_OPERATORS_FOR_FLAGS(MonitorKinds)

/// All that every program can tell.
inline constexpr MonitorKinds allMonitorKinds{0xFF};

/// A program, as its partner knows it.
struct MonitoredProgram
{
    quint64 peer = 0; ///< Names it in the session; 0: nobody.
    qint64 pid = -1;  ///< For people to read.
    QString name = {};

    friend bool operator==(const MonitoredProgram &, const MonitoredProgram &) = default;
};

/// The bytes of a value or command: how many, and what they begin with.
struct MonitoredData
{
    static constexpr qsizetype most = 32; ///< As a monitor of DDEML gets.

    static MonitoredData of(QByteArrayView bytes)
    {
        return {quint64(bytes.size()), bytes.first(std::min(bytes.size(), most)).toByteArray()};
    }

    quint64 size = 0;
    QByteArray beginning = {}; ///< At most that many.

    friend bool operator==(const MonitoredData &, const MonitoredData &) = default;
};

struct MonitoredConversation
{
    enum class Change : quint8 { Opened, Refused, Ended };

    Change change = Change::Opened;
    std::optional<Error> reason = {}; ///< Of a refusal; of an end that is not in good order.

    friend bool operator==(const MonitoredConversation &, const MonitoredConversation &) = default;
};

struct MonitoredLink
{
    enum class Change : quint8 { Started, Refused, Ended };

    Change change = Change::Started;
    quint32 number = 0; ///< Never means two things at once between two programs.
    LinkKind kind = LinkKind::Hot;
    LinkPace pace = LinkPace::NewestOnly;
    bool endedByServer = false;
    std::optional<Error> reason = {}; ///< If the server said no, or ended it.

    friend bool operator==(const MonitoredLink &, const MonitoredLink &) = default;
};

struct MonitoredTransaction
{
    enum class Verb : quint8 { Request, RequestMany, Browse, Poke, Execute, Find };

    Verb verb = Verb::Request;
    std::optional<Error> refusal = {}; ///< Closed if the client gave it up, or ended, before it was answered.
    std::chrono::nanoseconds latency{0}; ///< From its arrival at the server to the answer.
    MonitoredData data = {};             ///< What was poked, executed or answered.

    friend bool operator==(const MonitoredTransaction &, const MonitoredTransaction &) = default;
};

struct MonitoredUpdate
{
    quint32 link = 0;
    LinkKind kind = LinkKind::Hot;
    quint64 sequence = 0;    ///< Update number of the item; of the exact face, of the link.
    MonitoredData data = {}; ///< Empty for the news of a warm link.

    friend bool operator==(const MonitoredUpdate &, const MonitoredUpdate &) = default;
};

struct MonitoredError
{
    enum class What : quint8 {
        Declined,   ///< A transaction, link or conversation.
        LinkCut,    ///< A client was too slow for its link.
        ChannelCut, ///< A client did not read at all, so it lost its connection.
        Violation,  ///< Another program said something that the protocol forbids; it lost its connection.
        ExactFace,  ///< A call of the exact face failed.
    };

    What what = What::Declined;
    Error reason = {ErrorCode::Refused, {}};
    quint16 exactCode = 0; ///< DMLERR_… of the exact face.

    friend bool operator==(const MonitoredError &, const MonitoredError &) = default;
};

struct MonitoredMessage
{
    quint8 type = 0; ///< See docs/protocol.md.
    bool fromClient = true;
    quint32 number = 0; ///< The message's own: a conversation, transaction or link.
    MonitoredData data = {};

    friend bool operator==(const MonitoredMessage &, const MonitoredMessage &) = default;
};

/// A callback of the exact face, once it has returned. Handles are numbers of the program that was called.
struct MonitoredCallback
{
    /// CONVCONTEXT
    struct Context
    {
        quint32 flags = 0;
        quint32 country = 0;
        qint32 codePage = 0;
        quint32 language = 0;
        quint32 security = 0;

        friend bool operator==(const Context &, const Context &) = default;
    };

    quint32 type = 0; ///< XTYP_…
    quint32 format = 0;
    quint64 conversation = 0;
    QString string1 = {}; ///< Empty for none.
    QString string2 = {};
    quint64 dataHandle = 0;
    quint64 data1 = 0;
    quint64 data2 = 0;
    quint64 result = 0;
    Context context = {};
    MonitoredData data = {};

    friend bool operator==(const MonitoredCallback &, const MonitoredCallback &) = default;
};

/// A string handle of the exact face.
struct MonitoredString
{
    enum class Change : quint8 { Created, Kept, Freed, CleanedUp };

    Change change = Change::Created;
    quint64 handle = 0; ///< A number of the program that has it.
    QString text = {};

    friend bool operator==(const MonitoredString &, const MonitoredString &) = default;
};

/// Something that happened in another program, as that program tells it. A value.
struct MonitorEvent
{
    using What = std::variant<MonitoredConversation, MonitoredLink, MonitoredTransaction, MonitoredUpdate,
                              MonitoredError, MonitoredMessage, MonitoredCallback, MonitoredString>;

    std::chrono::sys_time<std::chrono::microseconds> time = {};
    MonitoredProgram program = {}; ///< Who tells it: the server, for all that is about a conversation.
    MonitoredProgram client = {};  ///< Of the conversation; nobody if it is not about one.
    quint32 conversation = 0;      ///< Together with the two programs unique in the session; 0: about none.
    ServiceName service = {};
    TopicName topic = {};
    ItemName item = {};
    QString format = {};        ///< Its name; empty if there is none.
    quint32 queuedMessages = 0; ///< That wait at the server for this client.
    quint64 waitingBytes = 0;   ///< Likewise.
    What what = {};

    MonitorKind kind() const { return MonitorKind{1U << what.index()}; }

    friend bool operator==(const MonitorEvent &, const MonitorEvent &) = default;
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::MonitorEvent)
Q_DECLARE_METATYPE(tellwire::MonitoredProgram)
