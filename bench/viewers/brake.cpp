#include <thread>

#include "clients.h"

namespace vigil::viewers {

using namespace std::chrono_literals;

void Brake::read(std::size_t bytes) {
  if (pace_ <= 0) return;
  bytes_ += static_cast<std::int64_t>(bytes);
  const auto due = began_ + std::chrono::milliseconds(bytes_ * 1000 / pace_);
  while (!stop_.stop_requested() && Clock::now() < due) {
    std::this_thread::sleep_for(std::min<Clock::duration>(due - Clock::now(), 200ms));
  }
}

void Brake::stand() const {
  while (!stop_.stop_requested()) std::this_thread::sleep_for(200ms);
}

}  // namespace vigil::viewers
