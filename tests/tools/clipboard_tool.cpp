// SPDX-License-Identifier: Apache-2.0
#include "tests/tools/clipboard_tool.h"

#include "tests/support/line_channel.h"
#include "tests/support/wait_readable.h"

#include <gtest/gtest.h>

#include <QFile>

#include <unistd.h>

namespace tellwire::test {

namespace {

nlohmann::json listed(const char *board)
{
    return run(words("paste --list --json --board") << QString::fromUtf8(board)).json();
}

} // namespace

QStringList words(const char *line) { return QString::fromUtf8(line).split(u' '); }

QByteArray pasted(const char *type)
{
    const Finished paste = run(words("paste --type") << QString::fromUtf8(type));
    EXPECT_EQ(paste.exitCode, 0) << paste.errors.constData();
    return paste.output;
}

QByteArray typesOn(const char *board)
{
    QByteArrayList types;
    const nlohmann::json list = listed(board);
    for (const nlohmann::json &format : list["formats"])
        if (format["source"] != "converted")
            types.append(QByteArray::fromStdString(format["name"].get<std::string>()));
    return types.join(' ');
}

pid_t ownerOf(const char *board)
{
    const nlohmann::json list = listed(board);
    return list.contains("owner") ? list["owner"]["pid"].get<pid_t>() : -1;
}

bool ends(int processDescriptor)
{
    const bool hasEnded = waitReadable(processDescriptor, patience);
    close(processDescriptor);
    return hasEnded;
}

bool isGone(pid_t process)
{
    QFile status{QStringLiteral("/proc/%1/stat").arg(process)};
    return !status.open(QIODevice::ReadOnly) || status.readAll().contains(") Z ");
}

QString fileWith(const QTemporaryDir &directory, const char *name, const QByteArray &content)
{
    QFile file{directory.filePath(QString::fromUtf8(name))};
    EXPECT_TRUE(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    return file.fileName();
}

QByteArray contentOf(const QString &file)
{
    QFile opened{file};
    EXPECT_TRUE(opened.open(QIODevice::ReadOnly)) << file.toStdString();
    return opened.readAll();
}

} // namespace tellwire::test
