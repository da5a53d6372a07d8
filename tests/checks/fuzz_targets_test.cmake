# SPDX-License-Identifier: Apache-2.0
#
# Plants decoders with and without a target in an empty tree and looks what CheckFuzzTargets.cmake says.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_check.cmake")

set(check ${CMAKE_COMMAND} "-Droot=${scratch}" -P "${CMAKE_CURRENT_LIST_DIR}/../../cmake/CheckFuzzTargets.cmake")

function(plant file code list)
    file(REMOVE_RECURSE "${scratch}")
    file(WRITE "${scratch}/${file}" "${code}\n")
    file(WRITE "${scratch}/tests/fuzz/letter_target.cpp" "TELLWIRE_FUZZ(letter, fuzz::repair)\n{}\n")
    file(WRITE "${scratch}/tests/fuzz/decoders.txt" "# what there is\n${list}\n")
endfunction()

function(fuzzed file code list)
    plant("${file}" "${code}" "${list}")
    expect_pass("${code} with ${list}" ${check})
endfunction()

function(offence file code list message)
    plant("${file}" "${code}" "${list}")
    expect_failure("${code} with ${list}" "${message}" ${check})
endfunction()

set(header dde/protocol/letter.h)
set(decoder "Result<Letter> decodeLetter(QByteArrayView bytes)")
fuzzed("${header}" "${decoder}" "${header} decodeLetter letter")
fuzzed("${header}" "${decoder}" "${header} decodeLetter - only ever our own")
fuzzed("${header}" "QByteArray encodeLetter(const Letter &letter)" "")
fuzzed("${header}" "// ${decoder}" "")

set(unknown "takes the bytes of strangers and is not in tests/fuzz/decoders.txt")
offence("${header}" "${decoder}" "" "${header} decodeLetter ${unknown}")
offence("${header}" "static Result<Letter>\n    fromUserText(int most,\n const QString &text)" ""
        "${header} fromUserText ${unknown}")
offence("tools/letter.h" "QString readLetter(QIODevice &file)" "" "tools/letter.h readLetter ${unknown}")
offence("conversations/letter.cpp" "return parseJson(bytes)" "" "conversations/letter.cpp JSON ${unknown}")
offence("${header}" "${decoder}" "${header} decodeLetter post" "there is no target post for ${header} decodeLetter")
offence("${header}" "${decoder}" "${header} decodeLetter -" "${header} decodeLetter is excused without a reason")
offence("${header}" "" "${header} decodeLetter letter" "there is no ${header} decodeLetter")
