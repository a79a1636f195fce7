# SPDX-License-Identifier: MIT
#
# Where `cmake --install` puts each file. The headers, their CMake package and statusline.pc are the same for every
# machine and go to share/. Files of the C library go to lib/.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# add_package(NAME DIR TARGET... [ARCH_INDEPENDENT]): installs the CMake package of some targets.
function(add_package name dir)
  cmake_parse_arguments(PARSE_ARGV 2 arg "ARCH_INDEPENDENT" "" "")
  install(TARGETS ${arg_UNPARSED_ARGUMENTS} EXPORT ${name}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT statusline_runtime # a DLL
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
      COMPONENT statusline_runtime NAMELINK_COMPONENT statusline_dev
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT statusline_dev)
  install(EXPORT ${name} NAMESPACE statusline:: FILE ${name}-targets.cmake
    DESTINATION ${dir}/cmake/${name} COMPONENT statusline_dev)
  configure_package_config_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}-config.cmake.in
    ${PROJECT_BINARY_DIR}/${name}-config.cmake INSTALL_DESTINATION ${dir}/cmake/${name})
  if(arg_ARCH_INDEPENDENT)
    set(any_machine ARCH_INDEPENDENT)
  endif()
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/${name}-config-version.cmake
    COMPATIBILITY SameMajorVersion ${any_machine})
  install(FILES ${PROJECT_BINARY_DIR}/${name}-config.cmake
                ${PROJECT_BINARY_DIR}/${name}-config-version.cmake
    DESTINATION ${dir}/cmake/${name} COMPONENT statusline_dev)

  # A .pc file finds its prefix from its own place, so that the tree can be moved.
  file(RELATIVE_PATH pc_prefix /prefix/${dir}/pkgconfig /prefix)
  string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}.pc.in
    ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
    DESTINATION ${dir}/pkgconfig COMPONENT statusline_dev)
endfunction()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/statusline
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT statusline_dev)
add_package(statusline ${CMAKE_INSTALL_DATADIR} statusline ARCH_INDEPENDENT)

# The files that a user's own fuzz target needs: see statusline-fuzz.cmake.
install(FILES ${PROJECT_SOURCE_DIR}/cmake/statusline-fuzz.cmake
  DESTINATION ${CMAKE_INSTALL_DATADIR}/cmake/statusline COMPONENT statusline_dev)
install(FILES ${PROJECT_SOURCE_DIR}/fuzz/mutator.cpp ${PROJECT_SOURCE_DIR}/fuzz/replay_main.cpp
              ${PROJECT_SOURCE_DIR}/fuzz/statusline.dict ${PROJECT_SOURCE_DIR}/fuzz/statusline.options
  DESTINATION ${CMAKE_INSTALL_DATADIR}/statusline/fuzz COMPONENT statusline_dev)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/corpus/seeds/oracle_fuzzer/
  DESTINATION ${CMAKE_INSTALL_DATADIR}/statusline/fuzz/seeds COMPONENT statusline_dev)

# The fuzz target for other parsers.
install(FILES ${PROJECT_SOURCE_DIR}/src/conform/differential_fuzzer.cpp ${PROJECT_SOURCE_DIR}/src/conform/accept.hpp
              ${PROJECT_SOURCE_DIR}/src/conform/judge.hpp ${PROJECT_SOURCE_DIR}/src/conform/subject.hpp
  DESTINATION ${CMAKE_INSTALL_DATADIR}/statusline/conform COMPONENT statusline_dev)
install(FILES ${PROJECT_SOURCE_DIR}/src/cli/hex.hpp
  DESTINATION ${CMAKE_INSTALL_DATADIR}/statusline/cli COMPONENT statusline_dev)

# The conformance cases, as data and as a folder of files.
set(conformance ${PROJECT_SOURCE_DIR}/corpus/conformance)
install(FILES ${conformance}/cases.json ${conformance}/cases.schema.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/statusline/conformance COMPONENT statusline_dev)
find_package(Python3 QUIET COMPONENTS Interpreter)
statusline_needs(found "the conformance cases as files" Python3::Interpreter)
if(found)
  file(GLOB_RECURSE runners CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/conformance/*)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/conformance/manifest.tsv VERBATIM
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${PROJECT_BINARY_DIR}/conformance
    COMMAND ${Python3_EXECUTABLE} -B ${conformance}/pack.py ${PROJECT_BINARY_DIR}/conformance
    DEPENDS ${conformance}/cases.json ${conformance}/cases.schema.json ${conformance}/README.md
            ${conformance}/pack.py ${runners})
  add_custom_target(statusline_conformance ALL DEPENDS ${PROJECT_BINARY_DIR}/conformance/manifest.tsv)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/conformance/
    DESTINATION ${CMAKE_INSTALL_DATADIR}/statusline/conformance COMPONENT statusline_dev)
endif()

if(STATUSLINE_C)
  foreach(library IN ITEMS statusline_c statusline_c_static)
    if(TARGET ${library}) # BUILD_SHARED_LIBS may leave one of them out
      list(APPEND c_libraries ${library})
    endif()
  endforeach()
  if(c_libraries)
    add_package(statusline-c ${CMAKE_INSTALL_LIBDIR} ${c_libraries})
  endif()
endif()

if(STATUSLINE_TOOL AND TARGET statusline_tool)
  install(TARGETS statusline_tool
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT statusline_tool)
  install(FILES ${PROJECT_SOURCE_DIR}/src/cli/registry_to_tsv.py
    DESTINATION ${CMAKE_INSTALL_DATADIR}/statusline COMPONENT statusline_tool)
  install(FILES ${PROJECT_SOURCE_DIR}/src/cli/parse.schema.json
    ${PROJECT_SOURCE_DIR}/src/cli/summary.schema.json
    DESTINATION ${CMAKE_INSTALL_DATADIR}/statusline COMPONENT statusline_tool)
endif()
if(STATUSLINE_TOOL AND TARGET statusline_generated_docs)
  install(FILES ${PROJECT_BINARY_DIR}/src/statusline.1
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT statusline_tool)
  install(FILES ${PROJECT_BINARY_DIR}/src/statusline.bash RENAME statusline
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT statusline_tool)
endif()

if(STATUSLINE_TOOL AND TARGET statusline_conform)
  install(TARGETS statusline_conform
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT statusline_conform)
  install(FILES ${PROJECT_SOURCE_DIR}/src/conform/statusline-conform.1
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT statusline_conform)
endif()

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT statusline_dev)
