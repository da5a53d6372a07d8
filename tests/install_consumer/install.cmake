# SPDX-License-Identifier: Apache-2.0
#
# Installs, and moves what was installed to a path with a blank in it. Headers may lead only to others that are there.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${prefix}" "${moved}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}" COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${prefix}" "${moved}")

file(GLOB_RECURSE headers "${moved}/include/*.h")
if(NOT headers)
    message(FATAL_ERROR "no headers were installed")
endif()
foreach(header IN LISTS headers)
    file(STRINGS "${header}" includes REGEX "#include (\"|<tellwire/)")
    foreach(line IN LISTS includes)
        string(REGEX REPLACE ".*[\"<](.+)[\">].*" "\\1" included "${line}")
        if(NOT line MATCHES "<" OR NOT EXISTS "${moved}/include/${included}")
            message(SEND_ERROR "${header} was installed with ${line}")
        endif()
    endforeach()
endforeach()
