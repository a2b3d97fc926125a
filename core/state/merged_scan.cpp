#include "core/state/merged_scan.hpp"

#include <algorithm>

namespace headrace {

namespace {

constexpr std::size_t kPageKeys = 256, kPageBytes = 256 * 1024;

// The next entries of one view.
class Page {
 public:
  Page(const StoreView& view, std::string_view prefix, std::string_view from) : view_(view), prefix_(prefix) { read(from); }
  bool done() const { return next_ == entries_.size(); }
  const std::string& key() const { return entries_[next_].first; }
  const std::string& value() const { return entries_[next_].second; }
  void advance() {
    if (++next_ == entries_.size() && more_) read(entries_.back().first + '\0');
  }

 private:
  void read(std::string_view from) {
    std::vector<std::pair<std::string, std::string>> page;
    std::size_t bytes = 0;
    more_ = false;
    view_.scan_from(prefix_, from, [&](std::string_view key, std::string_view value) {
      if (page.size() == kPageKeys || bytes > kPageBytes) return more_ = true, false;
      bytes += key.size() + value.size();
      page.emplace_back(key, value);
      return true;
    });
    entries_ = std::move(page);
    next_ = 0;
  }

  const StoreView& view_;
  const std::string_view prefix_;
  std::vector<std::pair<std::string, std::string>> entries_;
  std::size_t next_ = 0;
  bool more_ = false;
};

}  // namespace

void merged_scan(const std::vector<std::unique_ptr<StoreView>>& views, std::string_view prefix, std::string_view from,
                 const StoreView::Visit& visit) {
  std::vector<std::unique_ptr<Page>> pages;  // a heap, the least key on top
  const auto later = [](const auto& a, const auto& b) { return a->key() > b->key(); };
  for (const auto& view : views)
    if (auto page = std::make_unique<Page>(*view, prefix, from); !page->done()) pages.push_back(std::move(page));
  std::make_heap(pages.begin(), pages.end(), later);
  while (!pages.empty()) {
    std::pop_heap(pages.begin(), pages.end(), later);
    Page& least = *pages.back();
    if (!visit(least.key(), least.value())) return;
    least.advance();
    if (least.done()) pages.pop_back();
    else std::push_heap(pages.begin(), pages.end(), later);
  }
}

}  // namespace headrace
