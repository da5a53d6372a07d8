// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/board_state.h"
#include "clipboard/store/byte_reader.h"
#include "clipboard/store/byte_writer.h"

#include <QSet>

// The layout is in docs/protocol.md, "Clipboard".
namespace tellwire::store {
namespace {

constexpr quint32 magic = 0x44425754; // "TWBD"; so that rubbish is no newer version.
constexpr quint8 version = 1;
constexpr qsizetype maxNameBytes = 3 * Format::maxNameLength; // A UTF-16 unit becomes three bytes at most.
constexpr qsizetype maxProgramBytes = 255;

enum class Form : quint8 { Whole = 0, IndexInFile = 1 };

// Writing

void writePlace(ByteWriter &writer, const ContentPlace &place)
{
    writer.number(static_cast<quint8>(place.volume));
    writer.number(place.name);
    writer.number(place.size);
}

void writeFormat(ByteWriter &writer, const StoredFormat &stored)
{
    writer.number(static_cast<quint8>(stored.kind));
    writer.text(stored.format.name());
    if (stored.kind == StoredFormat::Kind::Inline)
        writer.bytes(stored.bytes);
    if (stored.kind != StoredFormat::Kind::InFile)
        return;
    writer.number(stored.file);
    writer.number(stored.offset);
    writer.number(stored.length);
}

void writeOwner(ByteWriter &writer, const BoardOwner &owner)
{
    writer.number(owner.peer);
    writer.number(owner.window);
    writer.number(owner.pid);
    writer.number(owner.uid);
    writer.number(owner.gid);
    QString program = owner.program;
    while (program.toUtf8().size() > maxProgramBytes)
        program.chop(1);
    writer.text(program);
}

void writeOpener(ByteWriter &writer, const BoardOpener &opener)
{
    writer.number(opener.peer);
    writer.number(opener.window);
    writer.number(opener.thread);
    writer.number(quint8{opener.hasChanged});
}

// Reading

void readPlace(ByteReader &reader, ContentPlace &place)
{
    const auto volume = reader.number<quint8>();
    reader.require(volume >= 1 && volume <= static_cast<quint8>(VolumeKind::Cache), "a volume is unknown");
    place.volume = static_cast<VolumeKind>(volume);
    reader.number(place.name);
    reader.number(place.size);
    reader.require(place.size > 0, "a file is empty");
}

Format readName(ByteReader &reader)
{
    const QString name = reader.text(maxNameBytes);
    Result<Format> format = Format::fromName(name);
    reader.require(format.has_value(), "a format has no legal name");
    return format ? *std::move(format) : Format::text();
}

void readBytes(ByteReader &reader, StoredFormat &stored, const BoardState &state)
{
    if (stored.kind == StoredFormat::Kind::Inline)
        stored.bytes = reader.bytes(BoardState::maxInlineBytes);
    if (stored.kind != StoredFormat::Kind::InFile)
        return;
    reader.number(stored.file);
    reader.number(stored.offset);
    reader.number(stored.length);
    reader.require(stored.file < state.files.size(), "a format lies in a file that is not named");
    if (reader.hasComplaint())
        return;
    const quint64 size = state.files[stored.file].size;
    reader.require(stored.offset <= size && stored.length <= size - stored.offset,
                   "a format lies outside its file");
}

void readIndex(ByteReader &reader, BoardState &state)
{
    for (quint16 left = reader.count(BoardState::maxFiles); left > 0 && !reader.hasComplaint(); --left)
        readPlace(reader, state.files.emplaceBack());
    QSet<Format> names;
    for (quint16 left = reader.count(BoardState::maxFormats); left > 0 && !reader.hasComplaint(); --left) {
        const auto kind = reader.number<quint8>();
        reader.require(kind >= 1 && kind <= static_cast<quint8>(StoredFormat::Kind::Synthesised),
                       "a kind of format is unknown");
        StoredFormat stored{.format = readName(reader), .kind = static_cast<StoredFormat::Kind>(kind)};
        readBytes(reader, stored, state);
        reader.require(!names.contains(stored.format), "a format is there twice");
        names.insert(stored.format);
        state.formats.append(std::move(stored));
    }
    reader.require(state.inlineBytes() <= BoardState::maxInlineBytes, "it holds too many bytes");
}

void readOwner(ByteReader &reader, BoardOwner &owner)
{
    reader.number(owner.peer);
    reader.number(owner.window);
    reader.number(owner.pid);
    reader.number(owner.uid);
    reader.number(owner.gid);
    owner.program = reader.text(maxProgramBytes);
}

void readOpener(ByteReader &reader, BoardOpener &opener)
{
    reader.number(opener.peer);
    reader.number(opener.window);
    reader.number(opener.thread);
    const auto hasChanged = reader.number<quint8>();
    reader.require(hasChanged <= 1, "a choice is unknown");
    opener.hasChanged = hasChanged == 1;
}

} // namespace

QByteArray encodeIndex(const BoardState &state)
{
    ByteWriter writer;
    writer.number(static_cast<quint16>(state.files.size()));
    for (const ContentPlace &place : state.files)
        writePlace(writer, place);
    writer.number(static_cast<quint16>(state.formats.size()));
    for (const StoredFormat &stored : state.formats)
        writeFormat(writer, stored);
    return writer.take();
}

QByteArray encodeState(const BoardState &state, const std::optional<ContentPlace> &indexPlace)
{
    ByteWriter writer;
    writer.number(magic);
    writer.number(version);
    writer.number(static_cast<quint8>(indexPlace ? Form::IndexInFile : Form::Whole));
    writer.number(quint16{0});
    writer.number(state.stamp);
    writer.number(state.content);
    writer.number(state.sequence);
    writer.number(state.locale);
    writer.number(state.flags);
    writer.number(state.time);
    writeOwner(writer, state.owner);
    writeOpener(writer, state.opener);
    writer.number(state.viewer.peer);
    writer.number(state.viewer.window);
    writer.number(state.notices);
    if (indexPlace) {
        writePlace(writer, *indexPlace);
        return writer.take();
    }
    return writer.take() + encodeIndex(state);
}

Result<DecodedState> decodeState(QByteArrayView body)
{
    ByteReader reader{body};
    reader.require(reader.number<quint32>() == magic, "it does not begin as it should");
    const auto written = reader.number<quint8>();
    if (!reader.hasComplaint() && written > version)
        return Error{
            ErrorCode::VersionMismatch,
            QStringLiteral("read the board: a newer version of the library has put something there")};
    reader.require(written == version, "the version is unknown");
    DecodedState decoded;
    BoardState &state = decoded.state;
    const auto form = reader.number<quint8>();
    reader.require(form <= static_cast<quint8>(Form::IndexInFile), "the form is unknown");
    reader.require(reader.number<quint16>() == 0, "a reserved field is not zero");
    reader.number(state.stamp);
    reader.number(state.content);
    reader.number(state.sequence);
    reader.number(state.locale);
    reader.number(state.flags);
    reader.number(state.time);
    readOwner(reader, state.owner);
    readOpener(reader, state.opener);
    reader.number(state.viewer.peer);
    reader.number(state.viewer.window);
    reader.number(state.notices);
    if (form == static_cast<quint8>(Form::Whole)) {
        readIndex(reader, state);
    } else {
        readPlace(reader, decoded.indexPlace.emplace());
        reader.require(decoded.indexPlace->size <= quint64{maxIndexLength}, "its index is too long");
    }
    if (Result<void> finished = reader.finish(); !finished)
        return std::move(finished).error();
    return decoded;
}

Result<void> decodeIndex(QByteArrayView index, BoardState &state)
{
    ByteReader reader{index};
    readIndex(reader, state);
    Result<void> finished = reader.finish();
    if (!finished) {
        state.formats.clear();
        state.files.clear();
    }
    return finished;
}

} // namespace tellwire::store
