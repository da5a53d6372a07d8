// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "clipboard/clipboard_session.h"
#include "dde/transport/seat.h"
#include "tests/clipboard/clipboard_session_test_support.h"
#include "tests/processes/steps/walk.h"

#include <QFile>

#include <optional>

namespace tellwire::test {

namespace {

constexpr qsizetype lengthInFile = 100'000;
constexpr quint32 exactFormat = 0x200; // CF_PRIVATEFIRST
constexpr quint64 walkersWindow = 11;
constexpr quint64 othersWindow = 22;

Format large() { return Format::fromName(QStringLiteral("application/x-large")).value(); }
Format unwilling() { return Format::fromName(QStringLiteral("application/x-unwilling")).value(); }

/// A content with a number, once in the log and once in a file. Odd numbers are the walker's.
QByteArray bytesOf(std::uint32_t number, qsizetype length)
{
    const QByteArray piece = QByteArray::number(number) + ';';
    return piece.repeated(std::max<qsizetype>(length / piece.size(), 1));
}

Offer contentOf(std::uint32_t number)
{
    return Offer{}
        .add(Payload{Format::text(), bytesOf(number, 1)})
        .add(Payload{large(), bytesOf(number, lengthInFile)});
}

bool isWhole(const QByteArray &bytes)
{
    const QByteArray piece = bytes.left(bytes.indexOf(';') + 1);
    return !piece.isEmpty() && bytes == piece.repeated(bytes.size() / piece.size());
}

/// The number of what lies on the board, or 0. Fails the test if it is not one content.
std::uint32_t numberOn(const Clipboard &board)
{
    if (board.content().isEmpty())
        return 0;
    const Result<Payload> text = board.content().read(Format::text());
    if (!text)
        return 0;
    const Result<Payload> bytes = board.content().read(large());
    const std::uint32_t number = text->bytes().chopped(1).toUInt();
    EXPECT_TRUE(bytes.has_value());
    EXPECT_TRUE(bytes && bytes->bytes() == bytesOf(number, lengthInFile)) << "a half of content " << number;
    return number;
}

/// Somebody else uses the same board, whatever becomes of the walker.
class ClipboardScenario : public Scenario
{
public:
    void meet() override
    {
        m_session.emplace(Session::join().value());
        m_board = std::make_unique<Clipboard>(*m_session);
        put(2);
    }

    void turn(std::chrono::milliseconds atMost) override
    {
        Scenario::turn(atMost);
        expectProgress();
    }

    void goOn(const Ledger &) override
    {
        expectProgress();
        put(4);
        EXPECT_EQ(numberOn(*m_board), 4U);
        EXPECT_TRUE(m_board->clear());
        EXPECT_TRUE(m_board->content().isEmpty());
        Clipboard newcomer{Session::join().value()};
        EXPECT_TRUE(newcomer.put(contentOf(6))); // Its first one: it also tidies up.
        EXPECT_EQ(numberOn(newcomer), 6U);
        EXPECT_EQ(numberOn(*m_board), 6U);
    }

    void settle(const Ledger &) override
    {
        expectProgress();
        (void)numberOn(*m_board); // What a walker that was halted put at its end is whole, too.
        put(8);
        EXPECT_EQ(numberOn(*m_board), 8U);
    }

protected:
    Clipboard &board() { return *m_board; }
    Session &session() { return *m_session; }

    void put(std::uint32_t number)
    {
        expectProgress();
        const quint32 before = m_sequence;
        EXPECT_TRUE(m_board->put(contentOf(number)));
        expectProgress();
        EXPECT_GT(m_sequence, before);
    }

    /// The number of the board never goes back.
    void expectProgress()
    {
        const quint32 now = m_board->sequenceNumber();
        EXPECT_GE(now, m_sequence);
        m_sequence = now;
    }

private:
    std::optional<Session> m_session;
    std::unique_ptr<Clipboard> m_board;
    quint32 m_sequence = 0;
};

/// Puts one content after the other, some in vain, and clears the board.
class PuttingAndClearing : public ClipboardScenario
{
public:
    bool walk(Ledger &ledger) override
    {
        Clipboard own{Session::join().value()};
        for (const std::uint32_t number : {101U, 103U, 105U}) {
            if (!own.put(contentOf(number)))
                return false;
            ledger.acknowledged = number;
        }
        ledger.acknowledged = 0;
        const bool wasInVain = !own.putIf(0, contentOf(107));
        return wasInVain && own.clear() && own.put(contentOf(109));
    }

    void goOn(const Ledger &ledger) override
    {
        const std::uint32_t found = numberOn(board());
        if (const std::uint32_t last = ledger.acknowledged; last != 0) {
            EXPECT_TRUE(found == last || found == last + 2) << found << " in place of " << last;
        }
        ClipboardScenario::goOn(ledger);
    }
};
TELLWIRE_SCENARIO(PuttingAndClearing)

/// Comes to a board on which somebody who is dead had not finished.
class TidyingUpContents : public ClipboardScenario
{
public:
    void meet() override
    {
        ClipboardScenario::meet();
        QFile file(session().seat().directory().path() + QStringLiteral("/clip/00000000000000dd"));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly) && file.write("left") == 4);
    }

    bool walk(Ledger &) override
    {
        Clipboard own{Session::join().value()};
        return own.put(contentOf(101)).has_value();
    }
};
TELLWIRE_SCENARIO(TidyingUpContents)

/// Promises what somebody else asks for: one format that it makes, and one that it refuses.
class RenderingForOthers : public ClipboardScenario
{
public:
    bool walk(Ledger &) override
    {
        std::optional<Session> session = Session::join().value();
        auto own = std::make_unique<Clipboard>(*session);
        bool wasRefused = false;
        bool wasRendered = false;
        const bool isPut =
            own->put(Offer{}
                         .addDelayed(large(),
                                     [&]() -> Result<Payload> {
                                         wasRendered = true;
                                         return Payload{large(), bytesOf(101, lengthInFile)};
                                     })
                         .addDelayed(unwilling(),
                                     [&]() -> Result<Payload> {
                                         wasRefused = true;
                                         return Error{ErrorCode::Refused, QStringLiteral("no")};
                                     }))
                .has_value();
        const bool isDone =
            eventually([&] { return (wasRefused && wasRendered) || !own->isOwner(); }, serveSessions);
        own.reset();
        session.reset();
        return isPut && isDone;
    }

    void turn(std::chrono::milliseconds atMost) override
    {
        // A walker that was halted may put late, after others have put something.
        const ClipboardContent now = board().content();
        if (now.sequenceNumber() != m_asked && now.find(unwilling())) {
            m_asked = now.sequenceNumber();
            m_answers.push_back(board().get(unwilling()));
            m_answers.push_back(board().get(large()));
        }
        ClipboardScenario::turn(atMost);
    }

    void settle(const Ledger &ledger) override
    {
        for (const Reply<Payload> &answer : m_answers) {
            const Result<Payload> outcome = waitFor(answer, patience);
            if (outcome) {
                EXPECT_TRUE(isWhole(outcome->bytes()));
            } else {
                EXPECT_NE(outcome.error().code, ErrorCode::TimedOut);
            }
        }
        ClipboardScenario::settle(ledger);
    }

private:
    std::vector<Reply<Payload>> m_answers;
    quint32 m_asked = 0; ///< The content that it has asked for.
};
TELLWIRE_SCENARIO(RenderingForOthers)

/// Asks somebody else for what is promised.
class AskingForPromises : public ClipboardScenario
{
public:
    void meet() override
    {
        ClipboardScenario::meet();
        EXPECT_TRUE(board().put(Offer{}
                                    .addDelayed(large(),
                                                []() -> Result<Payload> {
                                                    return Payload{large(), bytesOf(102, lengthInFile)};
                                                })
                                    .addDelayed(Format::text(), []() -> Result<Payload> {
                                        return Payload{Format::text(), bytesOf(102, 1)};
                                    })));
    }

    bool walk(Ledger &) override
    {
        const Clipboard own{Session::join().value()};
        bool isRight = true;
        for (const Format &format : {large(), Format::text()}) {
            const Result<Payload> got = waitFor(own.get(format), patience);
            isRight = isRight && (got ? isWhole(got->bytes()) : got.error().code != ErrorCode::TimedOut);
        }
        return isRight;
    }

    void goOn(const Ledger &ledger) override
    {
        const Result<Payload> own = waitFor(board().get(large()), patience);
        EXPECT_TRUE(own && own->bytes() == bytesOf(102, lengthInFile));
        ClipboardScenario::goOn(ledger);
    }
};
TELLWIRE_SCENARIO(AskingForPromises)

/// Uses the exact face: a window empties the board, sets one format, promises another, and closes.
class UsingTheExactFace : public ClipboardScenario
{
public:
    bool walk(Ledger &) override
    {
        std::optional<Session> joined = Session::join().value();
        auto own = std::make_unique<ClipboardSession>(*joined);
        TestWindow window;
        window.onRender = [&](quint32 format) { (void)own->set(format, bytesOf(103, lengthInFile)); };
        bool isRight = own->createWindow(walkersWindow, window).has_value();
        isRight = eventually([&] { return own->open(walkersWindow).has_value(); }, serveSessions) && isRight;
        // Whoever puts something by the other face closes it under us.
        const auto isDone = [](const Result<void> &result) {
            return result || win32ErrorOf(result) == notOpen;
        };
        isRight = isDone(own->empty()) && isRight;
        isRight = isDone(own->set(exactFormat, bytesOf(101, lengthInFile))) && isRight;
        isRight = isDone(own->setPromised(exactFormat + 1)) && isRight;
        isRight = isDone(own->close()) && isRight;
        own.reset();
        joined.reset();
        return isRight;
    }

    void goOn(const Ledger &ledger) override
    {
        ClipboardScenario::goOn(ledger);
        ClipboardSession exact{session()};
        TestWindow window;
        EXPECT_TRUE(exact.createWindow(othersWindow, window));
        EXPECT_TRUE(eventually([&] { return exact.open(othersWindow).has_value(); }, serveSessions));
        EXPECT_TRUE(exact.empty());
        EXPECT_TRUE(exact.set(exactFormat, bytesOf(104, lengthInFile)));
        EXPECT_EQ(exact.get(exactFormat).value().value_or(QByteArray()), bytesOf(104, lengthInFile));
        EXPECT_TRUE(exact.close());
    }
};
TELLWIRE_SCENARIO(UsingTheExactFace)

} // namespace

} // namespace tellwire::test
