# SPDX-License-Identifier: Apache-2.0
#
# tellwire_add_layer(<name> SOURCES … PUBLIC_HEADERS … USES <layers>… LINK <libraries>…)
#     One layer: an object library tellwire_<name>. USES names the layers it stands on; LINK what it alone needs.
#     PUBLIC_HEADERS are installed, and each of them is compiled alone (target all_verify_interface_header_sets).
# tellwire_add_library()
#     The public library, made of all layers, and tellwire_internals, the same for tests that look inside.
# tellwire_add_layers_alone()
#     For each layer a target tellwire_<name>_alone: that layer with those it may use, which does not link if it
#     calls anything else.
include_guard(GLOBAL)
include(GNUInstallDirs)

set(tellwire_public_dependencies Qt6::Core nlohmann_json::nlohmann_json)

function(tellwire_add_layer name)
    cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC_HEADERS;USES;LINK" ${ARGN})
    set(target tellwire_${name})
    list(TRANSFORM arg_USES PREPEND tellwire_)

    add_library(${target} OBJECT ${arg_SOURCES})
    target_sources(${target} PUBLIC
        FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${arg_PUBLIC_HEADERS})
    target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${target} PUBLIC ${tellwire_public_dependencies} ${arg_USES} PRIVATE ${arg_LINK})
    tellwire_set_build_flags(${target})
    tellwire_order_code(${target})
    tellwire_precompile(${target})
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)

    set(with_below ${target})
    foreach(used IN LISTS arg_USES)
        get_target_property(below ${used} TELLWIRE_WITH_BELOW)
        list(APPEND with_below ${below})
    endforeach()
    list(REMOVE_DUPLICATES with_below)
    set_target_properties(${target} PROPERTIES TELLWIRE_WITH_BELOW "${with_below}")
    set_property(GLOBAL APPEND PROPERTY TELLWIRE_LAYERS ${target})
endfunction()

# A library of the objects of these layers. They are its own: whoever links it sees no layers.
function(tellwire_add_library_of_layers target)
    cmake_parse_arguments(arg "EXCLUDE_FROM_ALL" "TYPE" "LAYERS" ${ARGN})
    set(objects ${arg_LAYERS})
    list(TRANSFORM objects REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>")
    add_library(${target} ${arg_TYPE} ${objects})
    target_link_libraries(${target} PUBLIC ${tellwire_public_dependencies})
    tellwire_set_build_flags(${target})
    set_target_properties(${target} PROPERTIES
        AUTOMOC OFF LINKER_LANGUAGE CXX EXCLUDE_FROM_ALL ${arg_EXCLUDE_FROM_ALL})
    if(NOT TELLWIRE_SANITIZE)
        target_link_options(${target} PRIVATE LINKER:--no-undefined) # clang leaves sanitizers to the program
    endif()
endfunction()

function(tellwire_add_library)
    get_property(layers GLOBAL PROPERTY TELLWIRE_LAYERS)

    tellwire_add_library_of_layers(tellwire LAYERS ${layers})
    tellwire_order_code(tellwire)
    add_library(Tellwire::Tellwire ALIAS tellwire)
    target_include_directories(tellwire PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    set_target_properties(tellwire PROPERTIES
        EXPORT_NAME Tellwire
        VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

    tellwire_add_library_of_layers(tellwire_internals TYPE STATIC LAYERS ${layers} EXCLUDE_FROM_ALL)
    target_link_libraries(tellwire_internals PUBLIC Boost::headers)
    target_include_directories(tellwire_internals PUBLIC
        "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/conversations/ddeml/include")
endfunction()

function(tellwire_add_layers_alone)
    get_property(layers GLOBAL PROPERTY TELLWIRE_LAYERS)
    foreach(layer IN LISTS layers)
        get_target_property(with_below ${layer} TELLWIRE_WITH_BELOW)
        tellwire_add_library_of_layers(${layer}_alone TYPE SHARED LAYERS ${with_below} EXCLUDE_FROM_ALL)
    endforeach()
endfunction()
