#include "app/track_boxes.h"

#include <algorithm>
#include <tuple>

namespace vigil::app {

void TrackBoxes::add(int frame, const std::vector<vision::Track>& tracks, int coasts) {
  for (const auto& each : tracks) {
    if (each.state == model::TrackState::Lost) {
      tracks_.erase(each.id);
      continue;
    }
    const bool is_seen = each.detection >= 0;
    auto& history = tracks_[each.id];
    if (is_seen) history.last_seen = frame;
    if (frame - history.last_seen > coasts) continue;
    const eval::MotRow row{frame, static_cast<std::int64_t>(each.id), each.box, each.score};
    if (each.state == model::TrackState::Tentative) {
      if (boxes_ != Boxes::Live) history.held.push_back(row);
    } else {
      rows_.insert(rows_.end(), history.held.begin(), history.held.end());
      history.held.clear();
      if (boxes_ == Boxes::Filled && history.believed) fill(history.last, row);
      history.believed = true;
      rows_.push_back(row);
    }
    history.last = row;
  }
  // Tentative ones end without a word.
  std::erase_if(tracks_, [&](const auto& each) {
    return !each.second.believed &&
           std::none_of(tracks.begin(), tracks.end(), [&](auto& t) { return t.id == each.first; });
  });
}

void TrackBoxes::fill(const eval::MotRow& from, const eval::MotRow& to) {
  const int gap = to.frame - from.frame;
  if (gap - 1 > longest_fill_) return;
  for (int i = 1; i < gap; ++i) {
    const float part = static_cast<float>(i) / static_cast<float>(gap);
    auto mix = [part](float a, float b) { return a + (b - a) * part; };
    rows_.push_back({from.frame + i,
                     from.id,
                     {mix(from.box.x, to.box.x), mix(from.box.y, to.box.y), mix(from.box.width, to.box.width),
                      mix(from.box.height, to.box.height)},
                     std::min(from.confidence, to.confidence)});
  }
}

std::vector<eval::MotRow> TrackBoxes::take() {
  std::sort(rows_.begin(), rows_.end(),
            [](auto& a, auto& b) { return std::tie(a.frame, a.id) < std::tie(b.frame, b.id); });
  return std::move(rows_);
}

}  // namespace vigil::app
