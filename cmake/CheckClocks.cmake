# SPDX-License-Identifier: Apache-2.0
#
# cmake [-Droot=<tree>] -P CheckClocks.cmake
# Fails if a layer or a tool looks at the time of day, which anybody may set, in a file that is not listed here. Who waits,
# or compares two times, needs std::chrono::steady_clock. SourceTime is free: it is told to people and programs, and its type
# keeps it apart from what is waited for.
cmake_minimum_required(VERSION 3.25)

set(shows_it
    clipboard/clipboard_content.cpp           # when a value was put there
    clipboard/clipboard_content.h
    clipboard/store/transitions.cpp
    conversations/engine/monitor_reporter.cpp # when something happened
    conversations/update.h                    # SourceTime
    tools/update_text.cpp)

set(time_of_day "system_clock|utc_clock|file_clock|high_resolution_clock|QDateTime|QDate|QTime|gettimeofday")
string(APPEND time_of_day "|CLOCK_REALTIME|CLOCK_TAI|last_write_time|lastModified|fileTime|st_[acm]tim[e]?|stx_[a-z]*time")
string(APPEND time_of_day "|timespec_get|(std::)?time\\((NULL|nullptr|0|&[^)]*)\\)|ftime|sem_timedwait|pthread_cond_timedwait")

if(NOT root)
    get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
endif()
foreach(folder formats dde conversations clipboard tools)
    file(GLOB_RECURSE sources RELATIVE "${root}" "${root}/${folder}/*.h" "${root}/${folder}/*.cpp")
    list(REMOVE_ITEM sources ${shows_it})
    foreach(source IN LISTS sources)
        file(STRINGS "${root}/${source}" lines REGEX "(^|[^A-Za-z0-9_])(${time_of_day})([^A-Za-z0-9_]|$)")
        foreach(line IN LISTS lines)
            message(SEND_ERROR "${source}: the time of day may jump: ${line}")
        endforeach()
    endforeach()
endforeach()
