// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/content_reader.h"

#include "clipboard/store/clipboard_handler.h"
#include "dde/transport/seat.h"
#include "dde/transport/system_calls.h"

#include <cerrno>

#include <sys/mman.h>
#include <unistd.h>

namespace tellwire::store {
namespace {

/// Keeps its file open.
class Mapping
{
public:
    Mapping(std::shared_ptr<const transport::FileDescriptor> file, quint64 offset, quint64 length)
        : m_file(std::move(file)),
          m_length(length),
          m_start(::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, m_file->get(), static_cast<off_t>(offset)))
    {}
    ~Mapping()
    {
        if (isValid())
            ::munmap(m_start, m_length);
    }
    Mapping(const Mapping &) = delete;
    Mapping &operator=(const Mapping &) = delete;

    bool isValid() const { return m_start != MAP_FAILED; }
    const char *start() const { return static_cast<const char *>(m_start); }

private:
    std::shared_ptr<const transport::FileDescriptor> m_file;
    quint64 m_length;
    void *m_start;
};

MappedContent inMemory(const QByteArray &bytes)
{
    const auto copy = std::make_shared<QByteArray>(bytes);
    return {copy, QByteArrayView{*copy}};
}

} // namespace

ContentReader::ContentReader(std::shared_ptr<transport::Seat> seat, BoardState state)
    : m_seat(std::move(seat)),
      m_state(std::move(state)),
      m_files(static_cast<std::size_t>(m_state.files.size()))
{}

Result<ContentReader::File> ContentReader::file(quint16 index)
{
    File &file = m_files.at(index);
    if (file)
        return file;
    Result<transport::FileDescriptor> opened =
        ClipboardHandler::of(*m_seat).volumes().open(m_state.files.at(index));
    if (!opened)
        return std::move(opened).error();
    file = std::make_shared<const transport::FileDescriptor>(*std::move(opened));
    return file;
}

Result<const StoredFormat *> ContentReader::stored(const Format &format) const
{
    const StoredFormat *found = m_state.find(format);
    const bool hasBytes =
        found && (found->kind == StoredFormat::Kind::Inline || found->kind == StoredFormat::Kind::InFile);
    if (!hasBytes)
        return Error{ErrorCode::FormatNotOffered,
                     QStringLiteral("read %1 from the board: it is not stored there").arg(format.name())};
    return found;
}

Result<void> ContentReader::keep()
{
    for (std::size_t index = 0; index < m_files.size(); ++index)
        if (const Result<File> opened = file(static_cast<quint16>(index)); !opened)
            return opened.error();
    return {};
}

Result<Payload> ContentReader::read(const Format &format)
{
    const Result<const StoredFormat *> found = stored(format);
    if (!found)
        return found.error();
    const StoredFormat &wanted = **found;
    if (wanted.kind == StoredFormat::Kind::Inline)
        return Payload{wanted.format, wanted.bytes};
    const Result<File> opened = file(wanted.file);
    if (!opened)
        return opened.error();
    Result<QByteArray> bytes = readPiece((*opened)->get(), wanted.offset, wanted.length);
    if (!bytes)
        return std::move(bytes).error();
    return Payload{wanted.format, *std::move(bytes)};
}

Result<MappedContent> ContentReader::map(const Format &format)
{
    const Result<const StoredFormat *> found = stored(format);
    if (!found)
        return found.error();
    const StoredFormat &wanted = **found;
    if (wanted.kind == StoredFormat::Kind::Inline || wanted.length == 0)
        return inMemory(wanted.bytes);
    const Result<File> opened = file(wanted.file);
    if (!opened)
        return opened.error();
    const auto page = static_cast<quint64>(::sysconf(_SC_PAGESIZE));
    const quint64 before = wanted.offset % page;
    const quint64 length = wanted.length + before;
    const QString attempt = QStringLiteral("map %1 bytes of the board").arg(wanted.length);
    if (m_seat->system().before(transport::SystemCalls::Call::Map) != 0)
        return transport::systemError(errno, attempt);
    const auto mapping = std::make_shared<Mapping>(*opened, wanted.offset - before, length);
    if (!mapping->isValid())
        return transport::systemError(errno, attempt);
    return MappedContent{mapping,
                         QByteArrayView{mapping->start() + before, static_cast<qsizetype>(wanted.length)},
                         (*opened)->get(), static_cast<qint64>(wanted.offset)};
}

} // namespace tellwire::store
