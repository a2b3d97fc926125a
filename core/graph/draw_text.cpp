// A drawing for a terminal: one row a key, from the top down, with its lines in a gutter on the left.
//
//   ▶      entry      poll_feeds
//   ├─●    canonical  canonical_url  entry.base?, entry.link
//   │ ├─●  admitted   barrier        canonical.identity
//   │ ├─●  page       fetch          canonical.url, after admitted
//
// A key's line goes down from its mark to the last key that reads it. A reader is joined to the lines that it reads by a line
// across, which other lines pass over ("─│─"); it is broken where it carries nothing but what may be absent, or an `after`.
#include <algorithm>

#include "core/graph/drawing.hpp"

namespace headrace {

namespace {

using Shape = Drawing::Shape;
using Line = Drawing::Line;

constexpr std::size_t terminal_width = 100, least_reads_width = 28;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

std::string_view mark_of(Shape shape) {
  switch (shape) {
    case Shape::input: return "▷";
    case Shape::source: return "▶";
    case Shape::key: return "●";
    case Shape::expanding: return "✱";
    case Shape::sink: return "■";
    case Shape::resource: return "";
  }
  return "";
}

std::string_view across(Line strongest) { return strongest == Line::value ? "─" : strongest == Line::optional ? "╌" : "┈"; }

// ---- the gutter ----------------------------------------------------------------------------------------------------------

struct GutterRow {
  std::string text;     // of the row of the node
  std::string below;    // of further lines of the same row
  std::size_t columns;  // so far, each two wide
};

class Gutter {
 public:
  explicit Gutter(const Drawing& drawing) : drawing_(drawing), reads_(drawing.nodes.size()), last_reader_(drawing.nodes.size(), -1) {
    for (const Drawing::Edge& edge : drawing.edges) {
      if (edge.line == Line::resource) continue;
      last_reader_[at(edge.from)] = std::max(last_reader_[at(edge.from)], edge.to);
      auto& reads = reads_[at(edge.to)];
      const auto [known, fresh] = reads.emplace(edge.from, edge.line);
      if (!fresh) known->second = std::min(known->second, edge.line);
    }
  }

  std::vector<GutterRow> rows() {
    std::vector<GutterRow> out;
    for (int node = 0; node < static_cast<int>(drawing_.nodes.size()); ++node)
      if (drawing_.nodes[at(node)].shape != Shape::resource) out.push_back(row(node));
    return out;
  }
  std::size_t width() const { return columns_.size() * 2; }

 private:
  static constexpr int nobody = -1;
  struct Column {
    int owner = nobody;      // whose line it holds
    int free_from = 0;       // a mark right below that of a key which nobody reads would look as if it read it
    Line tap = Line::value;  // how the node of this row reads it
    bool tapped = false;
  };

  GutterRow row(int node) {
    for (Column& column : columns_) {
      const auto read = column.owner == nobody ? reads_[at(node)].end() : reads_[at(node)].find(column.owner);
      column.tapped = read != reads_[at(node)].end();
      if (column.tapped) column.tap = read->second;
    }
    const std::size_t own = place_of(node);
    GutterRow out{across_row(node, own), "", columns_.size()};
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (i != own && ends(columns_[i], node)) columns_[i].owner = nobody;
    const bool read = last_reader_[at(node)] >= 0;
    columns_[own] = {read ? node : nobody, node + 2, Line::value, false};
    for (const Column& column : columns_) out.below += column.owner == nobody ? "  " : "│ ";
    return out;
  }

  bool ends(const Column& column, int node) const { return column.tapped && last_reader_[at(column.owner)] == node; }

  // Straight below a line that ends here, else the first free place.
  std::size_t place_of(int node) {
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (ends(columns_[i], node)) return i;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].owner == nobody && columns_[i].free_from <= node) return i;
    columns_.emplace_back();
    return columns_.size() - 1;
  }

  std::string across_row(int node, std::size_t own) const {
    std::size_t first = own, last = own;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].tapped) first = std::min(first, i), last = std::max(last, i);
    const std::vector<std::string_view> between = lines_across(own);
    std::string out;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i == own) out += mark_of(drawing_.nodes[at(node)].shape);
      else if (columns_[i].tapped) out += joint(columns_[i], node, i == first, i == last);
      else if (columns_[i].owner != nobody) out += "│";
      else out += i > first && i < last ? between[i - 1] : " ";
      out += i >= first && i < last ? between[i] : " ";
    }
    return out;
  }

  std::string_view joint(const Column& column, int node, bool first, bool last) const {
    const bool over = ends(column, node);
    if (first) return over ? "╰" : "├";
    if (last) return over ? "╯" : "┤";
    return over ? "┴" : "┼";
  }

  // Between each column and the next: as strong as the strongest of what passes there on its way to the mark.
  std::vector<std::string_view> lines_across(std::size_t own) const {
    std::vector<Line> strongest(columns_.size(), Line::after);
    Line passing = Line::after;
    for (std::size_t i = 0; i < own; ++i) strongest[i] = passing = columns_[i].tapped ? std::min(passing, columns_[i].tap) : passing;
    passing = Line::after;
    for (std::size_t i = columns_.size(); --i > own;)
      strongest[i - 1] = passing = columns_[i].tapped ? std::min(passing, columns_[i].tap) : passing;
    std::vector<std::string_view> out;
    for (const Line line : strongest) out.push_back(across(line));
    return out;
  }

  const Drawing& drawing_;
  std::vector<std::map<int, Line>> reads_;  // of each node
  std::vector<int> last_reader_;
  std::vector<Column> columns_;
};

// ---- the words -----------------------------------------------------------------------------------------------------------

using Cells = std::vector<std::string>;

bool counted(const Drawing& drawing) {
  return std::any_of(drawing.nodes.begin(), drawing.nodes.end(), [](const auto& node) { return node.count.has_value(); });
}

// What a row says before what it reads: the key, its node, its numbers.
Cells cells_of(const Drawing::Node& node, bool with_counts) {
  Cells out{node.key, node.node};
  if (!with_counts) return out;
  if (!node.count) return out.insert(out.end(), 4, ""), out;
  for (const auto number : {node.count->calls, node.count->dropped, node.count->failed}) out.push_back(std::to_string(number));
  out.push_back(format_share(node.count->permille));
  return out;
}

std::vector<std::string> padded(const std::vector<Cells>& rows) {
  constexpr std::size_t texts = 2;  // stand left, numbers right
  std::vector<std::size_t> width(rows.front().size());
  for (const Cells& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  std::vector<std::string> out;
  for (const Cells& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string pad(width[i] - row[i].size(), ' ');
      line += (i < texts ? row[i] + pad : pad + row[i]) + "  ";
    }
    out.push_back(std::move(line));
  }
  return out;
}

std::vector<std::string> wrapped(const std::vector<std::string>& words, std::size_t width) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i] + (i + 1 < words.size() ? "," : "");
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

void add_line(std::string& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

std::string rows_text(const Drawing& drawing) {
  Gutter gutter(drawing);
  const std::vector<GutterRow> rows = gutter.rows();
  if (rows.empty()) return "";
  const bool with_counts = counted(drawing);
  std::vector<Cells> cells{with_counts ? Cells{"", "", "calls", "dropped", "failed", "time"} : Cells{"", ""}};
  for (std::size_t i = 0; i < rows.size(); ++i) cells.push_back(cells_of(drawing.nodes[i], with_counts));
  const std::vector<std::string> words = padded(cells);
  const std::size_t left = gutter.width() + 1 + words.front().size();
  const std::size_t width = std::max(least_reads_width, terminal_width - std::min(terminal_width, left));
  std::string out;
  if (with_counts) add_line(out, std::string(gutter.width() + 1, ' ') + words.front());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto reads = wrapped(drawing.nodes[i].reads, width);
    const std::string pad(gutter.width() + 1 - 2 * rows[i].columns, ' ');
    add_line(out, rows[i].text + pad + words[i + 1] + reads.front());
    for (std::size_t line = 1; line < reads.size(); ++line)
      add_line(out, rows[i].below + pad + std::string(words.front().size(), ' ') + reads[line]);
  }
  return out;
}

std::string section_text(std::string_view title, const std::vector<Cells>& cells, const std::vector<std::vector<std::string>>& words) {
  std::string out = std::string(title) + "\n";
  const std::vector<std::string> left = padded(cells);
  const std::size_t width = std::max(least_reads_width, terminal_width - std::min(terminal_width, left.front().size()));
  for (std::size_t i = 0; i < left.size(); ++i) {
    const auto lines = wrapped(words[i], width);
    add_line(out, left[i] + lines.front());
    for (std::size_t line = 1; line < lines.size(); ++line) add_line(out, std::string(left[i].size(), ' ') + lines[line]);
  }
  return out;
}

// A key in front, and what belongs to it behind: "http  http_client  used by entry, page".
std::string resources_text(const Drawing& drawing) {
  std::vector<Cells> cells;
  std::vector<std::vector<std::string>> users;
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    if (drawing.nodes[i].shape != Shape::resource) continue;
    cells.push_back({"  " + drawing.nodes[i].key, drawing.nodes[i].node});
    users.emplace_back();
    for (const Drawing::Edge& edge : drawing.edges) {
      if (at(edge.from) != i) continue;
      std::string user = drawing.nodes[at(edge.to)].key;
      for (const std::string& field : edge.labels) user += " as " + field;
      users.back().push_back(std::move(user));
    }
    if (!users.back().empty()) users.back().front().insert(0, "used by ");
  }
  return cells.empty() ? "" : section_text("resources", cells, users);
}

std::string subgraphs_text(const Drawing& drawing) {
  std::vector<Cells> cells;
  std::vector<std::vector<std::string>> inside(drawing.clusters.size());
  for (const Drawing::Cluster& cluster : drawing.clusters) cells.push_back({"  " + cluster.key});
  for (const Drawing::Node& node : drawing.nodes)
    if (node.cluster >= 0) inside[at(node.cluster)].push_back(node.key);
  return cells.empty() ? "" : section_text("subgraphs", cells, inside);
}

// Only the marks that this drawing has.
std::string legend(const Drawing& drawing) {
  constexpr std::pair<Shape, std::string_view> meanings[] = {
      {Shape::input, "input"}, {Shape::source, "source"}, {Shape::key, "key"}, {Shape::expanding, "expands"}, {Shape::sink, "sink"}};
  std::string out;
  for (const auto& [shape, meaning] : meanings)
    if (std::any_of(drawing.nodes.begin(), drawing.nodes.end(), [&, wanted = shape](const auto& node) { return node.shape == wanted; }))
      out += (out.empty() ? "" : "   ") + std::string(mark_of(shape)) + " " + std::string(meaning);
  const auto has = [&](Line line) {
    return std::any_of(drawing.edges.begin(), drawing.edges.end(), [&](const auto& edge) { return edge.line == line; });
  };
  if (has(Line::optional)) out += "   ╌ and ?: may be absent";
  if (has(Line::after)) out += "   ┈ after";
  return out;
}

}  // namespace

std::string draw_text(const Drawing& drawing) {
  std::string out = drawing.name + ": " + drawing.path + "\n\n" + rows_text(drawing);
  for (const std::string& section : {resources_text(drawing), subgraphs_text(drawing)})
    if (!section.empty()) out += "\n" + section;
  add_line(out, "\n" + legend(drawing));
  return out;
}

}  // namespace headrace
