// What the fuzz targets share. A target is one file that defines LLVMFuzzerTestOneInput: it gives arbitrary bytes to one reader
// and lets nothing out of it but the errors that the reader declares. Whatever else happens is a find: an exception, a broken
// promise (require), a sanitizer's report, a leak, too much time or memory. Finds go into corpus/<target>/, which every
// compiler replays in the test run (replay.cpp); `./dev fuzz` looks for new ones.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace headrace::fuzz {

inline constexpr std::size_t longest_input = 64 << 10;

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

inline void require(bool promise, const char* sentence) {
  if (promise) return;
  std::fprintf(stderr, "broken: %s\n", sentence);
  std::abort();
}

// Whether a text may name a file outside the folder that relative paths start from: an absolute path, or a way up. Targets
// whose reader follows paths leave such texts alone.
inline bool may_leave_its_folder(std::string_view text) {
  constexpr std::string_view inside_a_path = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:";
  for (std::size_t at = text.find('/'); at != std::string_view::npos; at = text.find('/', at + 1))
    if (at == 0 || inside_a_path.find(text[at - 1]) == std::string_view::npos) return true;
  return text.find("..") != std::string_view::npos || text.find("\\x") != std::string_view::npos ||
         text.find("\\u") != std::string_view::npos;
}

}  // namespace headrace::fuzz
