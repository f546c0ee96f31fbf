#include <algorithm>
#include <array>
#include <filesystem>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "vision/plates.h"
#include "vision/plates/overlap.h"
#include "vision/read_file.h"

namespace vigil::vision {
namespace {

constexpr auto kFolder = "/usr/share/opencv4/haarcascades/";
constexpr std::array kCascades = {"haarcascade_russian_plate_number.xml"};
constexpr std::size_t kMaxCascade = 8u << 20;
constexpr int kWidest = 1280;  // larger pictures are made smaller

// Where the plate lies in what the cascade finds: it was trained with much around it. Medians over forty pictures.
constexpr double kLeft = 0.11, kTop = 0.27, kWidth = 0.78, kHeight = 0.53;

// OpenCV says what is wrong with exceptions; they end here.
template <typename Action>
Result<void> guarded(Action&& action) {
  try {
    action();
    return {};
  } catch (const std::exception&) {
    return make_error(ErrorKind::InvalidArgument, "the plate cascade does not work; is it one of OpenCV's files?",
                      "plates.cascade");
  }
}

class ClassicFinder final : public PlateFinder {
 public:
  Result<void> load(const std::string& xml) {
    return guarded([&] {
      cv::FileStorage storage(xml, cv::FileStorage::READ | cv::FileStorage::MEMORY);
      if (!storage.isOpened() || !cascade_.read(storage.getFirstTopLevelNode())) throw std::runtime_error("cascade");
    });
  }

  Result<std::vector<PlateSpot>> find(const media::Frame& frame, const Region& within) override {
    const auto& luma = frame.luma();
    cv::Rect part(0, 0, luma.width, luma.height);
    if (within.width > 0) part &= cv::Rect(within.x, within.y, within.width, within.height);
    std::vector<PlateSpot> out;
    if (part.width < 40 || part.height < 20) return out;
    VIGIL_TRY(guarded([&] { look(luma, part, out); }));
    plates::keep_best(out);
    return out;
  }
  const std::string& name() const override { return name_; }

 private:
  void look(const media::Plane& luma, const cv::Rect& part, std::vector<PlateSpot>& out) {
    // The plane is only read.
    const cv::Mat whole(luma.height, luma.width, CV_8UC1, const_cast<std::uint8_t*>(luma.data),
                        static_cast<std::size_t>(luma.stride));
    cv::Mat small = whole(part);
    const double scale = std::min(1.0, static_cast<double>(kWidest) / part.width);
    if (scale < 1) cv::resize(whole(part), small, {}, scale, scale, cv::INTER_AREA);
    std::vector<cv::Rect> found;
    std::vector<int> levels;
    std::vector<double> weights;
    cascade_.detectMultiScale(small, found, levels, weights, 1.1, 2, 0, {32, 10}, {}, true);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto& box = found[i];
      PlateSpot spot;
      spot.box = {static_cast<float>(part.x + (box.x + kLeft * box.width) / scale),
                  static_cast<float>(part.y + (box.y + kTop * box.height) / scale),
                  static_cast<float>(kWidth * box.width / scale), static_cast<float>(kHeight * box.height / scale)};
      spot.corners = plates::corners_of(spot.box);
      const double weight = i < weights.size() ? weights[i] : 0;
      spot.score = static_cast<float>(std::clamp(0.3 + weight / 10, 0.05, 0.95));
      out.push_back(spot);
    }
  }

  cv::CascadeClassifier cascade_;
  std::string name_ = "classic";
};

}  // namespace

Result<std::unique_ptr<PlateFinder>> make_classic_plate_finder(const std::string& cascade) {
  const auto path = cascade.empty() ? std::string(kFolder) + kCascades[0] : cascade;
  auto xml = read_file(path, kMaxCascade);
  if (!xml) {
    return make_error(ErrorKind::NotFound,
                      "plates cannot be looked for without a model: OpenCV's cascade is not there (" + path +
                          "); install opencv-data, or add a model for find_plates",
                      "plates.cascade");
  }
  auto out = std::make_unique<ClassicFinder>();
  VIGIL_TRY(out->load(*xml));
  return std::unique_ptr<PlateFinder>(std::move(out));
}

}  // namespace vigil::vision
