// Which document a fetched page is. A link says it only by its spelling; a page says it by where it was found after all
// redirects, and by what it declares as its address.
//
//   identified: {node: page_identity, in: {url: canonical.url}}
//   known:      {node: barrier, in: {identity: identified.identity}}
//
// The first of these that can be believed decides: the Link header, <link rel=canonical>, og:url, the JSON-LD of the article; else
// the final URL. A declared address is not believed when
//   - it is no http or https URL, or lies on another site (registrable domain) than the page
//   - it is the root of the site, and the page is not
//   - several that differ are declared in the same way
// A page at the root of the site that was asked for by a longer address of that site is what servers answer for a page that is
// gone: it keeps the identity that was asked for.
//
// Every other identity that led here (asked for, redirected, final) or that the page names as its AMP form is an alias. In the
// store: alias/<identity> to the document_id, written when the record is done; the barrier drops what comes by an alias as seen.
#include <algorithm>

#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/canonical.hpp"
#include "nodes/url/document_id.hpp"
#include "nodes/url/page_links.hpp"
#include "nodes/url/registrable_domain.hpp"

namespace headrace {
namespace {

constexpr std::size_t most_aliases = 16, longest_alias = 2048;

// A URL in its two forms.
struct Address {
  Url safe, identity;
  bool is_root() const { return identity.path == "/" && !identity.query; }
};

std::optional<Address> address_of(std::string_view link, const Url* base = nullptr) {
  auto parsed = parse_url(link, base).url;
  auto safe = parsed ? safe_form(*std::move(parsed)) : std::nullopt;
  if (!safe) return {};
  Url identity = identity_form(*safe);
  return Address{*std::move(safe), std::move(identity)};
}

Address address_or_throw(const std::string& link) {
  if (auto address = address_of(link)) return *std::move(address);
  throw NodeError("bad_url", "'" + link.substr(0, 200) + "' is no http or https URL");
}

bool may_stand_for(const Address& declared, const Address& page) {
  return same_site(declared.identity.host, page.identity.host) && (!declared.is_root() || page.is_root());
}

class IdentifyPage {
 public:
  static std::vector<std::string> errors() { return {"bad_url"}; }

  PageIdentity operator()(In<"page"> page, Opt<"url"> url, Mark mark) const {
    const Address found = address_or_throw(page->url);
    const Address asked = url ? address_or_throw(*url) : found;
    const PageLinks links = read_page_links(page->body);
    const auto base = links.base.empty() ? std::nullopt : parse_url(links.base, &found.safe).url;
    const Decision decision = decide(links, page->links.value_or(""), found, asked, base ? *base : found.safe);

    PageIdentity out;
    out.url = decision.address.safe.text();
    out.identity = decision.address.identity.text();
    out.document_id = document_id(out.identity);
    out.source = decision.source;
    out.aliases = aliases_of(out.identity, *page, links, found, asked, base ? *base : found.safe);
    for (const std::string& alias : out.aliases) mark.put("alias/" + alias, out.document_id, When::done);
    return out;
  }

 private:
  struct Decision {
    Address address;
    std::string source;
  };

  static Decision decide(const PageLinks& links, std::string_view header, const Address& found, const Address& asked, const Url& base) {
    const bool is_gone = found.is_root() && !asked.is_root() && same_site(found.identity.host, asked.identity.host);
    if (is_gone) return {asked, "requested_url"};
    struct Source {
      std::string name;
      std::vector<std::string> declared;
    };
    // A header speaks of the address that was found; what stands in the page is relative to the page's own base.
    if (auto address = declared_as(linked_as("canonical", header), found, found.safe)) return {*std::move(address), "link_header"};
    for (const auto& [name, declared] : {Source{"canonical", links.canonical}, {"og_url", links.og_url}, {"json_ld", links.json_ld}})
      if (auto address = declared_as(declared, found, base)) return {*std::move(address), name};
    return {found, "final_url"};
  }

  // The one address that all of `links` mean, if it can be believed.
  static std::optional<Address> declared_as(const std::vector<std::string>& links, const Address& found, const Url& base) {
    std::optional<Address> out;
    for (const std::string& link : links) {
      auto address = address_of(link, &base);
      if (!address) continue;
      if (out && out->identity.text() != address->identity.text()) return {};
      if (!out) out = std::move(address);
    }
    return out && may_stand_for(*out, found) ? out : std::nullopt;
  }

  // The root of a site is nobody's alias: some redirects pass through it.
  static std::vector<std::string> aliases_of(const std::string& identity, const Page& page, const PageLinks& links, const Address& found,
                                             const Address& asked, const Url& base) {
    std::vector<std::string> out;
    const auto add = [&](const Address& address) {
      std::string text = address.identity.text();
      if (address.is_root() || text == identity || text.size() > longest_alias || out.size() >= most_aliases) return;
      if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
    };
    add(asked);
    for (const std::string& link : page.redirects.value_or(std::vector<std::string>()))
      if (const auto address = address_of(link)) add(*address);
    add(found);
    for (const std::string& link : links.amphtml)
      if (const auto address = address_of(link, &base); address && same_site(address->identity.host, found.identity.host)) add(*address);
    return out;
  }
};

}  // namespace
HEADRACE_NODE(IdentifyPage, "page_identity", "Tells which document a page is, and under which other addresses it is known.")
}  // namespace headrace
