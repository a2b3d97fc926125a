// Files that were stored compressed, such as sitemap.xml.gz.
#pragma once
#include <string>
#include <string_view>

namespace headrace {

struct Gunzipped {
  std::string bytes;
  bool whole = true;  // false when the file is damaged, is cut off, or holds more than was asked for
};

bool is_gzip(std::string_view bytes);

// At most `max_bytes`, so that a bomb costs no more than they do. Members that follow each other are joined. Pure; any thread.
Gunzipped gunzip(std::string_view bytes, std::size_t max_bytes);

}  // namespace headrace
