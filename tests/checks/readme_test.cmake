# SPDX-License-Identifier: Apache-2.0
#
# Writes a README with true and with false blocks and looks whether CheckReadme.cmake tells them apart.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_check.cmake")

set(check ${CMAKE_COMMAND} "-Droot=${scratch}" -P "${CMAKE_CURRENT_LIST_DIR}/../../cmake/CheckReadme.cmake")
set(code "int main()\n{\n    return list[0]; // \"\\n\"\n}\n")
file(REMOVE_RECURSE "${scratch}")
file(WRITE "${scratch}/demos/x/main.cpp" "${code}")
file(WRITE "${scratch}/demos/x/expected.txt" "12.5\n")

function(readme_is_true what text)
    file(WRITE "${scratch}/README.md" "${text}")
    expect_pass("${what}" ${check})
endfunction()

function(readme_lies what text message)
    file(WRITE "${scratch}/README.md" "${text}")
    expect_failure("${what}" "${message}" ${check})
endfunction()

set(true_code "<!-- from demos/x/main.cpp -->\n```cpp\n${code}```\n")
set(true_output "<!-- output of demos/x -->\n```\n12.5\n```\n")

readme_is_true("no marker"        "# Title\n```cpp\nanything\n```\n")
readme_is_true("true blocks"      "# Title\n${true_code}prints\n${true_output}the end\n")

readme_lies("another program"     "<!-- from demos/x/main.cpp -->\n```cpp\nint main() {}\n```\n"
            "the block after <!-- from demos/x/main.cpp --> is not what demos/x/main.cpp says")
readme_lies("a line too many"     "<!-- output of demos/x -->\n```text\n12.5\n13\n```\n"
            "the block after <!-- output of demos/x --> is not what demos/x/expected.txt says")
readme_lies("a line too few"      "<!-- output of demos/x -->\n```text\n```\n"
            "the block after <!-- output of demos/x --> is not what demos/x/expected.txt says")
readme_lies("no block"            "<!-- output of demos/x -->\n12.5\n"
            "the block after <!-- output of demos/x --> is not what demos/x/expected.txt says")
readme_lies("a block elsewhere"   "<!-- output of demos/x -->\n\nIt prints:\n```\n12.5\n```\n"
            "the block after <!-- output of demos/x --> is not what demos/x/expected.txt says")
readme_lies("a missing file"      "<!-- from demos/y/main.cpp -->\n```cpp\n${code}```\n"
            "there is no demos/y/main.cpp")
readme_lies("a lie behind truth"  "${true_output}<!-- output of demos/x -->\n```\n13\n```\n"
            "the block after <!-- output of demos/x --> is not what demos/x/expected.txt says")
