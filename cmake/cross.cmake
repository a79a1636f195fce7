# SPDX-License-Identifier: MIT
# A toolchain: STATUSLINE_MACHINE (i686, aarch64, s390x, riscv64) by Debian's cross compiler, run by QEMU. Programs are
# static, so that they need no file of the other machine.
#
#   cmake -S . -B DIR --toolchain cmake/cross.cmake -DSTATUSLINE_MACHINE=s390x
#     -DCMAKE_FIND_ROOT_PATH=ROOT      # headers and sources that are the same on every machine
#
# ROOT replaces /usr/include, which has this machine's libc.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES STATUSLINE_MACHINE)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${STATUSLINE_MACHINE})
set(CMAKE_C_COMPILER ${STATUSLINE_MACHINE}-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER ${STATUSLINE_MACHINE}-linux-gnu-g++)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)

foreach(what LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${what} ONLY)
endforeach()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

# An x86-64 runs 32-bit programs itself.
if(NOT STATUSLINE_MACHINE STREQUAL "i686")
  set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${STATUSLINE_MACHINE})
endif()
