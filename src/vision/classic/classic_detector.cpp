#include "vision/classic_detector.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "vision/classic/background.h"
#include "vision/classic/people.h"
#include "vision/classic/perspective.h"
#include "vision/classic/silhouettes.h"

namespace vigil::vision {
namespace {

using namespace classic;

constexpr int kSmallWidth = 384;
constexpr std::size_t kMostLooks = 24;  // bounds the time of a frame full of movement
constexpr std::size_t kMostLearnt = 8;
constexpr std::uint64_t kLearnEvery = 8;  // frames, once the perspective is known
constexpr double kLeastAlive = 0.05;
constexpr double kSure = 0.5;  // margin from which on a person teaches the perspective
constexpr float kKept = 0.4F;  // score from which on the background is not learnt there
constexpr float kEdge = 2;

class ClassicDetector final : public Detector {
 public:
  Result<Detections> detect(const media::Frame& frame, const DetectOptions& options) override;
  const std::vector<std::string>& labels() const override { return labels_; }
  const std::string& model_name() const override { return name_; }
  const std::string& device() const override { return device_; }

 private:
  void find(const media::Frame& frame, float min_score, std::vector<Detection>& out);
  bool believable(const model::Box& box) const;
  void keep_people(const std::vector<Detection>& found);
  void learn_perspective(const media::Plane& luma);

  const std::vector<std::string> labels_{"person"};
  const std::string name_ = "classic", device_ = "cpu";
  Background background_{kSmallWidth};
  Perspective perspective_;
  People people_;
  std::vector<std::uint8_t> keep_;
  std::uint64_t frames_ = 0;
};

// The probability of a person, as logistic function of how full the box is and how much it looks like one. Boxes of a
// size that is only guessed must look more like it.
float score_of(const Silhouette& silhouette, double margin, bool size_known) {
  const double evidence = size_known ? 1.5 * (margin - 0.3) + 2 * (silhouette.fresh - 0.6) : 1.5 * (margin - 0.8);
  return static_cast<float>(1 / (1 + std::exp(-evidence)));
}

model::Box scaled(const model::Box& box, double factor) {
  const auto f = static_cast<float>(factor);
  return {box.x * f, box.y * f, box.width * f, box.height * f};
}

// The pixels of a small picture that a box covers.
struct Cells {
  int x0, y0, x1, y1;
};
Cells cells_of(const model::Box& box, int width, int height) {
  auto cut = [](float value, int most) { return std::clamp(static_cast<int>(std::lround(value)), 0, most); };
  return {cut(box.x, width), cut(box.y, height), cut(box.right(), width), cut(box.bottom(), height)};
}

Nanos media_time(const media::Frame& frame) {
  return std::chrono::duration_cast<Nanos>(std::chrono::duration_cast<std::chrono::microseconds>(frame.pts));
}

Result<Detections> ClassicDetector::detect(const media::Frame& frame, const DetectOptions& options) {
  auto& clock = system_clock();
  const auto began = clock.steady();
  background_.see(frame.luma(), media_time(frame), keep_);
  // Another picture size, and nobody was found in it yet.
  const auto cells = static_cast<std::size_t>(background_.width()) * static_cast<std::size_t>(background_.height());
  if (keep_.size() != cells) keep_.assign(cells, 0);
  Detections out;
  const auto seen = clock.steady();
  out.preprocess = seen - began;
  try {
    find(frame, options.min_score, out.found);
    if (!perspective_.known() || ++frames_ % kLearnEvery == 0) learn_perspective(frame.luma());
  } catch (const std::exception& e) {
    return make_error(ErrorKind::Internal, std::string("classic detector: ") + e.what());
  }
  keep_people(out.found);
  out.infer = clock.steady() - seen;
  return out;
}

void ClassicDetector::find(const media::Frame& frame, float min_score, std::vector<Detection>& out) {
  const bool size_known = perspective_.known();
  std::vector<std::pair<float, model::Box>> found;
  for (const auto& silhouette : find_silhouettes(background_.foreground(), background_.width(), background_.height(),
                                                 perspective_, kMostLooks)) {
    if (!believable(silhouette.box)) continue;
    const auto box = scaled(silhouette.box, 1 / background_.scale());
    const auto margin = people_.look(frame.luma(), box, !size_known);
    if (!margin) continue;
    const float score = score_of(silhouette, *margin, size_known);
    if (score >= min_score) found.emplace_back(score, model::clip(box, frame.width, frame.height));
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [score, box] : found) out.push_back({box, 0, score, std::nullopt});
}

// Moves, or somebody was found there before: a lamp that was switched on and the floor where a car stood are neither.
bool ClassicDetector::believable(const model::Box& box) const {
  const auto [x0, y0, x1, y1] = cells_of(box, background_.width(), background_.height());
  if (background_.alive(x0, y0, x1, y1) > kLeastAlive) return true;
  int kept = 0;
  for (int y = y0; y < y1; ++y) {
    const auto row = keep_.begin() + static_cast<std::ptrdiff_t>(y) * background_.width();
    kept += static_cast<int>(std::count(row + x0, row + x1, std::uint8_t{1}));
  }
  return kept * 2 > (x1 - x0) * (y1 - y0);
}

// From people who stand alone and wholly in the picture.
void ClassicDetector::learn_perspective(const media::Plane& luma) {
  static const Perspective unknown;
  const auto width = static_cast<float>(background_.width()), height = static_cast<float>(background_.height());
  for (const auto& part :
       find_silhouettes(background_.foreground(), background_.width(), background_.height(), unknown, kMostLearnt)) {
    const auto& b = part.box;
    if (b.x <= kEdge || b.y <= kEdge || b.right() >= width - kEdge || b.bottom() >= height - kEdge) continue;
    if (!believable(b)) continue;
    const auto margin = people_.look(luma, scaled(b, 1 / background_.scale()), false);
    if (margin && *margin >= kSure) {
      perspective_.learn(static_cast<double>(b.bottom() / height), static_cast<double>(b.height / height));
    }
  }
}

void ClassicDetector::keep_people(const std::vector<Detection>& found) {
  const auto width = static_cast<std::size_t>(background_.width());
  keep_.assign(width * static_cast<std::size_t>(background_.height()), 0);
  for (const auto& detection : found) {
    if (detection.score < kKept) continue;
    const auto [x0, y0, x1, y1] =
        cells_of(scaled(detection.box, background_.scale()), background_.width(), background_.height());
    for (int y = y0; y < y1; ++y) {
      const auto row = keep_.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * width);
      std::fill(row + x0, row + x1, std::uint8_t{1});
    }
  }
}

}  // namespace

std::unique_ptr<Detector> make_classic_detector() {
  return std::make_unique<ClassicDetector>();
}

}  // namespace vigil::vision
