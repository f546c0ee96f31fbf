#include "vision/onnx/candidate.h"

#include <algorithm>

namespace vigil::vision::onnx {
namespace {

float area(const Candidate& c) {
  return std::max(c.x2 - c.x1, 0.F) * std::max(c.y2 - c.y1, 0.F);
}

float overlap_of(const Candidate& a, const Candidate& b) {
  const float width = std::min(a.x2, b.x2) - std::max(a.x1, b.x1);
  const float height = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height, all = area(a) + area(b) - both;
  return all > 0 ? both / all : 0;
}

}  // namespace

void suppress(std::vector<Candidate>& candidates, float overlap) {
  // Equal scores in the order in which they came, so that the same picture gives the same answer everywhere.
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  if (candidates.size() > kMaxCandidates) candidates.resize(kMaxCandidates);
  std::vector<Candidate> kept;
  for (const auto& each : candidates) {
    if (kept.size() == kMaxFound) break;
    bool covered = std::any_of(kept.begin(), kept.end(), [&](const Candidate& better) {
      return better.class_id == each.class_id && overlap_of(better, each) > overlap;
    });
    if (!covered) kept.push_back(each);
  }
  candidates = std::move(kept);
}

}  // namespace vigil::vision::onnx
