# SPDX-License-Identifier: Apache-2.0
#
# Runs small programs through CheckOutput.cmake, of which one keeps its word and the others do not.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_check.cmake")

set(program "${scratch}/program")
set(check ${CMAKE_COMMAND} "-Dprogram=${program}" "-Dexpected=${scratch}/expected.txt"
          -P "${CMAKE_CURRENT_LIST_DIR}/../../cmake/CheckOutput.cmake")

function(write_program script)
    file(WRITE "${program}" "#!/bin/sh\n${script}\n")
    file(CHMOD "${program}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()

file(WRITE "${scratch}/expected.txt" "12.5\n")

write_program("echo 12.5")
expect_pass("the expected line" ${check})

write_program("echo 12.5; echo 13")
expect_failure("a line too many" "but ${scratch}/expected.txt says: 12.5" ${check})

write_program("echo 12.5; exit 3")
expect_failure("an exit code" "ended with 3 and printed: 12.5" ${check})
