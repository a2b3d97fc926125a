// Canonical forms beside what libcurl needs to take the same URLs apart, over links as feeds and readers share them: tracking
// parameters, mobile and AMP variants, escapes, redirectors, a few international hosts.
#include <curl/curl.h>

#include <stdexcept>

#include "bench/workload.hpp"
#include "core/run/random.hpp"
#include "nodes/url/canonical.hpp"
#include "nodes/url/document_id.hpp"

namespace {

using headrace::RandomNumbers;

template <std::size_t Size> const char* one_of(RandomNumbers& random, const char* const (&choices)[Size]) {
  return choices[random.below(Size)];
}

constexpr const char* words[] = {"council", "harbour", "ferry",  "winter", "repairs", "budget", "vote",  "storm", "pumps",
                                 "county",  "market",  "prices", "tram",   "bridge",  "school", "river", "cup",   "minister"};
constexpr const char* prefixes[] = {"www.", "www.", "www.", "", "", "news.", "m.", "amp."};
constexpr const char* endings[] = {".com", ".org", ".co.uk", ".de", ".fr", ".example", "b\xC3\xBCro.example"};
constexpr const char* sections[] = {"/news/", "/world/", "/2026/03/02/", "/sport/", "/de/politik/", "/story.php/"};
constexpr const char* tails[] = {"", "", "", "/", ".html", "/amp", "/index.html", "-1.5968518", "%c3%a9t%C3%A9", "#comments"};
constexpr const char* parameters[] = {"utm_source=feed",
                                      "utm_medium=social",
                                      "utm_campaign=spring",
                                      "fbclid=IwAR0aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
                                      "id=123456",
                                      "page=2",
                                      "q=a%20ferry",
                                      "at_medium=RSS",
                                      "share=1",
                                      "ref=rss"};

std::string link(RandomNumbers& random) {
  std::string out = random.below(4) ? "https://" : "http://";
  out += std::string(one_of(random, prefixes)) + one_of(random, words) + one_of(random, words);
  out += random.below(50) ? endings[random.below(std::size(endings) - 1)] : endings[std::size(endings) - 1];
  out += one_of(random, sections);
  for (std::uint64_t left = 3 + random.below(5); left > 0; --left) out += std::string(one_of(random, words)) + (left > 1 ? "-" : "");
  const std::string tail = one_of(random, tails);
  if (tail.starts_with('#')) return out + tail;
  out += tail;
  const std::uint64_t count = random.below(2) ? random.below(5) : 0;
  for (std::uint64_t i = 0; i < count; ++i) out += std::string(i ? "&" : "?") + one_of(random, parameters);
  if (random.below(50)) return out;
  std::string shared = "https://www.google.com/url?sa=t&url=";
  for (const char c : out)
    shared += c == ':'   ? "%3A"
              : c == '/' ? "%2F"
              : c == '?' ? "%3F"
              : c == '&' ? "%26"
              : c == '=' ? "%3D"
              : c == '%' ? "%25"
                         : std::string(1, c);
  return shared;
}

std::vector<std::string> links(std::size_t count) {
  RandomNumbers random(4);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(link(random));
  return out;
}

// What canonical_url computes.
void make_canonical(const std::string& link) {
  auto safe = headrace::safe_form(*headrace::parse_url(link).url);
  bench::keep(safe->text());
  bench::keep(headrace::document_id(headrace::identity_form(*std::move(safe)).text()));
}

void parse_with_curl(const std::string& link) {
  CURLU* url = curl_url();
  const CURLUcode code = curl_url_set(url, CURLUPART_URL, link.c_str(), 0);
  curl_url_cleanup(url);
  if (code != CURLUE_OK) throw std::runtime_error("libcurl refuses " + link);
}

template <class Body> bench::Measure per_second(const std::vector<std::string>& links, Body body) {
  return [&links, body] {
    return 1e9 / bench::time_per(links.size(), bench::By::thread, [&] {
             for (const std::string& link : links) body(link);
           });
  };
}

bench::Report run(const bench::Settings& settings) {
  const auto all = links(settings.quick ? 200 : 50'000);
  const auto speeds =
      bench::in_turns(settings.repetitions, {per_second(all, make_canonical),
                                             per_second(all, [](const std::string& link) { bench::keep(headrace::parse_url(link)); }),
                                             per_second(all, parse_with_curl)});
  return {"URLs per second",
          {{"both canonical forms and the id", speeds[0], "libcurl, parsing alone", speeds[2]},
           {"parsing alone", speeds[1], "libcurl, parsing alone", speeds[2]}}};
}

[[maybe_unused]] const bool known = bench::add({"urls", "Canonical forms of links, beside libcurl's parser alone.", run});

}  // namespace
