#include "eval/average_precision.h"

#include <algorithm>
#include <map>

namespace vigil::eval {
namespace {

constexpr std::size_t kMostFound = 100;  // a picture and class
constexpr int kRecalls = 101;
constexpr int kOverlaps = 10;

struct Hit {
  float score = 0;
  bool is_true = false;
};

// One class in one picture: the best first, each truth taken once, by the greatest overlap.
void match(const std::vector<model::Box>& truth, const std::vector<ScoredBox>& found, float overlap,
           std::vector<Hit>& out) {
  std::vector<bool> taken(truth.size(), false);
  for (const auto& each : found) {
    float most = overlap;
    std::size_t best = truth.size();
    for (std::size_t i = 0; i < truth.size(); ++i) {
      if (taken[i]) continue;
      const float iou = model::iou(each.box, truth[i]);
      if (iou >= most) {
        most = iou;
        best = i;
      }
    }
    if (best < truth.size()) taken[best] = true;
    out.push_back({each.score, best < truth.size()});
  }
}

// Mean over the recalls of the greatest precision at that recall or beyond it.
double area_below(std::vector<Hit> hits, int truths) {
  std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
  std::vector<double> precision, recall;
  int good = 0;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    good += hits[i].is_true ? 1 : 0;
    precision.push_back(static_cast<double>(good) / static_cast<double>(i + 1));
    recall.push_back(static_cast<double>(good) / truths);
  }
  for (std::size_t i = precision.size(); i > 1; --i) precision[i - 2] = std::max(precision[i - 2], precision[i - 1]);
  double sum = 0;
  for (int i = 0; i < kRecalls; ++i) {
    const auto at = std::lower_bound(recall.begin(), recall.end(), i / 100.0 - 1e-12) - recall.begin();
    if (static_cast<std::size_t>(at) < precision.size()) sum += precision[static_cast<std::size_t>(at)];
  }
  return sum / kRecalls;
}

// One class over all pictures.
struct Gathered {
  std::vector<std::vector<model::Box>> truth;  // by picture
  std::vector<std::vector<ScoredBox>> found;
  int truths = 0;
};

}  // namespace

DetectionScores average_precision(std::span<const Picture> pictures) {
  std::map<int, Gathered> classes;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    for (const auto& each : pictures[i].truth) {
      auto& gathered = classes[each.class_id];
      gathered.truth.resize(pictures.size());
      gathered.found.resize(pictures.size());
      gathered.truth[i].push_back(each.box);
      ++gathered.truths;
    }
  }
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    for (const auto& each : pictures[i].found) {
      auto known = classes.find(each.class_id);
      if (known != classes.end()) known->second.found[i].push_back(each);
    }
  }
  DetectionScores out;
  for (auto& [class_id, gathered] : classes) {
    ClassPrecision score{class_id, gathered.truths, 0, 0, 0};
    for (auto& found : gathered.found) {
      std::stable_sort(found.begin(), found.end(),
                       [](const ScoredBox& a, const ScoredBox& b) { return a.score > b.score; });
      if (found.size() > kMostFound) found.resize(kMostFound);
      score.found += static_cast<int>(found.size());
    }
    for (int step = 0; step < kOverlaps; ++step) {
      std::vector<Hit> hits;
      for (std::size_t i = 0; i < gathered.truth.size(); ++i)
        match(gathered.truth[i], gathered.found[i], 0.5F + 0.05F * static_cast<float>(step), hits);
      const double area = area_below(std::move(hits), gathered.truths);
      if (step == 0) score.ap50 = area;
      score.ap += area / kOverlaps;
    }
    out.ap50 += score.ap50;
    out.ap += score.ap;
    out.classes.push_back(score);
  }
  if (!out.classes.empty()) {
    out.ap50 /= static_cast<double>(out.classes.size());
    out.ap /= static_cast<double>(out.classes.size());
  }
  return out;
}

}  // namespace vigil::eval
