// Walks the children of a feed's elements, with namespaces mapped to the few vocabularies that feeds use, and xml:base
// followed. What a reader does not ask for is passed over.
//
//   FeedCursor xml(text, url);
//   if (xml.root())
//     for (const auto rss = xml.depth(); xml.child(rss);)
//       if (xml.is(Vocabulary::rss, "channel")) ...
#pragma once
#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

enum class Vocabulary { rss, atom, dublin_core, content, media, itunes, play, syndication, rdf, feedburner, xhtml, other };

// The inside of an element: its text, or its source when elements stand in it.
struct Content {
  std::string text;
  bool markup = false;
};

class FeedCursor {
 public:
  FeedCursor(std::string_view document, std::string url) : xml_(document), document_url_(std::move(url)) {}

  bool root();                     // moves to the next element, the first one at first; false when there is none
  bool child(std::size_t parent);  // moves to the next child of the open element at that depth; false when it has ended
  std::size_t depth() const { return xml_.depth(); }

  Vocabulary vocabulary() const { return vocabulary_; }
  std::string_view name() const { return local_; }  // without the prefix
  bool is(std::string_view name) const { return same_name(local_, name); }
  bool is(Vocabulary vocabulary, std::string_view name) const { return vocabulary_ == vocabulary && is(name); }
  std::string attribute(std::string_view name) { return xml_.attribute(name).value_or(""); }

  Content content();    // reads to the end of the element
  std::string text();   // content(), trimmed
  std::string plain();  // content() as plain text: for headlines and names, which are HTML as often as not

  const std::string& base() const { return bases_.empty() ? document_url_ : bases_.back().url; }
  std::string resolve(std::string_view reference) const;
  bool repaired() const { return xml_.repaired(); }

 private:
  struct Base {
    std::size_t depth;
    std::string url;
  };
  void enter();

  XmlReader xml_;
  std::string document_url_;
  std::vector<Base> bases_;
  std::string_view local_;
  Vocabulary vocabulary_ = Vocabulary::other;
};

}  // namespace headrace::feed
