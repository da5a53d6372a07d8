# SPDX-License-Identifier: Apache-2.0
#
# Installs the library, its headers and what find_package(Tellwire) and pkg-config need. Everything stays movable:
# no installed file names the prefix.
include_guard(GLOBAL)
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Tellwire")
set(pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

install(TARGETS tellwire tellwire_ddeml EXPORT TellwireTargets)
install(EXPORT TellwireTargets NAMESPACE Tellwire:: DESTINATION "${package_dir}")

# The public headers of all layers, with their includes led to <tellwire/…>.
get_property(layers GLOBAL PROPERTY TELLWIRE_LAYERS)
set(headers "")
foreach(layer IN LISTS layers)
    get_target_property(of_layer ${layer} HEADER_SET)
    list(APPEND headers ${of_layer})
endforeach()
install(CODE "set(root [[${PROJECT_SOURCE_DIR}]])
set(staging [[${PROJECT_BINARY_DIR}/installed_headers]])
set(include_dir [[${CMAKE_INSTALL_INCLUDEDIR}/tellwire]])
set(headers [[${headers}]])")
install(SCRIPT cmake/InstallHeaders.cmake)
install(DIRECTORY conversations/ddeml/include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tellwire/ddeml")

configure_package_config_file(cmake/TellwireConfig.cmake.in TellwireConfig.cmake
    INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(TellwireConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/TellwireConfig.cmake" "${PROJECT_BINARY_DIR}/TellwireConfigVersion.cmake"
    DESTINATION "${package_dir}")

file(RELATIVE_PATH pkgconfig_to_prefix "/${pkgconfig_dir}" "/")
configure_file(cmake/tellwire.pc.in tellwire.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tellwire.pc" DESTINATION "${pkgconfig_dir}")
