#include "vision/classic/people.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <vector>

namespace vigil::vision::classic {
namespace {

// The classifier's window is 64×128 and the person in it 96 high. Its place may be off by `kSlack` to each side.
constexpr int kSlack = 8, kWidth = 64 + 2 * kSlack, kHeight = 128 + 2 * kSlack;
constexpr double kPersonHeight = 96;
constexpr double kWorst = -3.0;
constexpr std::array kSizes = {1.0, 0.87, 1.15};

}  // namespace

struct People::State {
  cv::HOGDescriptor hog;
  cv::Mat part, window;
  std::vector<cv::Point> places, found;
  std::vector<double> margins;

  std::optional<double> look(const media::Plane& luma, const model::Box& box, double height);
};

People::People() : state_(std::make_unique<State>()) {
  state_->hog.setSVMDetector(cv::HOGDescriptor::getDefaultPeopleDetector());
  for (int y = 0; y <= 2 * kSlack; y += 8) {
    for (int x = 0; x <= 2 * kSlack; x += 8) state_->places.emplace_back(x, y);
  }
}

People::~People() = default;

std::optional<double> People::look(const media::Plane& luma, const model::Box& box, bool several_sizes) {
  if (box.height < 8 || box.width < 2) return std::nullopt;
  std::optional<double> best;
  for (const double size : kSizes) {
    const auto margin = state_->look(luma, box, static_cast<double>(box.height) * size);
    if (margin && (!best || *margin > *best)) best = margin;
    if (!several_sizes) break;
  }
  return best;
}

std::optional<double> People::State::look(const media::Plane& luma, const model::Box& box, double height) {
  // Only read.
  const cv::Mat picture(luma.height, luma.width, CV_8UC1, const_cast<std::uint8_t*>(luma.data),
                        static_cast<std::size_t>(luma.stride));
  const double zoom = kPersonHeight / height;  // window pixels a picture pixel
  const double w = kWidth / zoom, h = kHeight / zoom;
  const double left = static_cast<double>(box.x + box.width / 2) - w / 2;
  const double top = static_cast<double>(box.y + box.height / 2) - h / 2;
  const int x0 = static_cast<int>(std::floor(left)), x1 = static_cast<int>(std::ceil(left + w));
  const int y0 = static_cast<int>(std::floor(top)), y1 = static_cast<int>(std::ceil(top + h));
  const cv::Rect inside = cv::Rect(x0, y0, x1 - x0, y1 - y0) & cv::Rect(0, 0, luma.width, luma.height);
  if (inside.width < 4 || inside.height < 8) return std::nullopt;
  // What lies outside the picture repeats its edge.
  cv::copyMakeBorder(picture(inside), part, inside.y - y0, y1 - inside.br().y, inside.x - x0, x1 - inside.br().x,
                     cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
  cv::resize(part, window, cv::Size(kWidth, kHeight), 0, 0, zoom < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  hog.detect(window, found, margins, kWorst, cv::Size(8, 8), cv::Size(0, 0), places);
  const auto best = std::max_element(margins.begin(), margins.end());
  return best == margins.end() ? kWorst : *best;
}

}  // namespace vigil::vision::classic
