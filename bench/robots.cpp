// What it costs to read a robots.txt and to ask it about one URL, over invented files of the sizes and habits of real ones: half
// are shorter than 2 KB, the mean is some 4 KB, a few have 100 KB and more. Beside it, the least that any reader does: finding
// the lines.
#include <cmath>
#include <cstring>
#include <random>

#include "bench/workload.hpp"
#include "nodes/robots/robots_txt.hpp"

namespace {

using Words = std::vector<std::string>;

class Author {  // of files that look like those of sites
 public:
  std::string file() {
    const double size = 2000 * std::exp(1.3 * normal_(random_));
    std::string out;
    if (chance(60)) out += "# robots.txt of " + word() + ".example\n# " + word() + " " + word() + " " + word() + "\n\n";
    add_group(out, "User-agent: *\n", static_cast<std::size_t>(size * (chance(70) ? 0.9 : 0.4)));
    while (static_cast<double>(out.size()) < size) add_named_group(out);
    if (chance(52)) out += "\nSitemap: https://" + word() + ".example/sitemap.xml\n";
    if (chance(20)) windows_ends(out);
    return out;
  }

  std::string path() {
    std::string out;
    for (int depth = 1 + static_cast<int>(random_() % 4); depth-- > 0;) {
      out += '/';
      out += word();
    }
    if (chance(30)) out += std::to_string(random_() % 100000) + ".html";
    if (chance(15)) out.append("?").append(word()).append("=").append(word());
    return out;
  }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  std::string word() {
    static const Words words = {"admin", "search",  "wp-content", "plugins", "user",  "login",    "news",     "2026",   "cgi-bin",
                                "print", "tag",     "archive",    "static",  "cart",  "checkout", "includes", "themes", "comment",
                                "feed",  "private", "tmp",        "api",     "Media", "category", "author",   "filter", "node"};
    return words[random_() % words.size()];
  }

  void add_rule(std::string& out) {
    out += chance(85) ? "Disallow: " : "Allow: ";
    if (chance(8)) out.append("/*?").append(word()).append("=");
    else if (chance(6)) out.append("/*.").append(word()).append("$");
    else if (chance(6)) out.append("*/").append(word()).append("/*");
    else out += path() + (chance(60) ? "/" : "");
    if (chance(3)) out += "  # " + word();
    out += '\n';
  }

  void add_group(std::string& out, const std::string& agents, std::size_t size) {
    out += agents;
    if (chance(18)) out += "Crawl-delay: 10\n";
    while (out.size() < size) add_rule(out);
    out += '\n';
  }

  void add_named_group(std::string& out) {
    static const Words names = {"Googlebot", "bingbot", "AhrefsBot",   "SemrushBot", "GPTBot",
                                "CCBot",     "Yandex",  "Baiduspider", "MJ12bot",    "heron"};
    std::string agents;
    for (int count = 1 + static_cast<int>(random_() % 3); count-- > 0;) agents += "User-agent: " + names[random_() % names.size()] + "\n";
    if (chance(60)) out += agents + "Disallow: /\n\n";
    else add_group(out, agents, out.size() + random_() % 400);
  }

  static void windows_ends(std::string& out) {
    std::string with;
    for (const char c : out) with += c == '\n' ? "\r\n" : std::string(1, c);
    out = with;
  }

  std::minstd_rand random_{11};
  std::normal_distribution<double> normal_;
};

std::size_t count_lines(const std::string& text) {
  std::size_t lines = 0;
  const char *at = text.data(), *const end = at + text.size();
  while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) at = static_cast<const char*>(found) + 1, ++lines;
  return lines;
}

bench::Report run(const bench::Settings& settings) {
  Author author;
  Words files, paths;
  std::size_t bytes = 0;
  for (int i = settings.quick ? 20 : 2000; i-- > 0;) {
    files.push_back(author.file());
    paths.push_back(author.path());
    bytes += files.back().size();
  }
  std::vector<headrace::RobotsTxt> parsed(files.begin(), files.end());
  const auto timed = [&](auto&& one) {
    return bench::time_per(files.size(), bench::By::thread, [&] {
      for (std::size_t i = 0; i < files.size(); ++i) bench::keep(one(i));
    });
  };
  const std::vector<bench::Measure> measures = {
      [&] { return timed([&](std::size_t i) { return headrace::RobotsTxt(files[i]).allowed("heron", paths[i]); }); },
      [&] { return timed([&](std::size_t i) { return parsed[i].allowed("heron", paths[i]); }); },
      [&] { return timed([&](std::size_t i) { return count_lines(files[i]); }); }};
  const auto times = bench::in_turns(settings.repetitions, measures);
  const std::string size = std::to_string(bytes / files.size()) + " bytes each";
  return {"ns per file",
          {{"read and ask once, " + size, times[0], "find the lines", times[2]}, {"ask once", times[1], "find the lines", times[2]}}};
}

[[maybe_unused]] const bool known = bench::add({"robots", "Reading robots.txt files and asking each about one URL.", run});

}  // namespace
