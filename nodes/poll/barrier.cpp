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
//   other_language     its entry is in a language that is not in `languages`
//   too_old            its feed entry is older than `max_age`
//   host_budget        `per_host_day` pages of its host were admitted today (UTC) already
// Rules are looked at first: they cost no access to the store, and leave no trace in it, so that a changed rule counts at once.
// In the store: barrier/seen/<identity> and barrier/retry/<identity>, each with a time, and barrier/day/<host>; they are written
// when the record settles. page_identity adds alias/<identity> there, for the addresses that a document was found to have.
#include <algorithm>
#include <memory>

#include "core/node.hpp"
#include "core/state/store.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/xml_reader.hpp"
#include "nodes/poll/host_budget.hpp"

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

struct Refusal {
  std::string_view reason;  // empty: none
  std::string why{};
  explicit operator bool() const { return !reason.empty(); }
};

class Barrier {
 public:
  struct Config {
    std::vector<std::string> block_hosts;
    std::vector<std::string> block_extensions = default_extensions;
    std::vector<std::string> block_paths;
    std::vector<std::string> languages;
    Duration max_age{0};
    Duration retry_failed = std::chrono::hours(1);
    std::int64_t per_host_day = 0;
    bool explain = false;
    Use<Store> store;
    static constexpr auto fields() {
      return std::tuple(field("block_hosts", &Config::block_hosts, "Hosts that are refused, with all below them."),
                        field("block_extensions", &Config::block_extensions, "Endings of paths, without the dot, that are no articles."),
                        field("block_paths", &Config::block_paths, "Pieces of URLs that are refused."),
                        field("languages", &Config::languages, "Entries that say that they are in another language are refused; empty: none is."),
                        field("max_age", &Config::max_age, "Older entries are refused; 0 lets all pass."),
                        field("retry_failed", &Config::retry_failed, "How long a document that failed is kept out."),
                        field("per_host_day", &Config::per_host_day, "At most so many are admitted of a host and day; 0: any number.", in_range(0, 1e9)),
                        field("explain", &Config::explain, "Reasons say what decided. For 'call'; runs count by reason."),
                        field("store", &Config::store, "Where seen documents are remembered."));
    }
  };
  explicit Barrier(Config config) : config_(std::move(config)), budget_(std::make_unique<HostBudget>(static_cast<int>(config_.per_host_day))) {}

  Maybe<bool> operator()(In<"identity"> identity, Opt<"entry"> entry, Opt<"language"> language, Now now, Mark mark) const {
    const UrlParts url(*identity);
    if (const Refusal refusal = refused_by_rule(*identity, url)) return drop(refusal);
    if (language && !reads(*language)) return drop({"other_language", *language});
    if (config_.max_age > Duration::zero() && entry && entry->published && now.time.at - entry->published->at > config_.max_age)
      return drop({"too_old", format_time(*entry->published)});
    if (!mark.claim("barrier " + *identity)) return drop({"duplicate"});
    // One after the other: most links were seen, and a key that is not there costs next to nothing, for a filter says so. What a
    // record of the same identity leaves is there as a whole: it had claimed the name.
    const std::string seen = "barrier/seen/" + *identity, retry = "barrier/retry/" + *identity;
    if (const auto when = config_.store->get(seen)) return drop({"seen", *when});
    if (const auto page = config_.store->get("alias/" + *identity)) return drop({"seen", "another address of " + *page});
    const auto until = config_.store->get(retry);
    if (until && parse_time(*until).at > now.time.at) return drop({"retry_later", *until});
    if (config_.per_host_day > 0 && !within_budget(std::string(url.host), now.time, mark)) return drop({"host_budget", std::string(url.host)});
    leave_marks(seen, retry, until.has_value(), now.time, mark);
    return true;
  }

 private:
  Drop drop(const Refusal& refusal) const {
    std::string reason(refusal.reason);
    return {config_.explain && !refusal.why.empty() ? reason + ": " + refusal.why : reason};
  }

  Refusal refused_by_rule(std::string_view identity, const UrlParts& url) const {
    for (const std::string& host : config_.block_hosts)
      if (is_or_is_below(url.host, host)) return {"blocked_host", host};
    if (const std::string_view found = url.extension(); !found.empty())  // few addresses of articles have one
      for (const std::string& extension : config_.block_extensions)
        if (feed::same_name(found, extension)) return {"blocked_extension", extension};
    for (const std::string& piece : config_.block_paths)
      if (!piece.empty() && identity.find(piece) != std::string_view::npos) return {"blocked_path", piece};
    return {};
  }

  // By the primary subtag: "en" is "en-GB" as well.
  bool reads(std::string_view language) const {
    const std::string_view primary = language.substr(0, language.find_first_of("-_"));
    const auto matches = [&](const std::string& each) { return feed::same_name(each, language) || feed::same_name(each, primary); };
    return config_.languages.empty() || std::any_of(config_.languages.begin(), config_.languages.end(), matches);
  }

  bool within_budget(const std::string& host, Time now, const Mark& mark) const {
    const std::string key = "barrier/day/" + host, day = format_time(now).substr(0, 10);
    const auto left = budget_->take(host, day, [&] { return config_.store->get(key); });
    if (left) mark.put(key, *left);
    return left.has_value();
  }

  void leave_marks(const std::string& seen, const std::string& retry, bool retried, Time now, const Mark& mark) const {
    mark.put(seen, format_time(now), When::done);
    if (retried) mark.remove(retry, When::done);
    const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(config_.retry_failed);
    mark.put(retry, format_time({now.at + wait, false}), When::failed);
  }

  Config config_;
  std::unique_ptr<HostBudget> budget_;  // guards itself
};

}  // namespace

HEADRACE_NODE(Barrier, "barrier", "Keeps out what was seen before or is not worth fetching.")

}  // namespace headrace
