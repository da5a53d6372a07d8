// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/subject.h"

#include "demos/host_metrics/cpu.h"
#include "demos/host_metrics/disks.h"
#include "demos/host_metrics/load.h"
#include "demos/host_metrics/memory.h"
#include "demos/host_metrics/network.h"
#include "demos/host_metrics/processes.h"

namespace host_metrics {

QList<Subject> subjectsOfThisMachine()
{
    using namespace tellwire::literals;
    return {subjectOf("cpu"_topic, readCpu, cpuFigures),
            subjectOf("memory"_topic, readMemory, memoryFigures),
            subjectOf("load"_topic, readLoad, loadFigures),
            subjectOf("network"_topic, readNetwork, networkFigures),
            subjectOf("disks"_topic, readDisks, diskFigures),
            subjectOf("processes"_topic, readProcesses, processFigures)};
}

} // namespace host_metrics
