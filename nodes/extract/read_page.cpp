// A page that lies on disk: for trying things out, and as the fallback of a fetch.
//
//   page: {node: fetch, fallback: {node: read_page}}
//
// `url` is a path or a file: address. It never goes to the network, and whoever names the url names the file: give it no
// addresses from outside.
#include <fstream>

#include "core/node.hpp"
#include "nodes/keys.hpp"

namespace headrace {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string unescaped(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool escape = path[i] == '%' && i + 2 < path.size() && hex_digit(path[i + 1]) >= 0 && hex_digit(path[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex_digit(path[i + 1]) * 16 + hex_digit(path[i + 2])) : path[i];
    if (escape) i += 2;
  }
  return out;
}

// "file:///a%20b", "file://localhost/a" and "file:a" are paths; another scheme is none.
std::string path_of(std::string_view url) {
  if (!url.starts_with("file:")) {
    if (url.find("://") != url.npos)
      throw NodeError("bad_url", "'" + std::string(url.substr(0, 200)) + "' is no file: fetch reads such addresses");
    return std::string(url);
  }
  url.remove_prefix(5);
  if (url.starts_with("//localhost/")) url.remove_prefix(11);
  else if (url.starts_with("///")) url.remove_prefix(2);
  return unescaped(url.substr(0, url.find_first_of("?#")));
}

class ReadPage {
 public:
  struct Config {
    ByteSize max_bytes{10u << 20};
    static constexpr auto fields() { return std::tuple(field("max_bytes", &Config::max_bytes, "A larger file fails as too_large.")); }
  };
  explicit ReadPage(Config config) : config_(std::move(config)) {}

  static constexpr auto errors() { return std::array<std::string_view, 1>{"bad_url"}; }

  Page operator()(In<"url"> url) const {
    const std::string path = path_of(*url);
    std::ifstream file(path, std::ios::binary);
    std::string body(config_.max_bytes.bytes + 1, '\0');
    if (!file || !file.read(body.data(), static_cast<std::streamsize>(body.size())).eof()) {
      if (file.gcount() > static_cast<std::streamsize>(config_.max_bytes.bytes))
        throw NodeError("too_large", path + " has more than " + std::to_string(config_.max_bytes.bytes) + " bytes");
      throw NodeError("unavailable", "cannot read " + path);
    }
    body.resize(static_cast<std::size_t>(file.gcount()));
    return {*url, Bytes(std::move(body)), std::nullopt, 200};
  }

 private:
  Config config_;
};

}  // namespace

HEADRACE_NODE(ReadPage, "read_page", "Reads a page from a file.")

}  // namespace headrace
