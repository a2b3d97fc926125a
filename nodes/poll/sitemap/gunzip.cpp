#include "nodes/poll/sitemap/gunzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>

namespace headrace {

namespace {

constexpr std::size_t slice = 64 << 10;
constexpr int gzip_only = 16 + MAX_WBITS;

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

Gunzipped gunzip(std::string_view bytes, std::size_t max_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_only) != Z_OK) throw std::runtime_error("zlib could not be set up");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closing(&stream, inflateEnd);
  bytes = bytes.substr(0, std::numeric_limits<uInt>::max());
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib's interface is older than const
  stream.avail_in = static_cast<uInt>(bytes.size());

  Gunzipped out;
  int status = Z_OK;
  while (status == Z_OK && out.bytes.size() < max_bytes) {
    const std::size_t before = out.bytes.size(), room = std::min(slice, max_bytes - before);
    out.bytes.resize(before + room);
    stream.next_out = reinterpret_cast<Bytef*>(out.bytes.data() + before);
    stream.avail_out = static_cast<uInt>(room);
    status = inflate(&stream, Z_NO_FLUSH);
    out.bytes.resize(before + room - stream.avail_out);
    if (status == Z_STREAM_END && stream.avail_in > 0 && is_gzip({reinterpret_cast<const char*>(stream.next_in), stream.avail_in}))
      status = inflateReset(&stream);
  }
  out.whole = status == Z_STREAM_END;
  return out;
}

}  // namespace headrace
