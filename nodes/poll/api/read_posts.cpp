#include "nodes/poll/api/read_posts.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/node.hpp"
#include "nodes/fetch/retry_after.hpp"
#include "nodes/poll/api/post_links.hpp"
#include "nodes/poll/feed/date.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/xml_reader.hpp"
#include "nodes/url/canonical.hpp"
#include "nodes/url/document_id.hpp"

namespace headrace::api {

namespace {

constexpr std::size_t longest_text = 64u << 10, longest_id = 1024;

// Plain text in which paragraphs and lines do not run into each other.
std::string plain_text(std::string_view html) {
  std::string spaced;
  for (std::size_t at = 0; at < html.size();) {
    const std::size_t tag = std::min(html.find('<', at), html.size());
    spaced.append(html, at, tag - at);
    const std::string_view rest = html.substr(tag);
    for (const std::string_view block : {"<p", "</p", "<br", "<li", "<div", "<blockquote", "<pre"})
      if (feed::same_name(rest.substr(0, block.size()), block)) spaced += ' ';
    if (tag < html.size()) spaced += '<';
    at = tag + 1;
  }
  return feed::plain_text(spaced);
}

std::optional<std::string> first_of(const OneOrMore<Expression>& alternatives, const ValueView& item) {
  for (const Expression& each : alternatives.items)
    if (auto text = each.first(item)) return text;
  return std::nullopt;
}

// Seconds since 1970, or milli- or microseconds: whichever is a time before the year 5138.
std::optional<Time> time_of_number(double number) {
  constexpr double most_seconds = 1e11;
  for (int i = 0; i < 2 && number >= most_seconds; ++i) number /= 1000;
  if (!(number >= 0 && number < most_seconds)) return std::nullopt;
  return Time{std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(std::llround(number * 1e6))), false};
}

std::optional<Time> time_of(const ValueView& value) {
  const Shape shape = value.shape();
  if (shape == Shape::integer || shape == Shape::number) return time_of_number(value.number());
  return shape == Shape::string ? feed::read_date(feed::trim(value.string())) : std::nullopt;
}

std::optional<Time> first_time(const OneOrMore<Expression>& alternatives, const ValueView& item) {
  for (const Expression& each : alternatives.items)
    for (const ValueView& value : each.find(item))
      if (const auto time = time_of(value)) return time;
  return std::nullopt;
}

bool is_true(const ValueView& value) {
  switch (value.shape()) {
    case Shape::boolean: return value.boolean();
    case Shape::integer:
    case Shape::number: return value.number() != 0;
    case Shape::string: return !value.string().empty();
    default: return false;
  }
}

// An address in the forms that a share needs: as it may be fetched, and the key under which its variants are one.
struct Address {
  std::string text, identity;
};

std::optional<Address> address_of(std::string_view link, const Url* base) {
  auto url = parse_url(feed::trim(link), base).url;
  if (!url || url->host.empty()) return std::nullopt;
  Address out{url->text(), {}};
  auto safe = safe_form(*std::move(url));
  if (!safe) return std::nullopt;
  out.identity = identity_form(*std::move(safe)).text();
  return out;
}

// What an API says about its refusal: {"error": "..."}, {"message": "..."}, and such.
std::optional<std::string> words_of_error(const std::string& body) {
  try {
    const JsonDocument document(body);
    for (const char* path : {"error", "message", "reason", "error.message", "errors[0].message"})
      if (auto word = Expression(path).first(document.root())) return word->substr(0, 200);
  } catch (const BadValue&) {}
  return std::nullopt;
}

bool is_web_page(const HttpResponse& response) {
  const std::string* type = response.header("content-type");
  return (type && type->find("html") != std::string::npos) || feed::trim(std::string_view(response.body).substr(0, 256)).starts_with('<');
}

[[noreturn]] void refuse_status(const HttpResponse& response, const Description& api, Time now) {
  const auto words = words_of_error(response.body);
  const bool limited =
      response.status == 429 || (words && std::find(api.limits.errors.begin(), api.limits.errors.end(), *words) != api.limits.errors.end());
  std::string message = "the server answered " + std::to_string(response.status) + (words ? ": " + *words : "");
  if (response.status == 401 || response.status == 403) message += " (a token may be missing, wrong, or not allowed to read this)";
  throw NodeError(Failure{limited ? "rate_limit" : "http_status", std::move(message), limited || response.status >= 500,
                          retry_after(response.headers, now)});
}

}  // namespace

JsonDocument checked_json(const HttpResponse& response, const Description& api, Time now) {
  if (response.status < 200 || response.status > 299) refuse_status(response, api, now);
  try {
    return JsonDocument(response.body);
  } catch (const BadValue& bad) {
    if (is_web_page(response))
      throw NodeError("not_json", "the server answered with a web page instead of JSON: it may want a login, or be no " + api.api, true);
    throw NodeError("not_json", "the answer is no JSON, or was cut: " + bad.message, true);
  }
}

ValueView AnswerReader::list_of(const ValueView& answer) const {
  for (const ValueView& found : api_->items.find(answer))
    if (found.shape() == Shape::list) return found;
  throw NodeError("no_posts", "the answer has no list at '" + api_->items.text() + "'", true);
}

ReadAnswer AnswerReader::read(const ValueView& answer, const std::string& url) const {
  ReadAnswer out;
  for (const ValueView& item : list_of(answer).elements()) {
    auto post = read_post(item, url);
    if (post && post->id.empty()) ++out.nameless;
    else if (post) out.posts.push_back(*std::move(post));
  }
  return out;
}

std::vector<std::string> AnswerReader::read_ids(const ValueView& answer) const {
  std::vector<std::string> out;
  for (const ValueView& item : list_of(answer).elements())
    if (auto id = scalar_text(item); id && id->size() <= longest_id) out.push_back(*std::move(id));
  return out;
}

std::optional<std::string> AnswerReader::cursor(const ValueView& answer) const {
  if (!api_->older || !api_->older->from) return std::nullopt;
  for (const ValueView& found : api_->older->from->find(answer))
    if (auto text = scalar_text(found)) return text;
  return std::nullopt;
}

std::optional<Post> AnswerReader::read_post(const ValueView& item, const std::string& url) const {
  if (item.shape() != Shape::object) return std::nullopt;
  Post out{first_of(api_->post.id, item).value_or(""), {}};
  if (out.id.empty() || out.id.size() > longest_id) return Post{};
  if (is_skipped(item)) return out;
  const auto base = parse_url(url).url;
  Share share;
  share.id = out.id;
  share.source = api_->api;
  share.permalink = first_of(api_->post.permalink, item);
  share.published = first_time(api_->post.published, item);
  if (auto name = first_of(api_->post.author, item)) share.author = Person{std::move(name), {}, first_of(api_->post.author_uri, item)};
  share.text = said(item);
  std::set<std::string> known;  // two spellings of one address are one share, and the post itself is none
  if (const auto self = address_of(share.permalink.value_or(""), nullptr)) known.insert(self->identity);
  for (const std::string& link : links(item)) {
    auto address = address_of(link, base ? &*base : nullptr);
    if (!address || known.size() > most_links || !known.insert(address->identity).second) continue;
    share.link = std::move(address->text);
    share.key = document_id(share.source + '\n' + (base ? base->host : "") + '\n' + out.id + '\n' + address->identity);
    out.shares.push_back(share);
  }
  return out;
}

bool AnswerReader::is_skipped(const ValueView& item) const {
  for (const JsonPath& path : api_->post.skip.items)
    for (const ValueView& found : path.find(item))
      if (is_true(found)) return true;
  return false;
}

std::vector<std::string> AnswerReader::links(const ValueView& item) const {
  std::vector<std::string> out;
  const auto add = [&](std::vector<std::string> links) { std::move(links.begin(), links.end(), std::back_inserter(out)); };
  for (const Expression& each : api_->post.link.items) add(each.all(item));
  for (const Expression& each : api_->post.html.items)
    for (const std::string& text : each.all(item)) add(links_in_html(std::string_view(text).substr(0, longest_text)));
  for (const Expression& each : api_->post.markdown.items)
    for (const std::string& text : each.all(item)) add(links_in_markdown(std::string_view(text).substr(0, longest_text)));
  return out;
}

// The title, and below it the text; one that stands under `html` as well is markup.
std::optional<std::string> AnswerReader::said(const ValueView& item) const {
  std::string out = first_of(api_->post.title, item).value_or("").substr(0, longest_text);
  const auto& markup = api_->post.html.items;
  for (const Expression& each : api_->post.text.items) {
    auto text = each.first(item);
    if (!text) continue;
    const bool is_markup = std::any_of(markup.begin(), markup.end(), [&](const Expression& html) { return html.text() == each.text(); });
    const std::string_view cut = std::string_view(*text).substr(0, longest_text);
    const std::string plain = is_markup ? plain_text(cut) : std::string(feed::trim(cut));
    if (!plain.empty()) out.append(out.empty() ? "" : "\n").append(plain);
    break;
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace headrace::api
