#include "nodes/poll/feed_list.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <unordered_set>

#include "core/node.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/uri.hpp"
#include "nodes/poll/feed/xml_reader.hpp"
#include "nodes/support/charset.hpp"

namespace headrace {

namespace {

class ListBuilder {
 public:
  void add(std::string_view text, const std::string& place) {
    std::string url(feed::trim(text));
    if (url.starts_with("feed://")) url.replace(0, 4, "http");
    if (!feed::is_web_url(url)) list_.rejected.push_back(place + ": '" + url.substr(0, 80) + "'");
    else if (known_.insert(url).second) list_.urls.push_back(std::move(url));
  }
  FeedList take() { return std::move(list_); }

 private:
  FeedList list_;
  std::unordered_set<std::string> known_;
};

FeedList parse_opml(std::string_view text, const std::string& file_name) {
  ListBuilder list;
  feed::XmlReader xml(text);
  std::size_t outlines = 0;
  for (auto event = xml.next(); event != feed::XmlReader::Event::done; event = xml.next()) {
    if (event != feed::XmlReader::Event::start || !feed::same_name(xml.local(), "outline")) continue;
    ++outlines;
    if (const auto url = xml.attribute("xmlUrl")) list.add(*url, file_name + ", outline " + std::to_string(outlines));
  }
  return list.take();
}

FeedList parse_lines(std::string_view text, const std::string& file_name) {
  ListBuilder list;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view content = feed::trim(text.substr(0, end));
    if (!content.empty() && content.front() != '#') list.add(content.substr(0, content.find(" #")), file_name + ":" + std::to_string(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list.take();
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw NodeError("bad_feed_list", "feeds: cannot read '" + path +
                                         "' (give an OPML file, a text file with one URL a line, or a URL that begins with https://)");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

FeedSource Codec<FeedSource>::read(const ValueView& view) {
  const std::string_view text = view.string();
  if (feed::is_web_url(text)) return {std::string(text)};
  return {Codec<Path>::read(view).text};
}

FeedList parse_feed_list(std::string_view bytes, const std::string& file_name) {
  const DecodedText decoded = decode_text(bytes, std::nullopt, Markup::xml);
  const bool opml = feed::trim(decoded.text).starts_with('<');
  FeedList list = opml ? parse_opml(decoded.text, file_name) : parse_lines(decoded.text, file_name);
  if (!list.urls.empty()) return list;
  if (!list.rejected.empty())
    throw NodeError("bad_feed_list",
                    list.rejected.front() + " is no feed URL: write one that begins with https://, or # in front of a comment");
  throw NodeError("bad_feed_list",
                  "feeds: '" + file_name + "' names no feed: " + (opml ? "no <outline> has an xmlUrl" : "write one URL a line"));
}

FeedList load_feed_list(const FeedSource& source) {
  if (feed::is_web_url(source.text)) return {{source.text}, {}};
  return parse_feed_list(read_file(source.text), source.text);
}

}  // namespace headrace
