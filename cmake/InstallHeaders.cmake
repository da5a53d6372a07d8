# SPDX-License-Identifier: Apache-2.0
#
# Runs at installation. In the tree a header is "formats/error.h"; a program that uses us may have a folder of that
# name itself, so what we install says <tellwire/formats/error.h>.
#     root          the tree            headers      what to install, as absolute paths
#     include_dir   where to, below the prefix       staging  a folder for the rewritten files
file(REMOVE_RECURSE "${staging}")
foreach(header IN LISTS headers)
    file(RELATIVE_PATH path "${root}" "${header}")
    file(READ "${header}" text)
    string(REGEX REPLACE "#include \"((formats|dde/transport|dde/protocol|conversations|clipboard)/[^\"]+)\""
                         "#include <tellwire/\\1>" text "${text}")
    file(WRITE "${staging}/${path}" "${text}")
endforeach()
file(INSTALL "${staging}/" DESTINATION "${CMAKE_INSTALL_PREFIX}/${include_dir}")
