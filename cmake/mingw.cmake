# SPDX-License-Identifier: MIT
# A toolchain: 64-bit Windows by MinGW-w64, run by Wine if that is installed. Programs are static, so that they need no
# DLL of the compiler.
#
#   cmake -S . -B DIR --toolchain cmake/mingw.cmake -DCMAKE_FIND_ROOT_PATH=ROOT
#
# ROOT has the headers of CLI11 and nlohmann-json. cmake/cross.cmake explains why /usr is not searched.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix) # with std::mutex, which GoogleTest uses
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
set(CMAKE_SHARED_LINKER_FLAGS_INIT -static-libgcc)

foreach(what LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${what} ONLY)
endforeach()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

# Debian does not install it in a folder of PATH.
find_program(STATUSLINE_WINE NAMES wine64 wine HINTS /usr/lib/wine)
if(STATUSLINE_WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${STATUSLINE_WINE})
endif()
