// Keeps out what is not worth fetching: documents that were seen, that failed a moment ago, or that a rule refuses.
//
//   admitted: {node: barrier, in: {identity: canonical.identity}, block_hosts: [ads.example.com], max_age: 30d}
//
// Drops with one of these reasons:
//   seen               the document was done, or dropped further down, before; or a page that was done had this address too
//   duplicate          it is on its way, by this or another of its addresses
//   retry_later        it failed less than `retry_failed` ago
//   blocked_host       its host, or a domain above it, is in `block_hosts`
//   blocked_extension  its path ends like a picture, a film, a sound, an archive or a program
//   blocked_path       its URL contains one of `block_paths`
//   too_old            its feed entry is older than `max_age`
// Rules are looked at first: they cost no access to the store, and leave no trace in it, so that a changed rule counts at once.
// In the store: barrier/seen/<identity> and barrier/retry/<identity>, each with a time; they are written when the record
// settles. page_identity adds alias/<identity> there, for the addresses that a document was found to have besides its own.
#include <algorithm>

#include "core/node.hpp"
#include "core/state/store.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace {
namespace {

const std::vector<std::string> default_extensions = {
    "jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "svg", "bmp", "ico", "tif", "tiff",               // images
    "mp4", "m4v", "mov", "avi", "mkv", "webm", "wmv", "mpg", "mpeg", "flv", "m3u8",                        // video
    "mp3", "m4a", "wav", "ogg", "oga", "opus", "flac", "aac", "wma",                                       // audio
    "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "tar",                                            // archives
    "exe", "msi", "dmg", "pkg", "deb", "rpm", "apk", "ipa", "iso", "img", "bin", "jar", "dll", "woff", "woff2"};  // binaries

// The parts of a URL that rules look at.
struct UrlParts {
  std::string_view host, path;
  explicit UrlParts(std::string_view url) {
    const auto scheme = url.find("://");
    const std::size_t first = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", first), url.size());
    host = url.substr(first, end - first);
    if (const auto user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
    if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
    if (host.ends_with('.')) host.remove_suffix(1);
    path = url.substr(end, std::min(url.find_first_of("?#", end), url.size()) - end);
  }
  std::string_view extension() const {
    const std::string_view file = path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
    const auto dot = file.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : file.substr(dot + 1);
  }
};

bool is_or_is_below(std::string_view host, std::string_view domain) {
  if (domain.empty() || host.size() < domain.size()) return false;
  if (!feed::same_name(host.substr(host.size() - domain.size()), domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

class Barrier {
 public:
  struct Config {
    std::vector<std::string> block_hosts;
    std::vector<std::string> block_extensions = default_extensions;
    std::vector<std::string> block_paths;
    Duration max_age{0};
    Duration retry_failed = std::chrono::hours(1);
    Use<Store> store;
    static constexpr auto fields() {
      return std::tuple(field("block_hosts", &Config::block_hosts, "Hosts that are refused, with all below them."),
                        field("block_extensions", &Config::block_extensions, "Endings of paths, without the dot, that are no articles."),
                        field("block_paths", &Config::block_paths, "Pieces of URLs that are refused."),
                        field("max_age", &Config::max_age, "Older entries are refused; 0 lets all pass."),
                        field("retry_failed", &Config::retry_failed, "How long a document that failed is kept out."),
                        field("store", &Config::store, "Where seen documents are remembered."));
    }
  };
  explicit Barrier(Config config) : config_(std::move(config)) {}

  Maybe<bool> operator()(In<"identity"> identity, Opt<"entry"> entry, Now now, Mark mark) const {
    if (const std::string_view reason = refused_by_rule(*identity); !reason.empty()) return Drop{std::string(reason)};
    if (config_.max_age > Duration::zero() && entry && entry->published && now.time.at - entry->published->at > config_.max_age) return Drop{"too_old"};
    if (!mark.claim("barrier " + *identity)) return Drop{"duplicate"};
    const std::string seen = "barrier/seen/" + *identity, retry = "barrier/retry/" + *identity;
    const auto stored = config_.store->multi_get({seen, retry, "alias/" + *identity});
    if (stored[0] || stored[2]) return Drop{"seen"};
    if (stored[1] && parse_time(*stored[1]).at > now.time.at) return Drop{"retry_later"};
    leave_marks(seen, retry, stored[1].has_value(), now.time, mark);
    return true;
  }

 private:
  std::string_view refused_by_rule(std::string_view identity) const {
    const UrlParts url(identity);
    const auto any = [](const std::vector<std::string>& rules, auto matches) { return std::any_of(rules.begin(), rules.end(), matches); };
    if (any(config_.block_hosts, [&](const std::string& host) { return is_or_is_below(url.host, host); })) return "blocked_host";
    if (any(config_.block_extensions, [&](const std::string& each) { return feed::same_name(url.extension(), each); })) return "blocked_extension";
    if (any(config_.block_paths, [&](const std::string& piece) { return !piece.empty() && identity.find(piece) != std::string_view::npos; })) return "blocked_path";
    return {};
  }

  void leave_marks(const std::string& seen, const std::string& retry, bool retried, Time now, const Mark& mark) const {
    mark.put(seen, format_time(now), When::done);
    if (retried) mark.remove(retry, When::done);
    const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(config_.retry_failed);
    mark.put(retry, format_time({now.at + wait, false}), When::failed);
  }

  Config config_;
};

}  // namespace

HEADRACE_NODE(Barrier, "barrier", "Keeps out what was seen before or is not worth fetching.")

}  // namespace headrace
