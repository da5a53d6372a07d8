# SPDX-License-Identifier: Apache-2.0
#
# cmake [-Droot=<tree>] -P CheckReadme.cmake
# Fails if a block of README.md is not, letter for letter, what the marker on the line before it promises:
#     <!-- from demos/x/main.cpp -->   the file
#     <!-- output of demos/x -->       what the demo prints, which is demos/x/expected.txt
cmake_minimum_required(VERSION 3.25)

# The rest of the README, from the line after the marker, must begin with the file between two fences.
function(check_block marker file rest)
    if(NOT EXISTS "${root}/${file}")
        message(SEND_ERROR "README.md: ${marker}: there is no ${file}")
        return()
    endif()
    file(READ "${root}/${file}" wanted)
    string(REGEX REPLACE "^\n```[a-z]*\n" "" block "${rest}")
    string(FIND "${block}" "${wanted}```\n" position)
    if(block STREQUAL rest OR NOT position EQUAL 0)
        message(SEND_ERROR "README.md: the block after ${marker} is not what ${file} says")
    endif()
endfunction()

if(NOT root)
    get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
endif()
file(READ "${root}/README.md" rest)
while(rest MATCHES "<!-- (from|output of) ([^ ]+) -->")
    set(marker "${CMAKE_MATCH_0}")
    set(file "${CMAKE_MATCH_2}")
    if(CMAKE_MATCH_1 STREQUAL "output of")
        string(APPEND file "/expected.txt")
    endif()
    string(FIND "${rest}" "${marker}" position)
    string(LENGTH "${marker}" length)
    math(EXPR position "${position} + ${length}")
    string(SUBSTRING "${rest}" ${position} -1 rest)
    check_block("${marker}" "${file}" "${rest}")
endwhile()
