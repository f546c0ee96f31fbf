#include "ingest/backoff.h"

#include <algorithm>

namespace vigil::ingest {

std::chrono::milliseconds Backoff::next(model::FailureReason reason, Nanos good) {
  if (good >= config_.good_after) step_ = 0;
  std::chrono::milliseconds delay(0);
  if (!config_.delays.empty()) delay = config_.delays[std::min(step_, config_.delays.size() - 1)];
  ++step_;
  refused_sign_ins_ = reason == model::FailureReason::Auth ? refused_sign_ins_ + 1 : 0;
  if (refused_sign_ins_ >= 3) delay = std::max<std::chrono::milliseconds>(delay, config_.auth_delay);
  std::uniform_real_distribution<double> spread(1 - config_.jitter, 1 + config_.jitter);
  return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(delay.count()) * spread(random_)));
}

}  // namespace vigil::ingest
