// Parsing feeds: megabytes and entries a second. The documents are the real feeds of HEADRACE_DATA (folders feeds/rss-parser and
// feeds/feed-rs), else invented ones. Beside it Python's feedparser, in a process of its own over the same documents, where it
// is installed; else the least that any reader does: finding the tags.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "bench/workload.hpp"
#include "core/node.hpp"
#include "nodes/poll/feed/read_feed.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<std::string> real_feeds() {
  std::vector<std::string> out;
  const char* data = std::getenv("HEADRACE_DATA");
  for (const char* suite : {"rss-parser", "feed-rs"}) {
    const fs::path folder = data ? fs::path(data) / "feeds" / suite : fs::path();
    if (!data || !fs::is_directory(folder)) continue;
    std::vector<fs::path> files;
    for (const auto& each : fs::recursive_directory_iterator(folder))
      if (each.is_regular_file() && each.path().extension() != ".json") files.push_back(each.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& path : files) {
      std::ifstream file(path, std::ios::binary);
      out.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  return out;
}

std::string invented_feed(int number) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
      " xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n<title>Feed " +
      std::to_string(number) + "</title>\n<link>https://example.org/</link>\n";
  for (int i = 0; i < 20; ++i) {
    const std::string url = "https://example.org/" + std::to_string(number) + "/" + std::to_string(i);
    out += "<item>\n<title>Ferry " + std::to_string(i) + " late again &amp; again</title>\n<link>" + url + "</link>\n<guid>" + url +
           "</guid>\n<dc:creator>Ann Lee</dc:creator>\n<category>Harbour</category>\n<pubDate>Sun, 01 Mar 2026 12:00:00 +0100</pubDate>\n"
           "<description>The ferry was late.</description>\n<content:encoded><![CDATA[";
    for (int p = 0; p < 5; ++p)
      out += "<p>The ferry <a href=\"" + url +
             "\">was late</a> again on Sunday, and nobody on the pier knew why; the harbour master said that the "
             "tide had been early, and that tides do not wait for timetables.</p>\n";
    out += "]]></content:encoded>\n</item>\n";
  }
  return out + "</channel>\n</rss>\n";
}

std::vector<std::string> documents(bool quick) {
  std::vector<std::string> out = real_feeds();
  if (out.empty())
    for (int i = 0; i < 50; ++i) out.push_back(invented_feed(i));
  if (quick) out.resize(std::min<std::size_t>(out.size(), 3));
  return out;
}

std::size_t parse_all(const std::vector<headrace::FeedDocument>& feeds) {
  std::size_t entries = 0;
  for (const headrace::FeedDocument& each : feeds) {
    headrace::feed::ReadFeed read = headrace::feed::read_feed(each, 100'000);
    headrace::feed::resolve_links(read);
    entries += read.parsed.entries.size();
  }
  return entries;
}

std::size_t find_tags(const std::vector<headrace::FeedDocument>& feeds) {
  std::size_t tags = 0;
  for (const headrace::FeedDocument& each : feeds) {
    const char *at = each.body.data.data(), *const end = at + each.body.size();
    while (const void* found = std::memchr(at, '<', static_cast<std::size_t>(end - at))) at = static_cast<const char*>(found) + 1, ++tags;
  }
  return tags;
}

// The documents in a folder of their own, and feedparser over them: seconds of processor time, or nothing where it is missing.
class Feedparser {
 public:
  explicit Feedparser(const std::vector<headrace::FeedDocument>& feeds) {
    std::string name = (fs::temp_directory_path() / "headrace-bench-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder for the documents");
    folder_ = name;
    for (std::size_t i = 0; i < feeds.size(); ++i) std::ofstream(folder_ / std::to_string(i), std::ios::binary) << feeds[i].body.data;
  }
  ~Feedparser() { fs::remove_all(folder_); }

  double seconds() const {
    const std::string command =
        "PATH=/usr/bin:$PATH python3 -c 'import feedparser,os,sys,time\n"
        "f=sys.argv[1]\nd=[open(os.path.join(f,n),\"rb\").read() for n in os.listdir(f)]\n"
        "t=time.process_time()\nfor x in d: feedparser.parse(x)\nprint(time.process_time()-t)' '" +
        folder_.string() + "' 2>/dev/null";
    FILE* pipe = popen(command.c_str(), "r");
    double out = 0;
    if (pipe && std::fscanf(pipe, "%lf", &out) != 1) out = 0;
    if (pipe) pclose(pipe);
    return out;
  }

 private:
  fs::path folder_;
};

bench::Report run(const bench::Settings& settings) {
  std::vector<headrace::FeedDocument> feeds;
  std::size_t bytes = 0;
  for (std::string& each : documents(settings.quick)) {
    bytes += each.size();
    feeds.push_back({headrace::Bytes(std::move(each)), {}, "https://example.org/feed.xml"});
  }
  const std::size_t entries = parse_all(feeds);
  const Feedparser feedparser(feeds);
  const bool installed = feedparser.seconds() > 0;
  const auto megabytes_a_second = [bytes](double seconds) { return static_cast<double>(bytes) / 1e6 / seconds; };
  const auto timed = [&](auto&& all) {
    return megabytes_a_second(bench::time_per(1, bench::By::thread, [&] { bench::keep(all()); }) / 1e9);
  };
  const std::vector<bench::Measure> measures = {
      [&] { return timed([&] { return parse_all(feeds); }); },
      [&] { return installed ? megabytes_a_second(feedparser.seconds()) : timed([&] { return find_tags(feeds); }); }};
  const auto times = bench::in_turns(installed ? std::min(settings.repetitions, 5) : settings.repetitions, measures);

  const double entries_per_megabyte = static_cast<double>(entries) / (static_cast<double>(bytes) / 1e6);
  const auto in_entries = [&](bench::Spread spread) {
    return bench::Spread{spread.min * entries_per_megabyte, spread.median * entries_per_megabyte, spread.max * entries_per_megabyte};
  };
  const std::string baseline = installed ? "feedparser" : "find the tags";
  return {"MB per second (more is better)",
          {{std::to_string(feeds.size()) + " feeds, " + std::to_string(bytes / 1000) + " KB", times[0], baseline, times[1]},
           {"entries per second", in_entries(times[0]), baseline, in_entries(times[1])}}};
}

[[maybe_unused]] const bool known = bench::add({"feeds", "Parsing feeds, beside Python's feedparser.", run});

}  // namespace
