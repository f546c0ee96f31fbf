#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "api/message.h"
#include "base/sync.h"

namespace vigil::api {

// A few threads for answers that take seconds or longer, so that whoever waits for one keeps nobody from signing in.
// Thread-safe; its answers may outlive it.
class AnswerPool {
 public:
  using Work = std::function<Response(std::stop_token gone)>;
  struct Limits {
    int threads = 2;
    std::size_t waiting = 16;                  // more are told to come back
    std::chrono::milliseconds longest{60000};  // for one, from when it was asked for
  };
  explicit AnswerPool(Limits limits);
  ~AnswerPool();  // stops; waits for work that is under way, which is told so
  AnswerPool(const AnswerPool&) = delete;
  AnswerPool& operator=(const AnswerPool&) = delete;

  // What `work` will answer; or 503 at once. `gone` is stopped when nobody waits for it any more.
  Response answer(Work work);

 private:
  struct Task;
  class Later;
  void run(const std::stop_token& stop);

  const Limits limits_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<std::shared_ptr<Task>> waiting_ VIGIL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Task>> at_work_ VIGIL_GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_;
};

}  // namespace vigil::api
