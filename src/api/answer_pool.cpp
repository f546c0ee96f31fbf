#include "api/answer_pool.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/problem.h"

namespace vigil::api {
namespace {

Response come_back(const char* why) {
  auto response = problem(503, "busy", why);
  response.headers.set("Retry-After", "2");
  return response;
}

}  // namespace

struct AnswerPool::Task {
  explicit Task(Work w) : work(std::move(w)) {}
  Work work;
  std::stop_source gone;
  Mutex mutex;
  std::optional<Response> response VIGIL_GUARDED_BY(mutex);
  std::function<void()> wake VIGIL_GUARDED_BY(mutex);

  // Under the lock, so that whoever is to be woken cannot be gone meanwhile; it only posts.
  void done(Response made) VIGIL_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    response = std::move(made);
    if (wake) wake();
  }
};

class AnswerPool::Later final : public LaterAnswer {
 public:
  Later(std::shared_ptr<Task> task, std::chrono::milliseconds limit) : task_(std::move(task)), limit_(limit) {}
  ~Later() override {
    task_->gone.request_stop();
    MutexLock lock(task_->mutex);
    task_->wake = nullptr;
  }
  void begin(std::function<void()> wake) override {
    MutexLock lock(task_->mutex);
    task_->wake = std::move(wake);
    if (task_->response) task_->wake();
  }
  std::optional<Response> poll(bool over) override {
    MutexLock lock(task_->mutex);
    if (task_->response) return std::exchange(task_->response, std::nullopt);
    if (!over) return std::nullopt;
    return problem(504, "deadline_exceeded", "This took too long. Try again later.");
  }
  std::chrono::milliseconds limit() const override { return limit_; }

 private:
  const std::shared_ptr<Task> task_;
  const std::chrono::milliseconds limit_;
};

AnswerPool::AnswerPool(Limits limits) : limits_(limits) {
  for (int i = 0; i < limits_.threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

AnswerPool::~AnswerPool() {
  for (auto& thread : threads_) thread.request_stop();
  {
    MutexLock lock(mutex_);
    for (const auto& task : at_work_) task->gone.request_stop();
  }
  threads_.clear();
  std::deque<std::shared_ptr<Task>> left;
  {
    MutexLock lock(mutex_);
    left.swap(waiting_);
  }
  for (const auto& task : left) task->done(come_back("The server stops."));
}

Response AnswerPool::answer(Work work) {
  auto task = std::make_shared<Task>(std::move(work));
  {
    MutexLock lock(mutex_);
    // Those that nobody waits for any more take no place.
    std::erase_if(waiting_, [](const auto& other) { return other->gone.stop_requested(); });
    if (waiting_.size() >= limits_.waiting) return come_back("Too many of these are at work. Try again shortly.");
    waiting_.push_back(task);
  }
  changed_.notify_one();
  Response response;
  response.later = std::make_unique<Later>(std::move(task), limits_.longest);
  return response;
}

void AnswerPool::run(const std::stop_token& stop) {
  for (;;) {
    std::shared_ptr<Task> task;
    {
      MutexLock lock(mutex_);
      changed_.wait(lock, stop, [this]() VIGIL_REQUIRES(mutex_) { return !waiting_.empty(); });
      if (stop.stop_requested()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
      at_work_.push_back(task);
    }
    if (!task->gone.stop_requested()) task->done(task->work(task->gone.get_token()));
    MutexLock lock(mutex_);
    std::erase(at_work_, task);
  }
}

}  // namespace vigil::api
