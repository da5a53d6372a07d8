// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/board_state.h"

#include "clipboard/store/render_message.h"
#include "clipboard/store/transitions.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include <unistd.h>

// States as functions of states, and what becomes of them as bytes.

namespace tellwire::store {

namespace {

StoredFormat inlined(const Format &format, const QByteArray &bytes)
{
    return {.format = format, .kind = StoredFormat::Kind::Inline, .bytes = bytes};
}

StoredFormat promised(const Format &format)
{
    return {.format = format, .kind = StoredFormat::Kind::Promised};
}

StoredFormat inFile(const Format &format, quint16 file, quint64 offset, quint64 length)
{
    return {.format = format,
            .kind = StoredFormat::Kind::InFile,
            .file = file,
            .offset = offset,
            .length = length};
}

BoardState filledState()
{
    BoardState state = emptied({}, ownOwner(7, 8));
    state.stamp = 9;
    state.locale = 0x407;
    state.opener = {.peer = 1, .window = 2, .thread = 3, .hasChanged = true};
    state = withFile(state, {.volume = VolumeKind::Memory, .name = 5, .size = 100});
    state = withFormat(state, inlined(Format::text(), "chart"));
    state = withFormat(state, promised(Format::png()));
    return withFormat(state, inFile(Format::html(), 0, 40, 60));
}

} // namespace

TEST(ABoardState, ComesBackFromItsBytes)
{
    const BoardState state = filledState();

    const Result<DecodedState> decoded = decodeState(encodeState(state));

    ASSERT_TRUE(decoded) << decoded.error().detail.toStdString();
    EXPECT_EQ(decoded->state, state);
    EXPECT_FALSE(decoded->indexPlace);
}

TEST(ABoardState, ComesBackFromABodyAndAnIndex)
{
    const BoardState state = filledState();
    const ContentPlace place{.volume = VolumeKind::Cache, .name = 77, .size = 1000};

    Result<DecodedState> decoded = decodeState(encodeState(state, place));

    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->indexPlace, place);
    EXPECT_TRUE(decoded->state.formats.isEmpty());
    ASSERT_TRUE(decodeIndex(encodeIndex(state), decoded->state));
    EXPECT_EQ(decoded->state, state);
}

TEST(ABoardState, IsRefusedWhenItIsCutShortOrTooLong)
{
    const QByteArray whole = encodeState(filledState());

    for (qsizetype length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(decodeState(whole.first(length))) << length;
    EXPECT_FALSE(decodeState(whole + '\0'));
}

TEST(ABoardState, IsRefusedWhenItMakesNoSense)
{
    using Damage = std::function<void(BoardState &)>;
    const std::vector<Damage> damages{
        [](BoardState &state) { state.formats[2].file = 1; },
        [](BoardState &state) { state.formats[2].offset = 41; },
        [](BoardState &state) { state.formats[2].length = ~quint64{0}; },
        [](BoardState &state) { state.formats[2].format = Format::text(); },
        [](BoardState &state) { state.files[0].size = 0; },
        [](BoardState &state) { state.files[0].volume = static_cast<VolumeKind>(4); },
        [](BoardState &state) { state.formats[1].kind = static_cast<StoredFormat::Kind>(5); },
        [](BoardState &state) { state.formats[0].bytes = QByteArray(BoardState::maxInlineBytes + 1, 'x'); },
        [](BoardState &state) {
            state.formats[0].bytes = QByteArray(2000, 'x');
            state.formats.append(inlined(Format::json(), QByteArray(2000, 'x')));
        },
    };

    for (std::size_t index = 0; index < damages.size(); ++index) {
        BoardState state = filledState();
        damages[index](state);
        EXPECT_FALSE(decodeState(encodeState(state))) << index;
    }
}

TEST(ABoardState, OfANewerVersionIsKnownAsSuch)
{
    QByteArray body = encodeState(filledState());
    body[4] = 2;

    EXPECT_EQ(decodeState(body).error().code, ErrorCode::VersionMismatch);
}

TEST(ABoardState, IsReadWithCareWhateverTheBytesAre)
{
    std::mt19937 random{20240601}; // NOLINT(cert-msc*): the same every time.
    const QByteArray whole = encodeState(filledState());

    for (int round = 0; round < 20'000; ++round) {
        QByteArray bytes = whole;
        for (unsigned changes = 1 + (random() % 4); changes > 0; --changes)
            bytes[static_cast<qsizetype>(random() % static_cast<unsigned>(bytes.size()))] =
                static_cast<char>(random());
        const Result<DecodedState> decoded = decodeState(bytes);
        if (!decoded)
            continue;
        for (const StoredFormat &stored : decoded->state.formats)
            if (stored.kind == StoredFormat::Kind::InFile) {
                ASSERT_LT(stored.file, decoded->state.files.size());
                ASSERT_LE(stored.offset + stored.length, decoded->state.files[stored.file].size);
            }
    }
}

TEST(ATransition, CountsAsWin32Does)
{
    const BoardState empty = emptied({}, ownOwner(1));
    const BoardState one = withFormat(empty, promised(Format::png()));
    const BoardState again = withFormat(one, promised(Format::png()));
    const BoardState kept = rendered(again, inlined(Format::png(), "image"));

    EXPECT_EQ(empty.sequence, 1U);
    EXPECT_EQ(one.sequence, 2U);
    EXPECT_EQ(again.sequence, 3U);
    EXPECT_EQ(kept.sequence, 3U);
    EXPECT_EQ(closed(opened(kept, {.peer = 5})).sequence, 3U);
    EXPECT_EQ(released(again).sequence, 4U);
    EXPECT_EQ(released(kept).sequence, 3U);
}

TEST(ATransition, KeepsTheOrderOfPlacement)
{
    BoardState state = emptied({}, ownOwner(1));
    state = withFormat(state, promised(Format::png()));
    state = withFormat(state, inlined(Format::text(), "one"));

    state = withFormat(state, inlined(Format{QStringLiteral("IMAGE/PNG")}, "image"));

    ASSERT_EQ(state.formats.size(), 2);
    EXPECT_EQ(state.formats[0].bytes, "image");
    EXPECT_EQ(state.formats[1].bytes, "one");
}

TEST(ATransition, RendersOnlyWhatHasNoBytes)
{
    BoardState state = emptied({}, ownOwner(1));
    state = withFormat(state, inlined(Format::text(), "one"));

    EXPECT_EQ(rendered(state, inlined(Format::text(), "two")), state);
    EXPECT_EQ(rendered(state, inlined(Format::png(), "two")), state);
}

TEST(ATransition, TakesWhatADeadPeerHeld)
{
    BoardState state = opened(emptied({}, ownOwner(1, 4)), {.peer = 1, .window = 4});
    state = withFormat(state, promised(Format::png()));
    state = withFormat(state, inlined(Format::text(), "one"));

    const BoardState bereft = withoutPeer(state, 1);

    EXPECT_FALSE(bereft.isOpen());
    EXPECT_EQ(bereft.owner.peer, 0U);
    EXPECT_EQ(bereft.owner.pid, static_cast<quint32>(getpid()));
    EXPECT_EQ(bereft.formats.size(), 1);
    EXPECT_EQ(withoutPeer(state, 2), state);
}

TEST(ATransition, ForgetsFilesThatNothingRefersTo)
{
    BoardState state = emptied({}, ownOwner(1));
    for (const quint64 name : {1, 2, 3})
        state = withFile(state, {.volume = VolumeKind::Session, .name = name, .size = 10});
    state = withFormat(state, inFile(Format::png(), 2, 0, 10));

    const BoardState lean = withoutUnusedFiles(state);

    ASSERT_EQ(lean.files.size(), 1);
    EXPECT_EQ(lean.files[0].name, 3U);
    EXPECT_EQ(lean.formats[0].file, 0);
}

TEST(ARenderMessage, ComesBackFromItsBytes)
{
    const Error reason{ErrorCode::Busy, QStringLiteral("drawing"), 3, std::chrono::milliseconds{20}};
    Error read{ErrorCode::Refused, {}};

    const Result<Asking> asked = decodeRender(encodeRender(5, {77, Format::png()}));
    const auto bytes = decodeRendered(encodeRendered(5, QByteArray{"image"}));
    const auto onBoard = decodeRendered(encodeRendered(5, std::nullopt));
    const Result<void> refused = decodeRefused(encodeRefused(5, reason), read);

    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->content, 77U);
    EXPECT_EQ(asked->format, Format::png());
    ASSERT_TRUE(bytes && onBoard);
    EXPECT_EQ(*bytes, QByteArray{"image"});
    EXPECT_EQ(*onBoard, std::nullopt);
    ASSERT_TRUE(refused);
    EXPECT_EQ(read, reason);
}

TEST(ARenderMessage, IsRefusedWhenItIsMalformed)
{
    Error read{ErrorCode::Refused, {}};
    const transport::Message render = encodeRender(5, {77, Format::png()});
    const transport::Message refused = encodeRefused(5, {ErrorCode::Busy, QStringLiteral("drawing")});

    for (qsizetype length = 0; length < render.head.size(); ++length)
        EXPECT_FALSE(decodeRender({.type = render.type, .id = 5, .head = render.head.first(length)}));
    for (qsizetype length = 0; length < refused.head.size(); ++length)
        EXPECT_FALSE(
            decodeRefused({.type = refused.type, .id = 5, .head = refused.head.first(length)}, read));
    EXPECT_FALSE(decodeRender({.type = render.type, .flags = 1, .head = render.head}));
    EXPECT_FALSE(decodeRender({.type = render.type, .head = render.head, .payload = "x"}));
    EXPECT_FALSE(decodeRendered({.type = 0x41, .flags = 2}));
    EXPECT_FALSE(decodeRendered({.type = 0x41, .flags = 1, .payload = "x"}));
    EXPECT_FALSE(decodeRendered({.type = 0x41, .head = "x"}));
}

} // namespace tellwire::store
