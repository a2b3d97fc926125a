// A lenient pull reader of XML, for documents that strangers wrote.
//
//   XmlReader xml(R"(<rss><channel><title>Tide &amp; wind</title></channel></rss>)");
//   while (xml.next() != XmlReader::Event::done) ...
//
// Any bytes give events; next() gives `done` after at most two events a byte. An end tag closes the nearest open element of
// its name, and those inside it; without one it is ignored; <item> ends an <item>, and <entry> an <entry>, that directly holds
// it, and both end a <title> or another element that holds text alone. `<` before what is no name is text. Entities that the DTD
// declares as text are replaced, within the bounds of DeclaredEntities; elements deeper than max_depth give no events. Names and
// text() borrow from the document or the reader and live until next(). One thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/poll/feed/declared_entities.hpp"

namespace headrace::feed {

class XmlReader {
 public:
  enum class Event { start, end, text, done };
  struct Attribute {
    std::string_view name, raw;
  };  // the name as written; the value before entities are decoded
  static constexpr std::size_t max_depth = 256, max_attributes = 128, max_declarations = 64;

  explicit XmlReader(std::string_view document);  // UTF-8; must outlive the reader
  Event next();

  std::string_view name() const { return name_; }                // of the element that started or ended, as written
  std::string_view prefix() const;                               // before the colon; empty without one
  std::string_view local() const;                                // after the colon
  std::string_view namespace_uri() const { return namespace_; }  // of the element that started; empty when undeclared
  std::string_view text() const { return text_; }                // decoded
  const std::vector<Attribute>& attributes() const { return attributes_; }
  std::optional<std::string> attribute(std::string_view name);  // decoded; the case of the name does not matter

  std::size_t depth() const { return open_.size(); }  // open elements: with the one that started, without the one that ended
  std::size_t offset() const {
    return token_;
  }                                             // where the markup of the last event begins; at an end that was implied,
                                                // where the markup that implied it begins
  std::size_t position() const { return at_; }  // behind the last event
  std::string_view source(std::size_t from, std::size_t to) const { return document_.substr(from, to - from); }
  bool repaired() const { return repaired_; }  // the document was not well-formed, as far as it was read

 private:
  struct Open {
    std::string_view name;
    std::size_t declarations;
  };
  struct Declaration {
    std::string_view prefix;
    std::string uri;
  };
  bool markup_at(std::size_t at) const;
  Event text_event();
  std::optional<Event> markup_event();
  std::optional<Event> declaration_event();
  std::optional<Event> start_tag();
  std::optional<Event> end_tag();
  bool implies_end() const;
  void read_attributes();
  std::string_view read_value();
  std::string_view read_name();
  void keep(Attribute attribute);
  void declare_namespaces();
  std::string_view uri_of(std::string_view prefix) const;
  void skip_past(std::string_view closing);
  void skip_doctype();
  Event cdata();
  Event close_one();
  void drop_controls();
  std::string decoded(std::string_view raw);
  bool here(std::string_view text) const { return document_.substr(at_, text.size()) == text; }

  std::string_view document_;
  std::size_t at_ = 0, token_ = 0;
  DeclaredEntities entities_;
  std::vector<Open> open_;
  std::vector<Declaration> declarations_;
  std::vector<Attribute> attributes_;
  std::string_view name_, namespace_, text_;
  std::string decoded_;
  std::size_t to_close_ = 0;  // elements that the last end tag, or the end of the document, still has to close
  std::size_t too_deep_ = 0;  // open elements beyond max_depth
  bool self_closing_ = false, repaired_ = false, controls_ = false, seen_doctype_ = false, seen_root_ = false, lost_cdata_ = false;
};

bool same_name(std::string_view a, std::string_view b);  // ASCII letters compare without case

}  // namespace headrace::feed
