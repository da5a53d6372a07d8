# SPDX-License-Identifier: Apache-2.0
#
# cmake [-Droot=<tree>] -P CheckFuzzTargets.cmake
# Fails if something takes the bytes of strangers and is not fuzzed. It looks for
#     functions in headers that are called decode…, parse…, from…, read… and the like, and take bytes, text or a message;
#     sources that read JSON,
# and wants each of them in tests/fuzz/decoders.txt, with a target that there is or a reason why it has none:
#     <header> <function> <target>          <source> JSON <target>
#     <header> <function> - <reason>        <source> JSON - <reason>
cmake_minimum_required(VERSION 3.25)

set(verbs "decode|parse|from|read|textOf|check|synthesise|convert|receive|fits|confinement|flatpak|inOneLine")
set(foreign "QByteArray|QString|span|string_view|QIODevice|Message &|Message message|Payload &|ReceivedPacket|QProcessEnvironment")

if(NOT root)
    get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
endif()

# The text of a file in one line, without comments and without what CMake takes for its own.
function(read_code file result)
    file(READ "${root}/${file}" code)
    string(REGEX REPLACE "//[^\n]*" "" code "${code}")
    string(REGEX REPLACE "[][;\n\\]+" " " code "${code}")
    set(${result} " ${code}" PARENT_SCOPE)
endfunction()

# What the file has of functions that take something apart.
function(find_decoders file result)
    set(names "")
    read_code("${file}" code)
    string(REGEX MATCHALL "[^A-Za-z0-9_.>](${verbs})[A-Za-z0-9]*\\([^()]*\\)" calls "${code}")
    foreach(call IN LISTS calls)
        string(REGEX REPLACE "^.([A-Za-z0-9]+)\\(.*" "\\1" name "${call}")
        if(call MATCHES "\\(.*(${foreign})")
            list(APPEND names "${file} ${name}")
        endif()
    endforeach()
    set(${result} ${names} PARENT_SCOPE)
endfunction()

set(decoders "")
foreach(folder formats dde conversations clipboard tools)
    file(GLOB_RECURSE headers RELATIVE "${root}" "${root}/${folder}/*.h")
    foreach(header IN LISTS headers)
        find_decoders("${header}" found)
        list(APPEND decoders ${found})
    endforeach()
    file(GLOB_RECURSE sources RELATIVE "${root}" "${root}/${folder}/*.cpp")
    foreach(source IN LISTS sources)
        read_code("${source}" code)
        if(code MATCHES "parseJson\\(|[Jj]son::parse\\(|as<(nlohmann::)?json>\\(")
            list(APPEND decoders "${source} JSON")
        endif()
    endforeach()
endforeach()
list(REMOVE_DUPLICATES decoders)

set(targets "")
file(GLOB sources "${root}/tests/fuzz/*_target.cpp")
foreach(source IN LISTS sources)
    file(STRINGS "${source}" lines REGEX "^TELLWIRE_FUZZ\\(")
    list(TRANSFORM lines REPLACE "^TELLWIRE_FUZZ\\(([a-z0-9_]+).*" "\\1")
    list(APPEND targets ${lines})
endforeach()

set(listed "")
file(STRINGS "${root}/tests/fuzz/decoders.txt" lines REGEX "^[^#]")
foreach(line IN LISTS lines)
    if(NOT line MATCHES "^([^ ]+ [^ ]+) +([^ ]+) *(.*)$")
        message(SEND_ERROR "decoders.txt: \"${line}\" says neither a target nor a reason")
        continue()
    endif()
    set(decoder "${CMAKE_MATCH_1}")
    set(target "${CMAKE_MATCH_2}")
    set(reason "${CMAKE_MATCH_3}")
    list(APPEND listed "${decoder}")
    if(NOT decoder IN_LIST decoders)
        message(SEND_ERROR "decoders.txt: there is no ${decoder}")
    elseif(target STREQUAL "-" AND reason STREQUAL "")
        message(SEND_ERROR "decoders.txt: ${decoder} is excused without a reason")
    elseif(NOT target STREQUAL "-" AND NOT target IN_LIST targets)
        message(SEND_ERROR "decoders.txt: there is no target ${target} for ${decoder}")
    endif()
endforeach()
foreach(decoder IN LISTS decoders)
    if(NOT decoder IN_LIST listed)
        message(SEND_ERROR "${decoder} takes the bytes of strangers and is not in tests/fuzz/decoders.txt")
    endif()
endforeach()
