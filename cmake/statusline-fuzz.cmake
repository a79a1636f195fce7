# SPDX-License-Identifier: MIT
# statusline_add_fuzzer(NAME SOURCE...): adds a fuzz target of yours, with the parts that this project uses for its own:
# a dictionary, seeds and a mutator that knows the parts of a status line. A source defines LLVMFuzzerTestOneInput.
# Defines
#
#   NAME_replay   a plain program that runs the target on the given files and folders; the
#                 test of the same name runs it on the seeds, with any compiler
#   NAME          the fuzzer itself, if STATUSLINE_FUZZ is on; next to it NAME.dict
#                 and NAME.options
#   statusline_fuzzers   all of these
#   NAME_object   both without their main(): link further libraries to this one
#
# statusline_add_differential_fuzzer(NAME SOURCE... [ACCEPT FILE] [POLICY NAME]): the same for a parser of yours. The sources
# are an adapter that defines sl_subject_parse() (statusline/subject.h), and the parser itself, if that is no library. The
# target stops at an input about which the parser and the policy (strict by default) differ, unless the list FILE has
# that divergence: `statusline-conform library --write-accept FILE` writes it.
#
# A fuzzer is linked with STATUSLINE_FUZZING_ENGINE: Clang's libFuzzer by default; OSS-Fuzz and ClusterFuzzLite pass
# $LIB_FUZZING_ENGINE. CXXFLAGS decide how to instrument: this file sets no -fsanitize=address. A target's own seeds,
# and past crashes, are in the folders STATUSLINE_FUZZ_SEEDS/NAME and STATUSLINE_FUZZ_CRASHES/NAME, if those are set.

option(STATUSLINE_FUZZ "Build the fuzz targets" OFF)
option(STATUSLINE_FUZZ_MUTATOR "Mutate by the parts of a status line, not by bytes alone" ON)
set(STATUSLINE_FUZZING_ENGINE "" CACHE STRING "What fuzzers are linked with; nothing is libFuzzer")

# In the source tree, or installed: share/cmake/statusline and share/statusline/fuzz.
foreach(dir IN ITEMS ${CMAKE_CURRENT_LIST_DIR}/../fuzz ${CMAKE_CURRENT_LIST_DIR}/../../statusline/fuzz)
  if(EXISTS ${dir}/mutator.cpp)
    get_filename_component(STATUSLINE_FUZZ_DIR ${dir} ABSOLUTE)
  endif()
endforeach()
# The seeds that are lines without further bytes.
foreach(dir IN ITEMS ${STATUSLINE_FUZZ_DIR}/../corpus/seeds/oracle_fuzzer ${STATUSLINE_FUZZ_DIR}/seeds)
  if(EXISTS ${dir})
    get_filename_component(STATUSLINE_FUZZ_LINES ${dir} ABSOLUTE)
  endif()
endforeach()

# The target for other parsers.
foreach(dir IN ITEMS ${CMAKE_CURRENT_LIST_DIR}/../src/conform ${CMAKE_CURRENT_LIST_DIR}/../../statusline/conform)
  if(EXISTS ${dir}/differential_fuzzer.cpp)
    get_filename_component(STATUSLINE_CONFORM_DIR ${dir} ABSOLUTE)
  endif()
endforeach()

function(statusline_add_fuzzer name)
  set(seeds "")
  foreach(dir IN ITEMS ${STATUSLINE_FUZZ_SEEDS}/${name} ${STATUSLINE_FUZZ_CRASHES}/${name})
    if(EXISTS ${dir})
      list(APPEND seeds ${dir})
    endif()
  endforeach()
  if(NOT seeds)
    set(seeds ${STATUSLINE_FUZZ_LINES})
  endif()

  add_library(${name}_object OBJECT ${ARGN})
  target_link_libraries(${name}_object PUBLIC statusline::statusline)
  add_executable(${name}_replay ${STATUSLINE_FUZZ_DIR}/replay_main.cpp)
  target_link_libraries(${name}_replay PRIVATE ${name}_object)
  add_test(NAME ${name}_replay COMMAND ${name}_replay ${seeds})
  if(NOT STATUSLINE_FUZZ)
    return()
  endif()

  separate_arguments(engine NATIVE_COMMAND "${STATUSLINE_FUZZING_ENGINE}")
  if(NOT engine)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      message(FATAL_ERROR "libFuzzer comes with Clang: set CXX, or STATUSLINE_FUZZING_ENGINE")
    endif()
    set(engine -fsanitize=fuzzer)
  endif()
  add_executable(${name} $<$<BOOL:${STATUSLINE_FUZZ_MUTATOR}>:${STATUSLINE_FUZZ_DIR}/mutator.cpp>)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(${name} PRIVATE ${name}_object ${engine})
  foreach(extension IN ITEMS dict options)
    configure_file(${STATUSLINE_FUZZ_DIR}/statusline.${extension} ${name}.${extension} COPYONLY)
  endforeach()
  if(NOT TARGET statusline_fuzzers)
    add_custom_target(statusline_fuzzers)
  endif()
  add_dependencies(statusline_fuzzers ${name})
endfunction()

function(statusline_add_differential_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ACCEPT;POLICY" "")
  statusline_add_fuzzer(${name} ${STATUSLINE_CONFORM_DIR}/differential_fuzzer.cpp ${arg_UNPARSED_ARGUMENTS})
  if(arg_ACCEPT)
    # The target holds the list: it may run where the file is not.
    get_filename_component(accept ${arg_ACCEPT} ABSOLUTE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${accept})
    file(READ ${accept} rows)
    set(list ${CMAKE_CURRENT_BINARY_DIR}/${name}_accept.inc)
    file(CONFIGURE OUTPUT ${list} CONTENT "R\"accept(@rows@)accept\"" @ONLY)
    target_compile_definitions(${name}_object PRIVATE STATUSLINE_ACCEPT_LIST="${list}")
  endif()
  if(arg_POLICY)
    target_compile_definitions(${name}_object PRIVATE STATUSLINE_POLICY="${arg_POLICY}")
  endif()
endfunction()
