// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>

/// What the texts below /proc and /sys have in common: lines, fields between blanks, numbers.
namespace host_metrics {

QList<QByteArrayView> linesOf(QByteArrayView text);
QList<QByteArrayView> fieldsOf(QByteArrayView line);

/// What stands before and after a character, without the blanks around it.
struct Halves
{
    QByteArrayView before;
    QByteArrayView after;
};

/// Parts the text where the character comes first; empty if it does not come.
std::optional<Halves> partedAt(char character, QByteArrayView text);

/// Digits and nothing else; empty if there is anything else or it does not fit.
std::optional<quint64> wholeNumber(QByteArrayView field);

/// Like 0.52; neither infinite nor without a value.
std::optional<double> decimalNumber(QByteArrayView field);

/// Whole numbers in the fields from `first` on; empty if there are fewer than `count`, or one is no number.
std::optional<QList<quint64>> wholeNumbers(const QList<QByteArrayView> &fields, qsizetype first,
                                           qsizetype count);

/// BadData, naming the file and the line that is not as it should be.
tellwire::Error notUnderstood(const char *file, QByteArrayView line);

/// Error: NoSuchItem if the file is not there or may not be read.
tellwire::Result<QByteArray> contentOf(const char *file);

} // namespace host_metrics
