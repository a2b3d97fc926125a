// Whether answers are still heard. Nodes may keep a Reply for longer than the run lasts, so whoever may answer shares this, and
// touches the engine only between enter() and leave().
#pragma once
#include <shared_mutex>

namespace headrace::run {

class Hearing {
 public:
  // False once it is over. Otherwise the same thread must leave() soon.
  bool enter() {
    mutex_.lock_shared();
    if (open_) return true;
    mutex_.unlock_shared();
    return false;
  }
  void leave() { mutex_.unlock_shared(); }
  // Waits for those who are inside.
  void close() {
    mutex_.lock();
    open_ = false;
    mutex_.unlock();
  }

 private:
  std::shared_mutex mutex_;
  bool open_ = true;
};

// From here to the end of the scope, if at all.
class Heard {
 public:
  explicit Heard(Hearing& hearing) : hearing_(hearing.enter() ? &hearing : nullptr) {}
  Heard(const Heard&) = delete;
  Heard& operator=(const Heard&) = delete;
  ~Heard() {
    if (hearing_) hearing_->leave();
  }
  explicit operator bool() const { return hearing_ != nullptr; }

 private:
  Hearing* hearing_;
};

}  // namespace headrace::run
