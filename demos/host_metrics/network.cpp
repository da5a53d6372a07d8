// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/network.h"

#include "demos/host_metrics/proc_text.h"

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr const char *file = "/proc/net/dev";
constexpr qsizetype linesOfHeading = 2;
constexpr qsizetype columns = 16;
constexpr qsizetype firstColumnOfSent = 8;

Traffic trafficFrom(const QList<quint64> &numbers, qsizetype first)
{
    return {numbers.at(first), numbers.at(first + 1), numbers.at(first + 2), numbers.at(first + 3)};
}

void addTotals(FigureList &list, const NetworkInterface &now)
{
    list.addAmount("receivedTotal", now.received.bytes, "B");
    list.addAmount("sentTotal", now.sent.bytes, "B");
    list.addAmount("receiveErrors", now.received.errors);
    list.addAmount("sendErrors", now.sent.errors);
    list.addAmount("receiveDrops", now.received.dropped);
    list.addAmount("sendDrops", now.sent.dropped);
}

void addRates(FigureList &list, const NetworkInterface &now, const NetworkInterface &before,
              std::chrono::duration<double> time)
{
    list.addRate("received", before.received.bytes, now.received.bytes, time, "B/s");
    list.addRate("sent", before.sent.bytes, now.sent.bytes, time, "B/s");
    list.addRate("receivedPackets", before.received.packets, now.received.packets, time, "1/s");
    list.addRate("sentPackets", before.sent.packets, now.sent.packets, time, "1/s");
}

} // namespace

Result<Network> parseNetwork(const QByteArray &text)
{
    const QList<QByteArrayView> lines = linesOf(text);
    if (lines.size() < linesOfHeading)
        return notUnderstood(file, text);
    Network network;
    for (const QByteArrayView line : lines.sliced(linesOfHeading)) {
        const std::optional<Halves> halves = partedAt(':', line); // old kernels put no blank after it
        const auto numbers = halves ? wholeNumbers(fieldsOf(halves->after), 0, columns) : std::nullopt;
        if (!numbers || halves->before.isEmpty())
            return notUnderstood(file, line);
        network.insert(halves->before.toByteArray(),
                       {trafficFrom(*numbers, 0), trafficFrom(*numbers, firstColumnOfSent)});
    }
    return network;
}

Result<Network> readNetwork() { return contentOf(file).and_then(parseNetwork); }

QList<Figure> networkFigures(const Network &now, const std::optional<Earlier<Network>> &before)
{
    FigureList list;
    for (auto interface = now.cbegin(); interface != now.cend(); ++interface) {
        list.setPart(QString::fromLocal8Bit(interface.key()));
        addTotals(list, interface.value());
        if (before && before->reading.contains(interface.key()))
            addRates(list, interface.value(), before->reading.value(interface.key()), before->age);
    }
    return list.figures();
}

} // namespace host_metrics
