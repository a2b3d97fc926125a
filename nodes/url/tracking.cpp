#include "nodes/url/tracking.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "nodes/url/host.hpp"

namespace headrace {

namespace {

// Names that also mean something elsewhere (ref, source, sid, page, ...) are left out, or hold for one site only.
struct Parameter {
  std::string_view name;
  std::string_view site;  // and what lies below it; empty: everywhere
};

// clang-format off
constexpr Parameter exact[] = {  // sorted by name
    {"__hsfp", ""}, {"__hssc", ""}, {"__hstc", ""}, {"__readwiselocation", ""}, {"__s", ""}, {"__twitter_impression", ""}, {"_bhlid", ""},
    {"_branch_match_id", ""}, {"_branch_referrer", ""}, {"_clde", ""}, {"_cldee", ""}, {"_ga", ""}, {"_gl", ""}, {"_hsenc", ""},
    {"_hsmi", ""}, {"_kx", ""}, {"_openstat", ""}, {"action_object_map", ""}, {"action_ref_map", ""}, {"action_type_map", ""},
    {"admitad_uid", ""}, {"aiad_clid", ""}, {"awc", ""}, {"bbeml", ""}, {"cmp", "theguardian.com"}, {"cmpid", ""},
    {"correlation_id", "reddit.com"}, {"cuid", ""}, {"cvid", "msn.com"}, {"dclid", ""}, {"ebisadid", ""}, {"echobox", ""},
    {"emc", "nytimes.com"}, {"epik", ""}, {"erid", ""}, {"et_rid", ""}, {"fb_comment_id", ""}, {"fb_ref", ""}, {"fb_source", ""},
    {"fbclid", ""}, {"feature", "youtu.be"}, {"feature", "youtube.com"}, {"gbraid", ""}, {"gclid", ""}, {"gclsrc", ""}, {"gps_adid", ""},
    {"gs_l", ""}, {"guccounter", ""}, {"guce_referrer", ""}, {"guce_referrer_sig", ""}, {"hsctatracking", ""}, {"igsh", ""},
    {"igshid", ""}, {"irclickid", ""}, {"irgwc", ""}, {"kw", "youtube.com"}, {"li_fat_id", ""}, {"mc_cid", ""}, {"mc_eid", ""},
    {"mc_tc", ""}, {"mibextid", ""}, {"mindbox-click-id", ""}, {"mindbox-message-key", ""}, {"mkt_tok", ""}, {"ml_subscriber", ""},
    {"ml_subscriber_hash", ""}, {"msclkid", ""}, {"ncid", ""}, {"ocid", "msn.com"}, {"os_ehash", ""}, {"partner", "nytimes.com"},
    {"pp", "youtube.com"}, {"rb_clickid", ""}, {"rdt", "reddit.com"}, {"rdt_cid", ""}, {"ref_campaign", "reddit.com"},
    {"ref_source", "reddit.com"}, {"ref_src", "twitter.com"}, {"ref_url", "twitter.com"}, {"rss", "nytimes.com"}, {"s", "twitter.com"},
    {"s", "x.com"}, {"s_cid", ""}, {"sc_cid", ""}, {"sc_customer", ""}, {"sc_eh", ""}, {"sc_uid", ""}, {"sccid", ""},
    {"share_id", "reddit.com"}, {"si", "youtu.be"}, {"si", "youtube.com"}, {"sk", "medium.com"}, {"smid", "nytimes.com"},
    {"smtyp", "nytimes.com"}, {"soc_src", "yahoo.com"}, {"soc_trk", "yahoo.com"}, {"source", "medium.com"}, {"spm", ""}, {"srsltid", ""},
    {"ss_email_id", ""}, {"sscid", ""}, {"syclid", ""}, {"t", "twitter.com"}, {"t", "x.com"}, {"tduid", ""}, {"tracking_source", ""},
    {"ttclid", ""}, {"twclid", ""}, {"unicorn_click_id", ""}, {"user_email_address", ""}, {"usqp", ""}, {"utm", ""}, {"vc_lpp", ""},
    {"vgo_ee", ""}, {"wbraid", ""}, {"wickedid", ""}, {"wt_mc", ""}, {"wt_zmc", ""}, {"wtrid", ""}, {"xtor", ""}, {"yclid", ""},
    {"ymclid", ""}, {"ysclid", ""},
};

constexpr Parameter prefixes[] = {
    {"_sgm_", ""}, {"adjust_", ""}, {"at_", "bbc.co.uk"}, {"at_", "bbc.com"}, {"at_custom", ""}, {"bsft_", ""}, {"cm_mmc", ""},
    {"cx_", ""}, {"dpg_", ""}, {"fb_action_", ""}, {"ga_", ""}, {"hmb_", ""}, {"hsa_", ""}, {"ir_", ""}, {"itm_", ""}, {"matomo_", ""},
    {"mtm_", ""}, {"ns_", "bbc.co.uk"}, {"oft_", ""}, {"oly_", ""}, {"otm_", ""}, {"piwik_", ""}, {"pk_", ""}, {"sfmc_", ""},
    {"utm_", ""}, {"vero_", ""}, {"vn_", ""},
};
// clang-format on

constexpr bool by_name(const Parameter& a, const Parameter& b) { return a.name < b.name; }
static_assert(std::is_sorted(std::begin(exact), std::end(exact), by_name) &&
              std::is_sorted(std::begin(prefixes), std::end(prefixes), by_name));

// Where the names of a sorted table that begin with each letter start: most names are looked up among four, or none.
template <std::size_t Size> constexpr std::array<std::uint8_t, 129> starts_of(const Parameter (&table)[Size]) {
  static_assert(Size < 256);
  std::array<std::uint8_t, 129> starts{};
  for (std::size_t letter = 0; letter <= 128; ++letter) {
    std::size_t i = 0;
    while (i < Size && static_cast<unsigned char>(table[i].name[0]) < letter) ++i;
    starts[letter] = static_cast<std::uint8_t>(i);
  }
  return starts;
}
constexpr auto exact_starts = starts_of(exact), prefix_starts = starts_of(prefixes);

template <std::size_t Size>
std::span<const Parameter> beginning_with(char letter, const Parameter (&table)[Size], const std::array<std::uint8_t, 129>& starts) {
  const auto at = static_cast<unsigned char>(letter);
  if (at >= 128) return {};
  return std::span(table).subspan(starts[at], static_cast<std::size_t>(starts[at + 1u] - starts[at]));
}

bool holds_for(const Parameter& parameter, std::string_view host) { return parameter.site.empty() || is_within(host, parameter.site); }

}  // namespace

bool is_tracking_parameter(std::string_view name, std::string_view host) {
  if (name.empty()) return false;
  for (const Parameter& each : beginning_with(name.front(), exact, exact_starts))
    if (name == each.name && holds_for(each, host)) return true;
  for (const Parameter& each : beginning_with(name.front(), prefixes, prefix_starts))
    if (name.starts_with(each.name) && holds_for(each, host)) return true;
  return false;
}

}  // namespace headrace
