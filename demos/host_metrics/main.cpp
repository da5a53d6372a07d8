// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/publisher.h"
#include "demos/host_metrics/termination.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>

#include <cstdio>

using namespace tellwire;
using namespace host_metrics;

namespace {

struct Options
{
    int interval = 1000;
    std::string session = "default";
    quint64 samples = 0;
};

void describe(CLI::App &commandLine, Options &options)
{
    commandLine.add_option("--interval", options.interval, "Milliseconds between two samples")
        ->check(CLI::Range(Sampler::shortestInterval.count(), Sampler::longestInterval.count()))
        ->capture_default_str();
    commandLine.add_option("--session", options.session, "The session to publish in")->capture_default_str();
    commandLine.add_option("--count", options.samples, "End after so many samples; 0: never")
        ->capture_default_str();
}

int fail(const Error &reason)
{
    std::fprintf(stderr, "host_metrics: %s\n", qPrintable(reason.detail));
    return EXIT_FAILURE;
}

int publish(QCoreApplication &application, const Options &options)
{
    const Termination termination;
    const Result<Session> session = Session::join(QString::fromStdString(options.session));
    if (!session)
        return fail(session.error());

    Sampler sampler{subjectsOfThisMachine(), std::chrono::milliseconds{options.interval}};
    const Publisher publisher{*session, sampler};
    QObject::connect(&termination, &Termination::wanted, &application, &QCoreApplication::quit);
    QObject::connect(&publisher, &Publisher::failed, &application,
                     [](const Error &reason) { QCoreApplication::exit(fail(reason)); });
    QObject::connect(&publisher, &Publisher::published, &application, [&options] {
        std::printf("Host is published in session %s. Ctrl-C ends it.\n", options.session.c_str());
        std::fflush(stdout);
    });
    QObject::connect(&publisher, &Publisher::shown, &application, [&options](quint64 samples) {
        if (samples == options.samples)
            QCoreApplication::quit();
    });
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application{argc, argv};
    Options options;
    CLI::App commandLine{"Publishes what this machine is doing as the service Host"};
    describe(commandLine, options);
    CLI11_PARSE(commandLine, argc, argv);
    return publish(application, options);
}
