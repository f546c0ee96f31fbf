#include "jobs/upload_locks.h"

namespace vigil::jobs {

bool UploadLocks::Hold::wanted() const {
  MutexLock lock(locks_->mutex_);
  return place_->waiting > 0;
}

Result<UploadLocks::Hold> UploadLocks::acquire(const std::string& id, std::function<void()> interrupt, Nanos wait) {
  MutexLock lock(mutex_);
  auto& place = places_[id];
  if (!place) {
    place = std::make_shared<Place>();
    place->interrupt = std::move(interrupt);
    return Hold(*this, id, place);
  }
  const auto mine = place;
  ++mine->waiting;
  // Under the lock, so that whoever holds it cannot be gone meanwhile; it only posts.
  if (mine->held && mine->interrupt) mine->interrupt();
  const bool free = released_.wait_for(lock, wait, [&]() VIGIL_REQUIRES(mutex_) { return !mine->held; });
  --mine->waiting;
  if (!free) {
    return make_error(ErrorKind::Unavailable, "another request of this upload is still at work; try again shortly",
                      "upload.locked");
  }
  mine->held = true;
  mine->interrupt = std::move(interrupt);
  return Hold(*this, id, mine);
}

void UploadLocks::release(const std::string& id) {
  {
    MutexLock lock(mutex_);
    auto found = places_.find(id);
    found->second->held = false;
    found->second->interrupt = nullptr;
    if (found->second->waiting == 0) places_.erase(found);
  }
  released_.notify_all();
}

}  // namespace vigil::jobs
