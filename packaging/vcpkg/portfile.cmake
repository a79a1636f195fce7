# Not run yet: Debian 12 has no vcpkg. Until there is a release, use it as an overlay port with
# STATUSLINE_SOURCE set to a checkout: vcpkg install statusline --overlay-ports=packaging
if(DEFINED ENV{STATUSLINE_SOURCE})
  set(SOURCE_PATH $ENV{STATUSLINE_SOURCE})
else()
  message(FATAL_ERROR "set STATUSLINE_SOURCE to a checkout of statusline")
endif()
vcpkg_find_acquire_program(PYTHON3) # which writes the C library
vcpkg_cmake_configure(SOURCE_PATH ${SOURCE_PATH}
  OPTIONS -DPython3_EXECUTABLE=${PYTHON3} -DSTATUSLINE_TESTS=OFF -DSTATUSLINE_TOOL=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME statusline CONFIG_PATH share/cmake/statusline DO_NOT_DELETE_PARENT_CONFIG_PATH)
vcpkg_cmake_config_fixup(PACKAGE_NAME statusline-c CONFIG_PATH lib/cmake/statusline-c)
vcpkg_fixup_pkgconfig()
vcpkg_install_copyright(FILE_LIST ${SOURCE_PATH}/LICENSE)
