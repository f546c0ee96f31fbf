#include "eval/sequence.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/assignment.h"

namespace vigil::eval {
namespace {

constexpr double kIgnoreOverlap = 0.5;

struct Boxes {
  std::vector<const TrackedBox*> truth, result;
};

class Numbers {
 public:
  int of(std::int64_t id) { return numbers_.emplace(id, static_cast<int>(numbers_.size())).first->second; }
  int count() const { return static_cast<int>(numbers_.size()); }

 private:
  std::unordered_map<std::int64_t, int> numbers_;
};

// Takes out what lies on ignored truth; how many.
int drop_ignored(Boxes& boxes, Assignment& assignment) {
  auto is_ignored = [](const TrackedBox* each) { return each->ignored; };
  if (std::none_of(boxes.truth.begin(), boxes.truth.end(), is_ignored)) return 0;
  std::vector<PairGain> gains;
  for (std::size_t t = 0; t < boxes.truth.size(); ++t) {
    for (std::size_t r = 0; r < boxes.result.size(); ++r) {
      const double share = overlap(boxes.truth[t]->box, boxes.result[r]->box);
      if (share >= kIgnoreOverlap) gains.push_back({static_cast<int>(t), static_cast<int>(r), share});
    }
  }
  const auto& found =
      assignment.solve(static_cast<int>(boxes.truth.size()), static_cast<int>(boxes.result.size()), gains);
  int dropped = 0;
  for (std::size_t t = 0; t < boxes.truth.size(); ++t) {
    if (!boxes.truth[t]->ignored || found[t] < 0) continue;
    boxes.result[found[t]] = nullptr;
    ++dropped;
  }
  std::erase(boxes.result, nullptr);
  std::erase_if(boxes.truth, is_ignored);
  return dropped;
}

}  // namespace

double overlap(const model::Box& a, const model::Box& b) {
  const double ax = a.x, ay = a.y, aw = a.width, ah = a.height, bx = b.x, by = b.y, bw = b.width, bh = b.height;
  const double width = std::min(ax + aw, bx + bw) - std::max(ax, bx);
  const double height = std::min(ay + ah, by + bh) - std::max(ay, by);
  if (width <= 0 || height <= 0) return 0;
  return width * height / (aw * ah + bw * bh - width * height);
}

Sequence align(std::span<const TrackedBox> truth, std::span<const TrackedBox> result) {
  std::map<int, Boxes> frames;
  for (const auto& each : truth) frames[each.frame].truth.push_back(&each);
  for (const auto& each : result) frames[each.frame].result.push_back(&each);
  Sequence sequence;
  Numbers truth_ids, result_ids;
  Assignment assignment;
  for (auto& [number, boxes] : frames) {
    sequence.ignored_boxes += drop_ignored(boxes, assignment);
    if (boxes.truth.empty() && boxes.result.empty()) continue;
    auto& frame = sequence.frames.emplace_back();
    frame.number = number;
    for (const auto* t : boxes.truth) {
      frame.truth.push_back(truth_ids.of(t->id));
      for (const auto* r : boxes.result) frame.overlap.push_back(overlap(t->box, r->box));
    }
    for (const auto* r : boxes.result) frame.result.push_back(result_ids.of(r->id));
    sequence.truth_boxes += static_cast<int>(frame.truth.size());
    sequence.result_boxes += static_cast<int>(frame.result.size());
  }
  sequence.truth_ids = truth_ids.count();
  sequence.result_ids = result_ids.count();
  return sequence;
}

}  // namespace vigil::eval
