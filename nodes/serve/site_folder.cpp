#include "nodes/serve/site_folder.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/config/tree.hpp"
#include "core/node.hpp"

namespace headrace {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_files = 10'000, max_bytes = 64u << 20;

struct HostConfig {
  std::string name;
  std::vector<std::string> also, feeds;
  std::map<std::string, std::string> redirects, content_types;
  std::map<std::string, int> statuses;
  static constexpr auto fields() {
    return std::tuple(field("name", &HostConfig::name, "The subfolder, and the host's name.", required()),
                      field("also", &HostConfig::also, "Further names of the host."),
                      field("feeds", &HostConfig::feeds, "Paths of its feeds."),
                      field("redirects", &HostConfig::redirects, "Where a path leads."),
                      field("content_types", &HostConfig::content_types, "Of files whose name does not tell."),
                      field("statuses", &HostConfig::statuses, "HTTP status of a path."));
  }
};

struct SiteConfig {
  std::vector<HostConfig> hosts;
  static constexpr auto fields() { return std::tuple(field("hosts", &SiteConfig::hosts, "The hosts of the site.", required())); }
};

template <class T> void refuse_unknown_members(const ValueView& view) {
  for (const auto& [name, value] : view.members()) {
    bool known = false;
    for_each_field<T>([&, name = name](const auto& each) { known |= each.name == name; });
    if (!known) value.fail("there is no member '" + std::string(name) + "'");
  }
}

SiteConfig read_site_config(const std::string& path) {
  const ParsedConfig parsed = load_config(path);
  if (!parsed.diagnostics.empty()) throw NodeError("bad_input", format_diagnostic(parsed.diagnostics.front()));
  try {
    const ValueView root = parsed.root.view();
    refuse_unknown_members<SiteConfig>(root);
    if (const auto hosts = root.member("hosts"))
      for (const ValueView& host : hosts->elements()) refuse_unknown_members<HostConfig>(host);
    return read_value<SiteConfig>(root);
  } catch (const BadValue& bad) {
    const std::string line = bad.at ? ":" + std::to_string(bad.at->at.line) : "";
    throw NodeError("bad_input", path + line + ": " + (bad.path.empty() ? "" : bad.path + ": ") + bad.message);
  }
}

SiteConfig one_host_a_subfolder(const std::string& folder) {
  SiteConfig config;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && !entry.is_symlink()) config.hosts.push_back({entry.path().filename().string(), {}, {}, {}, {}, {}});
  return config;
}

struct ContentType {
  std::string_view extension, name;
  bool text;
};
constexpr std::array<ContentType, 16> content_types = {{{".html", "text/html; charset=utf-8", true},
                                                        {".htm", "text/html; charset=utf-8", true},
                                                        {".xml", "application/xml", true},
                                                        {".rss", "application/rss+xml", true},
                                                        {".atom", "application/atom+xml", true},
                                                        {".json", "application/json", true},
                                                        {".opml", "text/x-opml", true},
                                                        {".txt", "text/plain; charset=utf-8", true},
                                                        {".css", "text/css", true},
                                                        {".js", "text/javascript", true},
                                                        {".svg", "image/svg+xml", true},
                                                        {".png", "image/png", false},
                                                        {".jpg", "image/jpeg", false},
                                                        {".gif", "image/gif", false},
                                                        {".pdf", "application/pdf", false},
                                                        {"", "application/octet-stream", false}}};

const ContentType& content_type_of(const fs::path& path) {
  return *std::find_if(content_types.begin(), content_types.end() - 1,
                       [&](const ContentType& type) { return path.extension() == type.extension; });
}

std::string with_port(std::string text, const std::string& port) {
  constexpr std::string_view mark = "{{port}}";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + port.size())) text.replace(at, mark.size(), port);
  return text;
}

std::string read_whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw NodeError("bad_input", "cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string etag_of(std::string_view body) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::uint64_t hash = XXH3_64bits(body.data(), body.size());
  std::string tag = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) tag += digits[hash >> shift & 15];
  return tag + "\"";
}

}  // namespace

struct SiteFolder::Reader {
  std::string port;
  std::size_t files = 0, bytes = 0;

  void count(std::size_t size) {
    bytes += size;
    if (++files > max_files || bytes > max_bytes) throw NodeError("too_large", "a site has at most 10,000 files and 64 MiB");
  }

  SiteAnswer read_file(const fs::path& path) {
    const ContentType& type = content_type_of(path);
    SiteAnswer answer;
    count(fs::file_size(path));
    answer.body = read_whole(path);
    if (type.text) answer.body = with_port(std::move(answer.body), port);
    answer.content_type = type.name;
    answer.etag = etag_of(answer.body);
    return answer;
  }

  Pages read_folder(const fs::path& folder) {
    Pages pages;
    if (!fs::is_directory(folder))
      throw NodeError("bad_input",
                      "site.yaml names the host '" + folder.filename().string() + "', but there is no folder " + folder.string());
    for (auto at = fs::recursive_directory_iterator(folder); at != fs::recursive_directory_iterator(); ++at) {
      const bool hidden = at->path().filename().string().starts_with('.');
      if (hidden && at->is_directory()) at.disable_recursion_pending();
      if (!hidden && !at->is_symlink() && at->is_regular_file())
        pages["/" + at->path().lexically_relative(folder).generic_string()] = read_file(at->path());
    }
    return pages;
  }

  void add_overrides(Pages& pages, const HostConfig& host) {
    for (const auto& [path, target] : host.redirects) pages[path] = {.status = 302, .location = with_port(target, port)};
    for (const auto& [path, status] : host.statuses) {
      if (status < 200 || status > 599) throw NodeError("bad_input", "site.yaml: the status of " + path + " must lie in 200..599");
      pages[path].status = status;
    }
    for (const auto& [path, type] : host.content_types) {
      if (!pages.contains(path))
        throw NodeError("bad_input", "site.yaml: content_types names " + path + ", which " + host.name + " does not have");
      pages[path].content_type = type;
    }
  }
};

SiteFolder::SiteFolder(std::string folder, std::uint16_t port) : not_found_{.status = 404, .body = "There is nothing here.\n"} {
  try {
    if (!fs::is_directory(folder)) throw NodeError("bad_input", "there is no folder " + folder);
    const std::string file = folder + "/site.yaml";
    Reader reader{.port = std::to_string(port)};
    for (const HostConfig& host : (fs::exists(file) ? read_site_config(file) : one_host_a_subfolder(folder)).hosts) {
      Pages& pages = sites_[host.name] = reader.read_folder(fs::path(folder) / host.name);
      reader.add_overrides(pages, host);
      hosts_[host.name] = &pages;
      for (const std::string& name : host.also) hosts_[name] = &pages;
      for (const std::string& path : host.feeds) feeds_.push_back("http://" + host.name + ":" + reader.port + path);
    }
  } catch (const fs::filesystem_error& error) {
    throw NodeError("bad_input", error.what());
  }
}

const SiteAnswer& SiteFolder::find(std::string_view host, std::string_view path) const {
  const auto site = hosts_.find(host);
  if (site == hosts_.end()) return not_found_;
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::string plain(path);
  for (const std::string& candidate : {plain, plain + ".html", plain + "/index.html"})
    if (const auto page = site->second->find(candidate); page != site->second->end()) return page->second;
  return not_found_;
}

}  // namespace headrace
