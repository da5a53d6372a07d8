# SPDX-License-Identifier: Apache-2.0
#
# tellwire_set_build_flags(<target>)
#     How everything here is compiled: the language, the warnings, the sanitizers.
# tellwire_order_code(<target>)
#     Puts together what programs execute when they start (docs/performance.md). For what is linked into them.
include_guard(GLOBAL)

if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(TELLWIRE_CCACHE ccache)
    if(TELLWIRE_CCACHE)
        # What ccache wants to be told before it works with precompiled headers.
        set(CMAKE_CXX_COMPILER_LAUNCHER
            ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${TELLWIRE_CCACHE})
    endif()
endif()

# Generated code is not ours to tidy; clang-tidy wants at least one check, so it gets one that never speaks.
file(WRITE "${PROJECT_BINARY_DIR}/.clang-tidy" "Checks: '-*,llvm-twine-local'\n")

function(tellwire_set_build_flags target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_CXX_CLANG_TIDY)
        target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized) # gcc 12 takes every std::optional for one
    endif()
    if(TELLWIRE_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    target_compile_definitions(${target} PRIVATE
        QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_FOREACH
        QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
        $<$<BOOL:${TELLWIRE_STEPS}>:TELLWIRE_STEPS>)
    set_target_properties(${target} PROPERTIES
        AUTOMOC ON CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    tellwire_set_sanitizers(${target})
endfunction()

function(tellwire_set_sanitizers target)
    if(NOT TELLWIRE_SANITIZE)
        return()
    endif()
    target_compile_options(${target} PRIVATE
        -fsanitize=${TELLWIRE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${TELLWIRE_SANITIZE})
    if(TELLWIRE_SANITIZE MATCHES thread)
        target_compile_options(${target} PRIVATE -Wno-tsan) # fences are not seen: no false alarm comes of it here
    endif()
endfunction()

# GNU's linker has no option for this, and LLVM's knows nothing of what gcc leaves for it to optimize. So it is not
# used with -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON, nor with -DTELLWIRE_LINKER_ORDERS_CODE=OFF.
include(CheckLinkerFlag)
set(tellwire_code_order -fuse-ld=lld LINKER:--symbol-ordering-file=${PROJECT_SOURCE_DIR}/cmake/start_order.txt
                        LINKER:--no-warn-symbol-ordering)
check_linker_flag(CXX "${tellwire_code_order}" TELLWIRE_LINKER_ORDERS_CODE)

function(tellwire_order_code target)
    if(TELLWIRE_SANITIZE OR CMAKE_INTERPROCEDURAL_OPTIMIZATION OR NOT TELLWIRE_LINKER_ORDERS_CODE)
        return()
    endif()
    target_compile_options(${target} PRIVATE -ffunction-sections)
    target_link_options(${target} PRIVATE ${tellwire_code_order})
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/start_order.txt")
endfunction()

# tellwire_precompile(<target> <header>…)
#     Qt and the standard library are most of what a compiler reads here; it reads them once.
function(tellwire_precompile target)
    target_precompile_headers(${target} PRIVATE
        <QByteArray> <QHash> <QList> <QObject> <QString>
        <chrono> <functional> <map> <memory> <optional> <vector> ${ARGN})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_CXX_CLANG_TIDY)
        target_compile_options(${target} PRIVATE -fpch-preprocess)
    endif()
endfunction()
