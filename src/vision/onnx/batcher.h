#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/sync.h"
#include "vision/onnx/session.h"
#include "vision/preprocess.h"

namespace vigil::vision::onnx {

// Joins the runs of several callers into one, for devices that look at eight pictures nearly as quickly as at one. As
// with the group commit of a database nobody waits for a batch to fill: while one run is under way, those who come
// wait, and go together in the next. A lone caller is as quick as without. Thread-safe; computes on callers' threads.
class Batcher {
 public:
  static constexpr std::size_t kMost = 8;  // pictures in one run

  // Runs `pictures` tensors of one shape that lie one behind the other; one Outputs for each. Called by one thread at
  // a time.
  using Run = std::function<Result<std::vector<Outputs>>(std::span<const float> tensors, std::size_t pictures,
                                                         const TensorShape& shape)>;
  explicit Batcher(Run run) : run_(std::move(run)) {}

  // Returns when the picture was looked at, alone or with others of its shape. What goes wrong goes wrong for all who
  // went together.
  Result<Outputs> run(std::span<const float> tensor, const TensorShape& shape) VIGIL_EXCLUDES(mutex_);

  // Pictures that no run has begun for.
  std::size_t waiting() const VIGIL_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return waiting_.size();
  }

 private:
  struct Caller {
    std::span<const float> tensor;
    TensorShape shape;
    std::optional<Result<Outputs>> answer;
  };
  // The one who waits longest, and those behind who fit to it.
  std::vector<Caller*> take() VIGIL_REQUIRES(mutex_);
  Result<std::vector<Outputs>> run_together(std::span<Caller* const> callers) VIGIL_EXCLUDES(mutex_);

  const Run run_;
  std::vector<float> joined_;  // of the run that is under way
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Caller*> waiting_ VIGIL_GUARDED_BY(mutex_);
  bool running_ VIGIL_GUARDED_BY(mutex_) = false;
};

}  // namespace vigil::vision::onnx
