// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/memory.h"

#include "demos/host_metrics/proc_text.h"

#include <QHash>

#include <array>
#include <limits>

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr const char *file = "/proc/meminfo";

struct Field
{
    const char *key;
    quint64 Memory::*place;
};

constexpr std::array fields{
    Field{"MemTotal", &Memory::total},      Field{"MemAvailable", &Memory::available},
    Field{"MemFree", &Memory::free},        Field{"Buffers", &Memory::buffers},
    Field{"Cached", &Memory::cached},       Field{"Shmem", &Memory::shared},
    Field{"SwapTotal", &Memory::swapTotal}, Field{"SwapFree", &Memory::swapFree},
};

/// "24684092 kB"
std::optional<quint64> bytesIn(QByteArrayView amount)
{
    const QList<QByteArrayView> parts = fieldsOf(amount);
    if (parts.size() != 2 || parts.at(1) != "kB")
        return std::nullopt;
    const std::optional<quint64> kibibytes = wholeNumber(parts.at(0));
    if (!kibibytes || *kibibytes > std::numeric_limits<quint64>::max() / 1024)
        return std::nullopt;
    return *kibibytes * 1024;
}

QHash<QByteArrayView, QByteArrayView> amountsByKey(const QByteArray &text)
{
    QHash<QByteArrayView, QByteArrayView> amounts;
    for (const QByteArrayView line : linesOf(text))
        if (const std::optional<Halves> halves = partedAt(':', line))
            amounts.insert(halves->before, halves->after);
    return amounts;
}

quint64 difference(quint64 whole, quint64 rest) { return whole > rest ? whole - rest : 0; }

} // namespace

Result<Memory> parseMemory(const QByteArray &text)
{
    const QHash<QByteArrayView, QByteArrayView> amounts = amountsByKey(text);
    Memory memory;
    for (const Field &field : fields) {
        const QByteArrayView amount = amounts.value(field.key);
        const std::optional<quint64> bytes = bytesIn(amount);
        if (!bytes)
            return notUnderstood(file, QByteArray{field.key} + ": " + amount.toByteArray());
        memory.*field.place = *bytes;
    }
    return memory;
}

Result<Memory> readMemory() { return contentOf(file).and_then(parseMemory); }

QList<Figure> memoryFigures(const Memory &now, const std::optional<Earlier<Memory>> &)
{
    const quint64 used = difference(now.total, now.available);
    const quint64 swapUsed = difference(now.swapTotal, now.swapFree);

    FigureList list;
    list.addAmount("total", now.total, "B");
    list.addAmount("available", now.available, "B");
    list.addAmount("used", used, "B");
    list.addPercent("used%", static_cast<double>(used), static_cast<double>(now.total));
    list.addAmount("free", now.free, "B");
    list.addAmount("buffers", now.buffers, "B");
    list.addAmount("cached", now.cached, "B");
    list.addAmount("shared", now.shared, "B");
    list.setPart(QStringLiteral("swap"));
    list.addAmount("total", now.swapTotal, "B");
    list.addAmount("used", swapUsed, "B");
    list.addPercent("used%", static_cast<double>(swapUsed), static_cast<double>(now.swapTotal));
    return list.figures();
}

} // namespace host_metrics
