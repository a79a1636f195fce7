# SPDX-License-Identifier: MIT
#
# The conformance cases: corpus/conformance/cases.json in a program, and the answers for an input.
set(json ${PROJECT_SOURCE_DIR}/corpus/conformance/cases.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${json})
file(READ ${json} cases)
configure_file(cases_json.cpp.in cases_json.cpp @ONLY)
add_library(statusline_conform_cases STATIC cases.cpp ${CMAKE_CURRENT_BINARY_DIR}/cases_json.cpp)
target_include_directories(statusline_conform_cases PUBLIC ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(statusline_conform_cases PUBLIC statusline_warnings PRIVATE nlohmann_json::nlohmann_json)
if(NOT MSVC)
  set_source_files_properties(cases.cpp PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O1>) # it runs once
  # Clang warns about a literal over 65,536 bytes.
  set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/cases_json.cpp PROPERTIES COMPILE_OPTIONS
    $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wno-overlength-strings>)
endif()
