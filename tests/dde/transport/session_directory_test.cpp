// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/session_directory.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

QProcessEnvironment environmentWith(const QString &variable, const QString &value)
{
    QProcessEnvironment environment;
    environment.insert(variable, value);
    return environment;
}

QProcessEnvironment basedOn(const QString &path)
{
    return environmentWith(QStringLiteral("TELLWIRE_DIRECTORY"), path);
}

Result<SessionDirectory> openIn(const QTemporaryDir &base)
{
    return SessionDirectory::openOrCreate(QStringLiteral("test"), basedOn(base.path()));
}

mode_t modeOf(const QString &path)
{
    struct stat status
    {};
    return ::lstat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode : 0;
}

class RemoteDisk final : public SystemCalls
{
public:
    int fileSystem(int file, struct statfs &answer) override
    {
        const int outcome = SystemCalls::fileSystem(file, answer);
        answer.f_type = 0x6969; // NFS
        return outcome;
    }
};

TEST(ASessionDirectory, HasItsFoldersForItsUserAlone)
{
    const QTemporaryDir base;

    const auto directory = openIn(base);

    ASSERT_TRUE(directory.has_value());
    EXPECT_EQ(directory->path(), base.path() + QStringLiteral("/tellwire/1/test"));
    for (const char *folder : {"", "/peers", "/clip", "/tmp"})
        EXPECT_EQ(modeOf(directory->path() + QLatin1String(folder)), mode_t{S_IFDIR | 0700}) << folder;
}

TEST(ASessionDirectory, IsTheSameForWhoeverComesSecond)
{
    const QTemporaryDir base;
    const auto first = openIn(base);

    const auto second = openIn(base);

    ASSERT_TRUE(first && second);
    struct stat one
    {};
    struct stat other
    {};
    ASSERT_EQ(::fstat(first->descriptor(), &one) + ::fstat(second->descriptor(), &other), 0);
    EXPECT_EQ(one.st_ino, other.st_ino);
}

TEST(ASessionDirectory, RefusesWhatIsNoName)
{
    const QTemporaryDir base;
    const QString withZero = QStringLiteral("a") + QChar::Null;

    for (const QString &name : {QString(), QStringLiteral("."), QStringLiteral(".."), QStringLiteral("a/b"),
                                withZero, QString(65, QLatin1Char('a')), QString(QChar(0xD800))}) {
        const auto directory = SessionDirectory::openOrCreate(name, basedOn(base.path()));

        ASSERT_FALSE(directory.has_value()) << name.toStdString();
        EXPECT_EQ(directory.error().code, ErrorCode::BadData);
    }
}

TEST(ASessionDirectory, TakesTheLongestName)
{
    const QTemporaryDir base;

    const auto directory = SessionDirectory::openOrCreate(QString(64, QChar(0x6F22)), basedOn(base.path()));

    EXPECT_TRUE(directory.has_value());
}

TEST(ASessionDirectory, RefusesALinkInItsPlace)
{
    const QTemporaryDir base;
    const QTemporaryDir elsewhere;
    ASSERT_TRUE(QFile::link(elsewhere.path(), base.path() + QStringLiteral("/tellwire")));

    const auto directory = openIn(base);

    ASSERT_FALSE(directory.has_value());
    EXPECT_EQ(directory.error().code, ErrorCode::AccessDenied);
}

TEST(ASessionDirectory, RefusesAFileInItsPlace)
{
    const QTemporaryDir base;
    QFile file{base.path() + QStringLiteral("/tellwire")};
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));

    const auto directory = openIn(base);

    ASSERT_FALSE(directory.has_value());
    EXPECT_EQ(directory.error().code, ErrorCode::AccessDenied);
    EXPECT_TRUE(directory.error().detail.contains(
        file.fileName() + QStringLiteral(" is a link or a file, not a directory; remove it")));
}

TEST(ASessionDirectory, RefusesALinkInThePlaceOfAFolder)
{
    for (const QString &folder : {QStringLiteral("peers"), QStringLiteral("clip"), QStringLiteral("tmp")}) {
        const QTemporaryDir base;
        const QTemporaryDir elsewhere;
        const QString place = openIn(base)->path() + QLatin1Char('/') + folder;
        ASSERT_TRUE(QDir().rmdir(place) && QFile::link(elsewhere.path(), place));

        const auto directory = openIn(base);

        ASSERT_FALSE(directory.has_value());
        EXPECT_EQ(directory.error().code, ErrorCode::AccessDenied);
        EXPECT_TRUE(directory.error().detail.startsWith(place + QStringLiteral(" is a link")));
    }
}

TEST(ASessionDirectory, DoesNotLieWhereOthersCouldTakeItAway)
{
    const QTemporaryDir base;
    const QByteArray path = QFile::encodeName(base.path());
    ASSERT_EQ(::chmod(path.constData(), 0777), 0);

    const auto open = openIn(base);
    ASSERT_EQ(::chmod(path.constData(), S_ISVTX | 0777), 0);
    const auto sticky = openIn(base);

    ASSERT_FALSE(open.has_value());
    EXPECT_EQ(open.error().code, ErrorCode::AccessDenied);
    EXPECT_TRUE(open.error().detail.contains(QStringLiteral("chmod go-w ") + base.path()));
    EXPECT_TRUE(sticky.has_value());
}

TEST(ASessionDirectory, DoesNotLieInSomebodyElsesDirectory)
{
    const QTemporaryDir base;
    if (::chown(QFile::encodeName(base.path()).constData(), 12345, 12345) != 0)
        GTEST_SKIP() << "only the superuser can give a directory away";

    const auto directory = openIn(base);

    ASSERT_FALSE(directory.has_value());
    EXPECT_EQ(directory.error().code, ErrorCode::AccessDenied);
    EXPECT_TRUE(
        directory.error().detail.startsWith(base.path() + QStringLiteral(" belongs to another user")));
}

TEST(ASessionDirectory, SaysHowToCloseADirectoryThatIsOpenToOthers)
{
    const QTemporaryDir base;
    const QString open = base.path() + QStringLiteral("/tellwire");
    ASSERT_EQ(::mkdir(QFile::encodeName(open).constData(), 0700), 0);
    ASSERT_EQ(::chmod(QFile::encodeName(open).constData(), 0750), 0);

    const auto directory = openIn(base);

    ASSERT_FALSE(directory.has_value());
    EXPECT_EQ(directory.error().code, ErrorCode::AccessDenied);
    EXPECT_TRUE(directory.error().detail.contains(QStringLiteral("chmod 700 ") + open));
}

TEST(ASessionDirectory, RefusesWhatBelongsToAnotherUser)
{
    const QTemporaryDir base;
    const QByteArray foreign = QFile::encodeName(base.path() + QStringLiteral("/tellwire"));
    ASSERT_EQ(::mkdir(foreign.constData(), 0700), 0);
    if (::chown(foreign.constData(), 12345, 12345) != 0)
        GTEST_SKIP() << "only the superuser can give a directory away";

    const auto directory = openIn(base);

    ASSERT_FALSE(directory.has_value());
    EXPECT_EQ(directory.error().code, ErrorCode::AccessDenied);
}

TEST(ASessionDirectory, RefusesANetworkFileSystem)
{
    const QTemporaryDir base;
    RemoteDisk calls;

    const auto directory =
        SessionDirectory::openOrCreate(QStringLiteral("test"), basedOn(base.path()), calls);

    ASSERT_FALSE(directory.has_value());
    EXPECT_EQ(directory.error().code, ErrorCode::Refused);
}

TEST(ASessionDirectory, RefusesARelativeBase)
{
    const auto directory =
        SessionDirectory::openOrCreate(QStringLiteral("test"), basedOn(QStringLiteral("here")));

    ASSERT_FALSE(directory.has_value());
    EXPECT_EQ(directory.error().code, ErrorCode::BadData);
}

TEST(ASessionDirectory, LiesInTheRuntimeDirectoryUnlessSomebodyChoseAnother)
{
    const QTemporaryDir runtime;
    const QTemporaryDir chosen;
    auto environment = environmentWith(QStringLiteral("XDG_RUNTIME_DIR"), runtime.path());

    const auto usual = SessionDirectory::openOrCreate(QStringLiteral("test"), environment);
    environment.insert(QStringLiteral("TELLWIRE_DIRECTORY"), chosen.path());
    const auto explicitly = SessionDirectory::openOrCreate(QStringLiteral("test"), environment);

    ASSERT_TRUE(usual && explicitly);
    EXPECT_TRUE(usual->path().startsWith(runtime.path()));
    EXPECT_TRUE(explicitly->path().startsWith(chosen.path()));
}

TEST(ASessionDirectory, FallsBackToAFolderOfTheUserInTheTemporaryDirectory)
{
    const QString user = QString::number(::geteuid());
    if (QDir(QStringLiteral("/run/user/") + user).exists())
        GTEST_SKIP() << "this machine has a runtime directory";
    const QTemporaryDir temporary;

    const auto directory = SessionDirectory::openOrCreate(
        QStringLiteral("test"), environmentWith(QStringLiteral("TMPDIR"), temporary.path()));

    ASSERT_TRUE(directory.has_value());
    const QString own = temporary.path() + QStringLiteral("/tellwire-") + user;
    EXPECT_TRUE(directory->path().startsWith(own));
    EXPECT_EQ(modeOf(own), mode_t{S_IFDIR | 0700});
}

TEST(ASessionDirectory, KnowsThatItWasRemoved)
{
    const QTemporaryDir base;
    const auto directory = openIn(base);
    ASSERT_TRUE(directory && !directory->isLost());

    QDir(directory->path()).removeRecursively();

    EXPECT_TRUE(directory->isLost());
}

TEST(ASessionDirectory, NamesSocketsThatFitHoweverDeepItLies)
{
    QTemporaryDir base;
    const QString deep = base.path() + QLatin1Char('/') + QString(200, QLatin1Char('d'));
    ASSERT_TRUE(QDir().mkdir(deep));
    const auto directory = SessionDirectory::openOrCreate(QStringLiteral("test"), basedOn(deep));
    ASSERT_TRUE(directory.has_value());

    const QByteArray path = directory->socketPath("peers", "0123456789abcdef.sock");
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    ASSERT_LT(std::size_t(path.size()), sizeof address.sun_path);
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address);

    EXPECT_EQ(bound, 0);
    EXPECT_TRUE(QFile::exists(directory->path() + QStringLiteral("/peers/0123456789abcdef.sock")));
}

TEST(ASessionDirectory, NamesTheOtherLayoutsBesideIt)
{
    const QTemporaryDir base;
    const auto directory = openIn(base);
    ASSERT_TRUE(QDir(base.path()).mkdir(QStringLiteral("tellwire/2")));

    EXPECT_EQ(directory->otherLayouts(), QStringList{QStringLiteral("2")});
}

} // namespace
} // namespace tellwire::transport
