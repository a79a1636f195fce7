// SPDX-License-Identifier: MIT
//
// For MemorySanitizer. Functions of std::string that are not inlined would come from the system's
// libc++, which is not instrumented: all that it writes would count as uninitialized. The linker
// prefers these.
#include <string>

template class std::basic_string<char>;
template std::string std::operator+(const char*, const std::string&);
