#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "base/sync.h"

namespace vigil::jobs {

// One writer of each upload. Whoever wants it next asks the present one to let go, as a client that lost its connection
// comes back before the server has noticed. Thread-safe; must outlive its holds.
class UploadLocks {
  struct Place;

 public:
  class Hold {
   public:
    Hold(UploadLocks& locks, std::string id, std::shared_ptr<Place> place)
        : locks_(&locks), id_(std::move(id)), place_(std::move(place)) {}
    Hold(Hold&& other) noexcept
        : locks_(std::exchange(other.locks_, nullptr)), id_(std::move(other.id_)), place_(std::move(other.place_)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (locks_ != nullptr) locks_->release(id_);
    }
    bool wanted() const;  // somebody else waits for it

   private:
    UploadLocks* locks_;
    std::string id_;
    std::shared_ptr<Place> place_;
  };

  // Unavailable (upload.locked) when the present one does not let go in time. `interrupt`: how to ask this one, called
  // by another thread, at most until the hold is gone; may be empty.
  Result<Hold> acquire(const std::string& id, std::function<void()> interrupt, Nanos wait) VIGIL_EXCLUDES(mutex_);

 private:
  struct Place {
    bool held = true;
    int waiting = 0;
    std::function<void()> interrupt;
  };
  void release(const std::string& id) VIGIL_EXCLUDES(mutex_);

  mutable Mutex mutex_;
  CondVar released_;
  std::map<std::string, std::shared_ptr<Place>> places_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::jobs
