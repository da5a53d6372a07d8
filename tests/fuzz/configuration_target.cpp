// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/configuration.h"
#include "dde/transport/file_descriptor.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/log_repair.h"

#include <QProcessEnvironment>

using namespace tellwire;
using namespace tellwire::transport;

/// The value of a variable, and behind a zero the file.
TELLWIRE_FUZZ(configuration)
{
    const QByteArray variable = input.line();
    const QByteArray content = input.rest();
    const FileDescriptor file{
        fuzz::fileOf(std::as_bytes(std::span{content.constData(), std::size_t(content.size())}))};
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("TELLWIRE_CONFIG"), QStringLiteral("/proc/self/fd/%1").arg(file.get()));
    if (!variable.isEmpty())
        environment.insert(QStringLiteral("TELLWIRE_MAX_PEERS"), QString::fromUtf8(variable));

    const Result<Configuration> loaded = Configuration::load(environment);

    if (!loaded) {
        fuzz::promise(loaded.error().code == ErrorCode::BadData, "a bad configuration is bad data");
        return;
    }
    fuzz::promise(loaded->payloadLimit >= 1 && loaded->payloadLimit <= std::uint64_t{1} << 30 &&
                      loaded->maxPeers >= 1 && loaded->maxPeers <= 1U << 16 && loaded->clipboardVolumes <= 3,
                  "limits are within their own limits");
}
