# SPDX-License-Identifier: Apache-2.0
#
# cmake -Dprogram=<program> -Dexpected=<file> -P CheckOutput.cmake
# Runs a program and fails unless it succeeds and prints exactly what the file says.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${program}" OUTPUT_VARIABLE printed ERROR_VARIABLE printed
                RESULT_VARIABLE result TIMEOUT 50)
file(READ "${expected}" wanted)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "${program} ended with ${result} and printed:\n${printed}")
endif()
if(NOT printed STREQUAL wanted)
    message(FATAL_ERROR "${program} printed:\n${printed}\nbut ${expected} says:\n${wanted}")
endif()
