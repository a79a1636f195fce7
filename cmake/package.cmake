# SPDX-License-Identifier: MIT
#
# `cpack -G DEB` in a build tree that was configured with -DCMAKE_INSTALL_PREFIX=/usr (which decides the place of a
# library in Debian) makes libstatusline1, libstatusline-dev, statusline (the tool with its man page and completion), and
# statusline-conform where Boost was found.
set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
# A placeholder, not an address. A packager sets `cpack -D CPACK_PACKAGE_CONTACT="Name <address>"`, and
# CPACK_PACKAGE_HOMEPAGE_URL if there is a homepage.
set(CPACK_PACKAGE_CONTACT "Template Maintainer <set-cpack-package-contact@example.org>")
# Each package has a different first line.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL statusline_dev)
if(TARGET statusline_c)
  list(APPEND CPACK_COMPONENTS_ALL statusline_runtime)
endif()
if(STATUSLINE_TOOL AND TARGET statusline_tool)
  list(APPEND CPACK_COMPONENTS_ALL statusline_tool)
endif()
if(STATUSLINE_TOOL AND TARGET statusline_conform)
  list(APPEND CPACK_COMPONENTS_ALL statusline_conform)
endif()

# Files that Debian requires in a package, and no other installation has.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian/prepare.cmake)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STATUSLINE_CHANGELOG ${PROJECT_SOURCE_DIR}/CHANGELOG.md)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

set(CPACK_DEBIAN_STATUSLINE_RUNTIME_PACKAGE_NAME libstatusline${STATUSLINE_ABI_MAJOR})
set(CPACK_DEBIAN_STATUSLINE_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_STATUSLINE_RUNTIME_PACKAGE_CONTROL_EXTRA
  ${CMAKE_CURRENT_LIST_DIR}/debian/triggers)
set(CPACK_COMPONENT_STATUSLINE_RUNTIME_DESCRIPTION
  "HTTP/1.x status line parser, C library
Reads the version, the status code and the reason phrase out of raw response
bytes, without allocating or copying, and names everything irregular.")

set(CPACK_DEBIAN_STATUSLINE_DEV_PACKAGE_NAME libstatusline-dev)
set(CPACK_DEBIAN_STATUSLINE_DEV_PACKAGE_SECTION libdevel)
if(TARGET statusline_c)
  set(CPACK_DEBIAN_STATUSLINE_DEV_PACKAGE_DEPENDS
    "libstatusline${STATUSLINE_ABI_MAJOR} (= ${PROJECT_VERSION})")
endif()
set(CPACK_COMPONENT_STATUSLINE_DEV_DESCRIPTION
  "HTTP/1.x status line parser, development files
The C++20 library, which is headers only, the header and the archive of the C
library, and what CMake and pkg-config need to find them.")

set(CPACK_DEBIAN_STATUSLINE_TOOL_PACKAGE_NAME statusline)
set(CPACK_DEBIAN_STATUSLINE_TOOL_PACKAGE_SECTION net)
set(CPACK_COMPONENT_STATUSLINE_TOOL_DESCRIPTION
  "explains and validates HTTP/1.x status lines
Shows what is irregular in the first line of a response, and where, and checks
code and phrase against the IANA registry.")

set(CPACK_DEBIAN_STATUSLINE_CONFORM_PACKAGE_NAME statusline-conform)
set(CPACK_DEBIAN_STATUSLINE_CONFORM_PACKAGE_SECTION web)
set(CPACK_COMPONENT_STATUSLINE_CONFORM_DESCRIPTION
  "holds parsers and clients of HTTP/1.x status lines against the grammar
Tests a shared library, a program or a client with cases and with a test set
that covers every octet behind every state, and reports each divergence.")

include(CPack)
