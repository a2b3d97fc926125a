#include "nodes/poll/feed/xml_reader.hpp"

#include <doctest/doctest.h>

using headrace::feed::XmlReader;

namespace {

// "<a x=1>" for a start with its attributes, "</a>", and text in brackets; "!" at the end when the document was repaired.
std::string events(std::string_view document) {
  XmlReader xml(document);
  std::string out;
  for (auto event = xml.next(); event != XmlReader::Event::done; event = xml.next()) {
    if (event == XmlReader::Event::text) out += "[" + std::string(xml.text()) + "]";
    else if (event == XmlReader::Event::end) out += "</" + std::string(xml.name()) + ">";
    else {
      out += "<" + std::string(xml.name());
      for (const auto& each : xml.attributes()) out += " " + std::string(each.name) + "=" + *xml.attribute(each.name);
      out += ">";
    }
  }
  return out + (xml.repaired() ? "!" : "");
}

}  // namespace

TEST_CASE("xml reader: what is read, and what is repaired") {
  struct Row {
    const char *name, *document, *events;
  };
  const Row rows[] = {
      {"nothing", "", ""},
      {"elements", "<a><b/>x</a>", "<a><b></b>[x]</a>"},
      {"attributes", "<a b='1' c = \"2 &amp; 3\"/>", "<a b=1 c=2 & 3></a>"},
      {"prolog, comment, doctype", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x \"y>\">]><!-- <b> --><a/>", "<a></a>"},
      {"entities of a DTD", "<!DOCTYPE a [<!ENTITY x \"y&#38;z\"><!ENTITY x 'w'>]><a b='&x;'>&x;</a>", "<a b=y&z>[y&z]</a>"},
      {"entities are not expanded in entities", "<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY z '&x;'>]><a>&z;</a>", "<a>[&x;]</a>!"},
      {"entities of files", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>", "<a>[&x;]</a>!"},
      {"CDATA", "<a><![CDATA[<b> & ]]>x</a>", "<a>[<b> & ][x]</a>"},
      {"references", "<a>&#65;&#x42;&lt;&eacute;</a>", "<a>[AB<é]</a>!"},
      {"a number of windows-1252", "<a>don&#146;t</a>", "<a>[don’t]</a>"},
      {"bare ampersand", "<a>b & c &bogus;</a>", "<a>[b & c &bogus;]</a>!"},
      {"no name after <", "<a>1 < 2 <3</a>", "<a>[1 < 2 <3]</a>!"},
      {"stray end tag", "<a>x</b>y</a>", "<a>[x][y]</a>!"},
      {"an end tag closes what is inside", "<a><b><c>x</a>", "<a><b><c>[x]</c></b></a>!"},
      {"an item ends a headline, and the item of it", "<a><title>t<item><link>x<item/></a>",
       "<a><title>[t]</title><item><link>[x]</link></item><item></item></a>!"},
      {"an item ends the one before", "<a><item>x<item><b/><item/></a>", "<a><item>[x]</item><item><b></b></item><item></item></a>!"},
      {"case of an end tag", "<A>x</a>", "<A>[x]</A>!"},
      {"cut off", "<a><b>x", "<a><b>[x]</b></a>!"},
      {"cut off in a tag", "<a><b x='1", "<a><b x=1></b></a>!"},
      {"unquoted attribute", "<a b=1 c>x</a>", "<a b=1 c=>[x]</a>!"},
      {"the same attribute twice", "<a b='1' b='2'/>", "<a b=1></a>!"},
      {"a tag without its end", "<a <b>x</b></a>", "<a><b>[x]</b></a>!"},
      {"CDATA without an end", "<a><![CDATA[x</a>", "<a>[x]</a>!"},
      {"control characters", "<a>x\x08y</a>", "<a>[xy]</a>!"},
      {"text around the root", "x<a/>y", "[x]<a></a>[y]!"},
      {"an undeclared prefix", "<dc:a>x</dc:a>", "<dc:a>[x]</dc:a>!"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(events(row.document) == row.events);
  }
}

TEST_CASE("xml reader: namespaces end with their element") {
  XmlReader xml("<a xmlns='one'><p:b xmlns:p='two' xmlns='three'><c/></p:b><d/></a>");
  std::string seen;
  for (auto event = xml.next(); event != XmlReader::Event::done; event = xml.next())
    if (event == XmlReader::Event::start) seen += std::string(xml.local()) + "=" + std::string(xml.namespace_uri()) + " ";
  CHECK(seen == "a=one b=two c=three d=one ");
  CHECK_FALSE(xml.repaired());
}

TEST_CASE("xml reader: depth is bounded, and what lies deeper keeps its text") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<b>";
  deep += "x";
  for (int i = 0; i < 100'000; ++i) deep += "</b>";
  XmlReader xml(deep);
  std::size_t most = 0, texts = 0;
  for (auto event = xml.next(); event != XmlReader::Event::done; event = xml.next()) {
    most = std::max(most, xml.depth());
    texts += event == XmlReader::Event::text;
  }
  CHECK(most == XmlReader::max_depth);
  CHECK(texts == 1);
  CHECK(xml.repaired());
}

TEST_CASE("xml reader: constructs without an end cost one pass") {
  for (const std::string piece : {"<![CDATA[", "<!--", "<!DOCTYPE [", "<?", "<a b=\"", "</a", "&", "<a ", "<"}) {
    CAPTURE(piece);
    std::string document;
    while (document.size() < 1'000'000) document += piece;
    XmlReader xml(document);
    std::size_t steps = 0;
    while (xml.next() != XmlReader::Event::done) ++steps;
    CHECK(steps <= 2 * document.size());
  }
}
