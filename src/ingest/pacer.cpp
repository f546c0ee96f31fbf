#include "ingest/pacer.h"

namespace vigil::ingest {
namespace {

constexpr Nanos kLate = std::chrono::seconds(1);
constexpr Nanos kEarly = std::chrono::seconds(5);

}  // namespace

bool Pacer::wait(Ticks dts, std::stop_token stop) {
  auto now = clock_.steady();
  auto start = start_.value_or(now);
  if (!start_) first_ = dts;
  std::chrono::duration<double> media = dts - first_;
  auto early = start + std::chrono::duration_cast<Nanos>(media / speed_) - now;
  if (!start_ || early < -kLate || early > kEarly) {
    start_ = now;
    first_ = dts;
    return !stop.stop_requested();
  }
  if (early <= Nanos(0)) return !stop.stop_requested();
  return clock_.sleep(early, stop);
}

}  // namespace vigil::ingest
