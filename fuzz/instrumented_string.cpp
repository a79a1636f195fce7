// SPDX-License-Identifier: MIT
//
// For MemorySanitizer. What std::string does not inline would come from the system's libc++, which
// is not instrumented: all that it writes would pass for uninitialised. The linker takes these
// first.
#include <string>

template class std::basic_string<char>;
template std::string std::operator+(const char*, const std::string&);
