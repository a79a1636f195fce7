# SPDX-License-Identifier: MIT
# Builds llhttp 9 from WebAssembly: wasm2c (Debian's wabt) translates the module to C, which is compiled with wabt's
# runtime. Defines the target statusline_llhttp9, or sets llhttp9_missing to the reason why not. cmake/fetch-llhttp9.sh
# gets the module; this file does not use the network.

set(llhttp9_missing "")
find_file(STATUSLINE_LLHTTP9_WASM llhttp9.wasm NO_DEFAULT_PATH
  HINTS ${CMAKE_BINARY_DIR}/peers ${PROJECT_SOURCE_DIR}/build/peers
  DOC "llhttp 9 as WebAssembly, from cmake/fetch-llhttp9.sh")
find_program(STATUSLINE_WASM2C wasm2c DOC "wabt's compiler from WebAssembly to C")
find_path(STATUSLINE_WASM_RT wasm-rt-impl.c DOC "where wabt has the C sources of its runtime"
  HINTS ${CMAKE_PREFIX_PATH} ${CMAKE_SYSTEM_PREFIX_PATH} PATH_SUFFIXES share/wabt/wasm2c src/wasm2c)
find_path(STATUSLINE_WASM_RT_INCLUDE wasm-rt.h HINTS ${STATUSLINE_WASM_RT})

if(NOT STATUSLINE_LLHTTP9_WASM)
  set(llhttp9_missing "run cmake/fetch-llhttp9.sh build/peers")
elseif(NOT STATUSLINE_WASM2C OR NOT STATUSLINE_WASM_RT OR NOT STATUSLINE_WASM_RT_INCLUDE)
  set(llhttp9_missing "no wasm2c with its runtime's sources (wabt)")
elseif(CMAKE_CXX_BYTE_ORDER STREQUAL BIG_ENDIAN)
  set(llhttp9_missing "wasm2c turns the memory round on a big-endian machine")
else()
  execute_process(COMMAND ${STATUSLINE_WASM2C} --version OUTPUT_VARIABLE wasm2c_version
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT wasm2c_version VERSION_EQUAL 1.0.32)
    set(llhttp9_missing "wasm2c ${wasm2c_version} names things in its own way; the adapter knows 1.0.32")
  endif()
endif()
if(llhttp9_missing)
  return()
endif()

set(llhttp9_dir ${CMAKE_CURRENT_BINARY_DIR}/llhttp9)
file(MAKE_DIRECTORY ${llhttp9_dir})
add_custom_command(OUTPUT ${llhttp9_dir}/llhttp9.c ${llhttp9_dir}/llhttp9.h
  COMMAND ${STATUSLINE_WASM2C} ${STATUSLINE_LLHTTP9_WASM} --module-name=llhttp9 -o llhttp9.c
  DEPENDS ${STATUSLINE_LLHTTP9_WASM} WORKING_DIRECTORY ${llhttp9_dir} VERBATIM)
add_library(statusline_llhttp9 STATIC ${llhttp9_dir}/llhttp9.c ${llhttp9_dir}/llhttp9.h
  ${STATUSLINE_WASM_RT}/wasm-rt-impl.c)
target_include_directories(statusline_llhttp9 SYSTEM PUBLIC ${llhttp9_dir} ${STATUSLINE_WASM_RT_INCLUDE})
# Plain bounds checks: the default reserves 8 GiB and handles SIGSEGV, which sanitizers and guard pages need.
target_compile_definitions(statusline_llhttp9 PUBLIC WASM_RT_MEMCHECK_SIGNAL_HANDLER=0)
target_compile_options(statusline_llhttp9 PRIVATE -w)
