// The links that people put into what they write: anchors of markup, links of Markdown. Addresses are as written, in the order of
// the text, at most most_links; text of strangers, linear time. Any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headrace::api {

inline constexpr std::size_t most_links = 100;

// <a href>, except those whose class says that they are a mention or a hashtag.
std::vector<std::string> links_in_html(std::string_view html);

// [text](address "title"), <https://address>, [name]: address, and addresses that stand alone; neither pictures nor code.
std::vector<std::string> links_in_markdown(std::string_view text);

}  // namespace headrace::api
