// Names that lead where a test says: getaddrinfo() of this program, and of the libraries that it has loaded, asks here first.
//
//   NameService names;
//   names.answer("rebinding.test", {"127.0.0.1", "10.0.0.1"});   // one after the other; the last one stays
//
// All members may be called from any thread. The names are forgotten with the service.
#pragma once
#include <string>
#include <vector>

namespace headrace::testing {

class NameService {
 public:
  NameService() = default;
  ~NameService();
  NameService(const NameService&) = delete;

  void answer(const std::string& name, std::vector<std::string> addresses);
  int asked(const std::string& name) const;  // how often
};

}  // namespace headrace::testing
