# SPDX-License-Identifier: Apache-2.0
#
# Plants one line after the other in an empty tree and looks whether CheckClocks.cmake finds it.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_check.cmake")

set(check ${CMAKE_COMMAND} "-Droot=${scratch}" -P "${CMAKE_CURRENT_LIST_DIR}/../../cmake/CheckClocks.cmake")

function(plant file line)
    file(REMOVE_RECURSE "${scratch}")
    file(WRITE "${scratch}/${file}" "${line}\n")
endfunction()

function(allowed file line)
    plant("${file}" "${line}")
    expect_pass("${line} in ${file}" ${check})
endfunction()

function(offence file line)
    plant("${file}" "${line}")
    expect_failure("${line} in ${file}" "${file}: the time of day may jump: ${line}" ${check})
endfunction()

allowed(dde/transport/seat.cpp       "const auto end = std::chrono::steady_clock::now() + limit")
allowed(conversations/engine/item.h  "SourceTime time = SourceTime::clock::now()")
allowed(conversations/update.h       "using SourceTime = std::chrono::system_clock::time_point")
allowed(tools/update_text.cpp        "QDateTime::fromMSecsSinceEpoch(0)")
allowed(demos/clock/main.cpp         "std::chrono::system_clock::now()")

offence(dde/transport/seat.cpp       "const auto end = std::chrono::system_clock::now() + limit")
offence(dde/transport/reactor.cpp    "timerfd_create(CLOCK_REALTIME, 0)")
offence(dde/transport/janitor.cpp    "status.st_mtime < limit")
offence(dde/transport/janitor.cpp    "status.st_mtim.tv_sec < limit")
offence(clipboard/store/board.cpp    "QDateTime::currentMSecsSinceEpoch()")
offence(conversations/topic.h        "const time_t now = std::time(nullptr)")
offence(tools/watch.cpp              "gettimeofday(&now, nullptr)")
