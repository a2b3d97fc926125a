// A file that sinks append to: buffered, cut back to a known length after a crash, and safe to try again after an error.
//
//   AppendFile file("out/documents.jsonl");   // makes the folder; "-" is standard output
//   file.append("{\"id\": 1}\n");
//   file.flush();                             // on disk now
//
// Every failure is a NodeError "sink_failed" that names the path and the cause. After it, the same call may be made again:
// nothing is lost and nothing is written twice. One thread at a time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

class AppendFile {
 public:
  explicit AppendFile(std::string path);
  ~AppendFile();  // does not flush
  AppendFile(const AppendFile&) = delete;

  void append(std::string_view bytes);  // takes all of it, or throws and takes nothing
  void flush();                         // everything is on disk, or it throws
  // What the file holds together with the buffer; nothing for a pipe, a terminal or a device, which cannot be cut.
  std::optional<std::uint64_t> length() const;
  void cut(std::uint64_t length);  // forgets what came after; a shorter file is an error

 private:
  void write_out();
  void take_back(std::size_t written);
  [[noreturn]] void fail(const std::string& what, int error) const;

  std::string path_;
  int fd_ = -1;
  bool regular_ = false;
  bool sync_failed_ = false;
  std::uint64_t written_ = 0;
  std::string buffer_;
};

}  // namespace headrace
