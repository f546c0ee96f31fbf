#include "app/elsewhere.h"

#include <algorithm>

namespace vigil::app {

void Elsewhere::add(std::uint64_t subject, model::RemoteSighting sighting) {
  MutexLock lock(mutex_);
  auto [place, fresh] = tracks_.try_emplace({sighting.camera, sighting.track});
  auto& known = place->second;
  if (!fresh) {
    sighting.first = std::min(sighting.first, known.sighting.first);
    sighting.last = std::max(sighting.last, known.sighting.last);
  }
  known = {subject, std::move(sighting)};
  if (tracks_.size() > kMost) thin();
}

// The older half goes, so that this is seldom done.
void Elsewhere::thin() {
  std::vector<WallTime> times;
  for (const auto& [key, known] : tracks_) times.push_back(known.sighting.last);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  auto left = tracks_.size() / 2;
  std::erase_if(tracks_, [&](const auto& each) {
    if (left == 0 || each.second.sighting.last > *middle) return false;
    --left;
    return true;
  });
}

std::vector<model::RemoteSighting> Elsewhere::of(std::uint64_t subject, std::size_t most) const {
  std::vector<model::RemoteSighting> out;
  {
    MutexLock lock(mutex_);
    for (const auto& [key, known] : tracks_) {
      if (known.subject == subject) out.push_back(known.sighting);
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.last > b.last; });
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace vigil::app
