# SPDX-License-Identifier: Apache-2.0
#
# Builds two layers of which the lower calls the upper without including it: the upper must link, the lower must not.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_check.cmake")

file(REMOVE_RECURSE "${scratch}")
expect_pass("configuring" ${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}/planted_call" -B "${scratch}"
    -G "${generator}" "-DCMAKE_CXX_COMPILER=${compiler}")
expect_pass("the upper layer" ${CMAKE_COMMAND} --build "${scratch}" --target tellwire_upper_alone)
expect_failure("the lower layer" "undefined reference to `callFromAbove()'"
    ${CMAKE_COMMAND} --build "${scratch}" --target tellwire_lower_alone)
