#include "core/state/append_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/node.hpp"

namespace headrace {

namespace {

constexpr std::size_t buffer_bytes = 64u << 10;

struct Written {
  std::size_t bytes;
  int error;
};  // error 0: all of it

Written write_all(int fd, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n > 0) done += static_cast<std::size_t>(n);
    else if (n == 0) return {done, EIO};
    else if (errno == EAGAIN) {
      pollfd wait{fd, POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) return {done, errno};
  }
  return {done, 0};
}

int sync_data(int fd) {
  while (::fdatasync(fd) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

// A new file is only durable once its folder is. Best effort: some file systems do not sync folders.
void sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

AppendFile::AppendFile(std::string path) : path_(std::move(path)) {
  if (path_ == "-") {
    fd_ = STDOUT_FILENO;
  } else {
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) fail("cannot make the folder", error.value());
    fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd_ < 0) fail("cannot open", errno);
    sync_folder(folder);
  }
  struct stat status {};
  if (::fstat(fd_, &status) != 0) fail("cannot look at", errno);
  regular_ = path_ != "-" && S_ISREG(status.st_mode);
  if (regular_) written_ = static_cast<std::uint64_t>(status.st_size);
}

AppendFile::~AppendFile() {
  if (path_ != "-") ::close(fd_);
}

void AppendFile::append(std::string_view bytes) {
  if (buffer_.size() >= buffer_bytes) write_out();  // before anything is taken: a failed call can be repeated
  buffer_ += bytes;
}

void AppendFile::flush() {
  write_out();
  if (!regular_) return;
  // After a failed sync the kernel may have dropped the pages, and the next sync would succeed without them. So one failure
  // is final: nothing of this file counts as durable until it is opened again and cut to what was.
  const int error = sync_failed_ ? EIO : sync_data(fd_);
  sync_failed_ = error != 0;
  if (sync_failed_) fail("cannot bring to disk", error);
}

std::optional<std::uint64_t> AppendFile::length() const { return regular_ ? std::optional(written_ + buffer_.size()) : std::nullopt; }

void AppendFile::cut(std::uint64_t length) {
  buffer_.clear();
  if (!regular_) return;
  if (written_ < length) {
    throw NodeError("sink_failed", path_ + " has " + std::to_string(written_) + " bytes, but " + std::to_string(length) +
                                       " were written: it was cut or replaced; bring it back, or remove the state and begin anew");
  }
  while (::ftruncate(fd_, static_cast<off_t>(length)) != 0)
    if (errno != EINTR) fail("cannot cut", errno);
  written_ = length;
}

void AppendFile::write_out() {
  if (buffer_.empty()) return;
  const Written written = write_all(fd_, buffer_);
  if (written.error == 0) {
    written_ += buffer_.size();
    buffer_.clear();
    return;
  }
  take_back(written.bytes);
  fail("cannot write", written.error);
}

// Half a line must not stay in the file; where it cannot be taken back it must not be written again.
void AppendFile::take_back(std::size_t written) {
  if (written == 0 || (regular_ && ::ftruncate(fd_, static_cast<off_t>(written_)) == 0)) return;
  written_ += written;
  buffer_.erase(0, written);
}

void AppendFile::fail(const std::string& what, int error) const {
  throw NodeError("sink_failed", what + " " + (path_ == "-" ? "standard output" : path_) + ": " + std::strerror(error));
}

}  // namespace headrace
