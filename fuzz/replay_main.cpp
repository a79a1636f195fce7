// SPDX-License-Identifier: MIT
//
// A fuzz target as a plain program, for any compiler: runs it once on each file in the arguments,
// and on each file of each folder. Fails without any input, so that a wrong path cannot pass.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

int replayed = 0;

void replay(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::vector<char> bytes{std::istreambuf_iterator<char>{in}, {}};
  if (in.bad() || !in.is_open())
    throw fs::filesystem_error{"cannot be read", file, std::make_error_code(std::errc::io_error)};
  // Printed before the call, so that an abort comes after the file's name.
  std::fprintf(stderr, "%s\n", file.string().c_str());
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  ++replayed;
}

} // namespace

int main(int argc, char** argv) {
  try {
    for (const fs::path& argument : std::vector<fs::path>{argv + 1, argv + argc}) {
      if (!fs::is_directory(argument))
        replay(argument);
      else
        for (const auto& entry : fs::recursive_directory_iterator{argument})
          if (entry.is_regular_file())
            replay(entry.path());
    }
  } catch (const fs::filesystem_error& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  std::fprintf(stderr, "%d inputs replayed\n", replayed);
  return replayed == 0 ? 1 : 0;
}
