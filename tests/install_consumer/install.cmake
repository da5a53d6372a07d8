# SPDX-License-Identifier: Apache-2.0
#
# Installs, and moves what was installed to a path with a blank in it.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${prefix}" "${moved}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}" COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${prefix}" "${moved}")

file(GLOB_RECURSE headers "${moved}/include/*.h")
if(NOT headers)
    message(FATAL_ERROR "no headers were installed")
endif()
foreach(header IN LISTS headers)
    file(STRINGS "${header}" left REGEX "#include \"")
    if(left)
        message(SEND_ERROR "${header} was installed with ${left}")
    endif()
endforeach()
