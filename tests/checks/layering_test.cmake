# SPDX-License-Identifier: Apache-2.0
#
# Plants one include after the other in an empty tree and looks whether CheckLayering.cmake finds it.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_check.cmake")

set(check ${CMAKE_COMMAND} "-Droot=${scratch}" -P "${CMAKE_CURRENT_LIST_DIR}/../../cmake/CheckLayering.cmake")

function(plant file line)
    file(REMOVE_RECURSE "${scratch}")
    file(WRITE "${scratch}/${file}" "#pragma once\n${line}\n")
endfunction()

function(allowed file line)
    plant("${file}" "${line}")
    expect_pass("${line} in ${file}" ${check})
endfunction()

function(offence file line message)
    plant("${file}" "${line}")
    expect_failure("${line} in ${file}" "${message}" ${check})
endfunction()

allowed(formats/payload.h              "#include \"formats/error.h\"")
allowed(dde/protocol/names.cpp         "#include \"dde/transport/session.h\"")
allowed(conversations/engine/queue.cpp "#include \"dde/protocol/names.h\" // a remark")
allowed(clipboard/store.cpp            "#include \"dde/transport/session.h\"")
allowed(dde/transport/arena.cpp        "#include <boost/interprocess/mapped_region.hpp>")
allowed(dde/transport/arena_p.h        "#include <boost/interprocess/mapped_region.hpp>")
allowed(formats/json_format.h          "#include <nlohmann/json.hpp>")
allowed(conversations/status.cpp       "#include <nlohmann/json.hpp>")
allowed(formats/error.cpp              "#include \"moc_error.cpp\"")

offence(formats/payload.cpp   "#include \"dde/transport/session.h\""
        "formats/payload.cpp: formats must not use dde/transport/session.h")
offence(dde/transport/log.h   "#include \"dde/protocol/names.h\""
        "dde/transport/log.h: dde/transport must not use dde/protocol/names.h")
offence(dde/protocol/names.h  "  #  include \"conversations/service.h\""
        "dde/protocol/names.h: dde/protocol must not use conversations/service.h")
offence(clipboard/offer.cpp   "#include \"dde/protocol/names.h\""
        "clipboard/offer.cpp: clipboard must not use dde/protocol/names.h")
offence(clipboard/offer.cpp   "#include \"conversations/service.h\""
        "clipboard/offer.cpp: clipboard must not use conversations/service.h")
offence(conversations/engine/queue.cpp "#include \"clipboard/offer.h\""
        "conversations/engine/queue.cpp: conversations must not use clipboard/offer.h")
offence(conversations/topic.cpp "#include \"topic.h\""
        "conversations/topic.cpp: conversations must not use topic.h")
offence(formats/payload.cpp   "#include \"formats_of_mine/payload.h\""
        "formats/payload.cpp: formats must not use formats_of_mine/payload.h")
offence(formats/payload.cpp   "#include <tellwire/conversations/service.h>"
        "formats/payload.cpp: formats must not use tellwire/conversations/service.h")
offence(dde/transport/arena.h "#include <boost/interprocess/mapped_region.hpp>"
        "dde/transport/arena.h: dde/transport must not use <boost/interprocess/mapped_region.hpp> here")
offence(dde/protocol/names.cpp "#include <boost/container/vector.hpp>"
        "dde/protocol/names.cpp: dde/protocol must not use <boost/container/vector.hpp> here")
offence(formats/payload.h     "#include <nlohmann/json.hpp>"
        "formats/payload.h: formats must not use <nlohmann/json.hpp> here")
offence(conversations/json_format.h "#include <nlohmann/json.hpp>"
        "conversations/json_format.h: conversations must not use <nlohmann/json.hpp> here")
