# SPDX-License-Identifier: Apache-2.0
#
# cmake [-Droot=<tree>] -P CheckLayering.cmake
# Fails if an #include breaks the dependency rule of docs/architecture.md; names file, layer and culprit.
cmake_minimum_required(VERSION 3.25)

set(layers formats dde/transport dde/protocol conversations clipboard)
set(may_use_formats        formats)
set(may_use_dde/transport  formats dde/transport)
set(may_use_dde/protocol   formats dde/transport dde/protocol)
set(may_use_conversations  formats dde/transport dde/protocol conversations)
set(may_use_clipboard      formats dde/transport clipboard)

# Whose headers may be seen where, besides those of the layers.
set(may_use_boost     "^dde/transport/.*(\\.cpp|_p\\.h)$")
set(may_use_nlohmann  "^formats/json_format\\.h$|\\.cpp$")

# What moc writes beside its source.
set(generated "^\"(moc_[^/]+\\.cpp|[^/]+\\.moc)\"$")

# True if the path lies in one of the layers or in a folder below it.
function(lies_in_one_of layers path result)
    set(${result} FALSE PARENT_SCOPE)
    foreach(layer IN LISTS layers)
        if(path MATCHES "^${layer}/")
            set(${result} TRUE PARENT_SCOPE)
        endif()
    endforeach()
endfunction()

function(check_include source layer included)
    if(included MATCHES "^<(boost|nlohmann)/")
        set(library ${CMAKE_MATCH_1})
        if(NOT source MATCHES "${may_use_${library}}")
            message(SEND_ERROR "${source}: ${layer} must not use ${included} here")
        endif()
    elseif(included MATCHES "^(\"|<tellwire/)" AND NOT included MATCHES "${generated}")
        string(REGEX REPLACE "[\"<>]" "" path "${included}")
        lies_in_one_of("${may_use_${layer}}" "${path}" allowed)
        if(NOT allowed)
            message(SEND_ERROR "${source}: ${layer} must not use ${path}")
        endif()
    endif()
endfunction()

if(NOT root)
    get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
endif()
foreach(layer IN LISTS layers)
    file(GLOB_RECURSE sources RELATIVE "${root}" "${root}/${layer}/*.h" "${root}/${layer}/*.cpp")
    foreach(source IN LISTS sources)
        file(STRINGS "${root}/${source}" lines REGEX "^[ \t]*#[ \t]*include")
        foreach(line IN LISTS lines)
            string(REGEX REPLACE "^[ \t]*#[ \t]*include[ \t]*(\"[^\"]*\"|<[^>]*>).*" "\\1" included "${line}")
            check_include("${source}" "${layer}" "${included}")
        endforeach()
    endforeach()
endforeach()
