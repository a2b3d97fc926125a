// The entities that the internal subset of a DTD declares as text: <!ENTITY site "https://example.org/">.
//
// Bounded whatever the DTD says: what an entity stands for is not looked at for further ones, so nothing grows by powers, and
// one document gets at most `max_growth` bytes out of all of them. Entities of files are never read. One thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headrace::feed {

class DeclaredEntities {
 public:
  static constexpr std::size_t max_entities = 100, max_length = 4096, max_growth = 1 << 20;

  void read(std::string_view subset);  // borrowed: must outlive this
  bool empty() const { return entities_.empty(); }
  std::string replaced(std::string_view text);  // `&site;` by what it stands for; the rest as it was

 private:
  struct Entity {
    std::string_view name, value;
  };
  const Entity* find(std::string_view name) const;

  std::vector<Entity> entities_;
  std::size_t growth_ = 0;
};

}  // namespace headrace::feed
