#include "analyser/offspring.h"

#include <algorithm>
#include <array>

namespace vigil::analyser {
namespace {

using std::chrono::seconds;

constexpr seconds kStart{20};  // models take their time, and machines are busy

}  // namespace

Nanos respawn_delay(int failures) {
  using std::chrono::milliseconds;
  if (failures <= 3) return Nanos(0);
  constexpr std::array kDelays = {milliseconds(250), milliseconds(1000), milliseconds(5000)};
  return kDelays[std::min<std::size_t>(static_cast<std::size_t>(failures) - 4, kDelays.size() - 1)];
}

std::size_t Offspring::pictured() const {
  return static_cast<std::size_t>(
      std::count_if(cameras.begin(), cameras.end(), [](const auto& each) { return !each.second->is_sound(); }));
}

std::optional<SteadyTime> Offspring::owes_since() const {
  std::optional<SteadyTime> first;
  for (const auto& [number, camera] : cameras) {
    const auto since = camera->owed_since();
    if (since && (!first || *since < *first)) first = since;
  }
  return first;
}

std::optional<std::string> Offspring::overdue(SteadyTime now, Nanos silence, Nanos stuck) const {
  if (!hello) return now - started > kStart ? std::optional<std::string>("did not start in time") : std::nullopt;
  const auto owed = owes_since();
  if (owed && now - std::max(*owed, heard) > silence) return "says nothing";
  // Whether an answer is owed or not: what is recognised beside the pictures is nobody's answer.
  const auto now_ns = static_cast<std::uint64_t>(Nanos(now.time_since_epoch()).count());
  for (const auto& entry : process.page().busy()) {
    // A time in the future is nonsense of a page that anybody may have written to.
    if (cameras.count(entry.camera) != 0 && entry.since_ns < now_ns &&
        now_ns - entry.since_ns > static_cast<std::uint64_t>(stuck.count())) {
      return "is stuck in a picture";
    }
  }
  return std::nullopt;
}

void Offspring::ping() {
  if (hello && owes_since()) link->send({.type = Type::Ping, .sequence = ++pings}, {});
}

}  // namespace vigil::analyser
