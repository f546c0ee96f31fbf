#pragma once

#include <condition_variable>
#include <mutex>

// Mutex, lock and condition variable with Clang's thread-safety annotations: the `clang` preset proves that
// a VIGIL_GUARDED_BY member is touched only under its mutex. No callback, I/O or logging under a lock.

#if defined(__clang__)
#define VIGIL_TSA(x) __attribute__((x))
#else
#define VIGIL_TSA(x)
#endif
#define VIGIL_GUARDED_BY(x) VIGIL_TSA(guarded_by(x))
#define VIGIL_REQUIRES(...) VIGIL_TSA(requires_capability(__VA_ARGS__))
#define VIGIL_EXCLUDES(...) VIGIL_TSA(locks_excluded(__VA_ARGS__))
#define VIGIL_NO_THREAD_SAFETY_ANALYSIS VIGIL_TSA(no_thread_safety_analysis)

namespace vigil {

class VIGIL_TSA(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  void lock() VIGIL_TSA(acquire_capability()) { mutex_.lock(); }
  void unlock() VIGIL_TSA(release_capability()) { mutex_.unlock(); }
  bool try_lock() VIGIL_TSA(try_acquire_capability(true)) { return mutex_.try_lock(); }

 private:
  std::mutex mutex_;
};

class VIGIL_TSA(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) VIGIL_TSA(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() VIGIL_TSA(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  // For CondVar: std::condition_variable_any unlocks and locks again around the wait.
  void lock() VIGIL_TSA(acquire_capability()) { mutex_.lock(); }
  void unlock() VIGIL_TSA(release_capability()) { mutex_.unlock(); }

 private:
  Mutex& mutex_;
};

// Waits take the MutexLock; wait(lock, stop_token, predicate) is the usual form. A predicate lambda that
// reads guarded members is written with VIGIL_REQUIRES(mutex_).
using CondVar = std::condition_variable_any;

}  // namespace vigil
