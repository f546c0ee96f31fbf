#include "vision/onnx/batcher.h"

#include <utility>

namespace vigil::vision::onnx {

std::vector<Batcher::Caller*> Batcher::take() {
  std::vector<Caller*> out;
  const auto shape = waiting_.front()->shape;
  const auto size = waiting_.front()->tensor.size();
  for (auto it = waiting_.begin(); it != waiting_.end() && out.size() < kMost;) {
    const bool fits = (*it)->shape == shape && (*it)->tensor.size() == size;
    if (fits) out.push_back(*it);
    it = fits ? waiting_.erase(it) : std::next(it);
  }
  return out;
}

Result<std::vector<Outputs>> Batcher::run_together(std::span<Caller* const> callers) {
  auto tensors = callers[0]->tensor;
  if (callers.size() > 1) {
    joined_.clear();
    for (const auto* caller : callers) joined_.insert(joined_.end(), caller->tensor.begin(), caller->tensor.end());
    tensors = joined_;
  }
  VIGIL_ASSIGN(auto answers, run_(tensors, callers.size(), callers[0]->shape));
  if (answers.size() != callers.size()) return make_error(ErrorKind::Internal, "a batch came back incomplete");
  return answers;
}

Result<Outputs> Batcher::run(std::span<const float> tensor, const TensorShape& shape) {
  Caller self{tensor, shape, std::nullopt};
  MutexLock lock(mutex_);
  waiting_.push_back(&self);
  changed_.wait(lock, [&]() VIGIL_REQUIRES(mutex_) { return self.answer || (!running_ && waiting_.front() == &self); });
  if (!self.answer) {
    const auto together = take();
    running_ = true;
    lock.unlock();
    auto answers = run_together(together);
    lock.lock();
    running_ = false;
    for (std::size_t i = 0; i < together.size(); ++i) {
      if (answers.ok()) {
        together[i]->answer.emplace(std::move((*answers)[i]));
      } else {
        together[i]->answer.emplace(answers.error());
      }
    }
    changed_.notify_all();
  }
  return std::move(*self.answer);
}

}  // namespace vigil::vision::onnx
