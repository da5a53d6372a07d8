# SPDX-License-Identifier: Apache-2.0
#
# For the tests of our checks. expect_pass(<what> <command>…) and expect_failure(<what> <message> <command>…), where
# the message is a part of what the command must print.

# Runs a command: its exit code, and its output with line breaks as blanks, since messages are wrapped.
macro(run_command)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE printed ERROR_VARIABLE printed)
    string(REGEX REPLACE "[ \n]+" " " words "${printed}")
endmacro()

function(expect_pass what)
    run_command(${ARGN})
    if(NOT result EQUAL 0)
        message(SEND_ERROR "${what} must pass, but:\n${printed}")
    endif()
endfunction()

function(expect_failure what message)
    run_command(${ARGN})
    string(FIND "${words}" "${message}" position)
    if(result EQUAL 0 OR position EQUAL -1)
        message(SEND_ERROR "${what} must fail with \"${message}\", but ended with ${result} and printed:\n${printed}")
    endif()
endfunction()
