// Paths of robots.txt and of URLs in one normal form, so that spellings of the same path are equal, and the matching of them.
//
// Escapes of letters, digits and -._~ are decoded, other escapes are written with capitals, and every byte that may not stand
// in the path or query of a URI as it is becomes an escape; so do $, * and ', which are written either way. An escaped slash or
// question mark is not the same as the character.
#pragma once
#include <string>
#include <string_view>

namespace headrace {

// The normal form of a path; `storage` holds it when it is not `path` itself.
std::string_view normal_path(std::string_view path, std::string& storage);

struct RobotsPattern {
  std::size_t size = 0;    // of what must be found, without wildcards at the end
  std::size_t octets = 0;  // of the whole pattern
  bool anchored = false;   // it ended with $
  bool wild = false;       // it has * in what must be found
};

// Appends the normal form of a pattern, in which * stands for anything and a $ at the end for the end of the path.
RobotsPattern append_pattern(std::string& out, std::string_view pattern);

// Whether `path`, in normal form, begins with `pattern`, or is it if `anchored`. Linear in both for each * of the pattern.
bool matches(std::string_view pattern, bool anchored, std::string_view path);

}  // namespace headrace
