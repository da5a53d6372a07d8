# SPDX-License-Identifier: Apache-2.0
#
# Runs check_cases.cmake on small trees, with mistakes planted.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../checks/run_check.cmake")

set(check ${CMAKE_COMMAND} "-Droot=${scratch}" -P "${CMAKE_CURRENT_LIST_DIR}/check_cases.cmake")
file(REMOVE_RECURSE "${scratch}")
file(WRITE "${scratch}/tests/conformance/cases.txt" "# two areas\nNames: 1 2\nClipboard: set, get: 7\n")

function(write_tree tests page)
    file(WRITE "${scratch}/tests/conformance/a_test.cpp" "${tests}")
    file(WRITE "${scratch}/docs/compatibility.md" "${page}")
endfunction()

set(place "<!-- cases by area -->\n<!-- end -->\n")
set(true_tests "TEST(A, Case1_Is) TEST(A, Case7_Is)")

write_tree("${true_tests}" "${place}| `case 2` | why |\n")
execute_process(COMMAND ${CMAKE_COMMAND} "-Droot=${scratch}" -Dwrite=ON
                        -P "${CMAKE_CURRENT_LIST_DIR}/check_cases.cmake")
expect_pass("all cases" ${check})

file(WRITE "${scratch}/docs/compatibility.md" "${place}| `case 2` | why |\n")
expect_failure("an old table" "the table of docs/compatibility.md is not true" ${check})

write_tree("TEST(A, Case1_Is)" "${place}| `case 2` | why |\n")
expect_failure("a dropped case" "case 7 (Clipboard: set, get) is in no test and not excepted" ${check})

write_tree("${true_tests} Case2_" "${place}| `case 2` | why |\n")
expect_failure("a case that is both" "case 2 is tested, and excepted" ${check})

write_tree("${true_tests} Case3_" "${place}| `case 2` | why |\n")
expect_failure("an unknown case" "there is no case 3 in cases.txt" ${check})
