#include "records/coco.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/json.h"
#include "records/export.h"

namespace vigil::records {
namespace {

constexpr int kMaxMaskSide = 8192;

// The mask's grid drawn into the whole picture, as COCO counts: down the columns, beginning with zeros.
Json rle_of(const model::Mask& mask, const model::Box& box, int width, int height) {
  std::vector<bool> cells(static_cast<std::size_t>(mask.width) * static_cast<std::size_t>(mask.height));
  std::size_t at = 0;
  bool value = false;
  for (auto run : mask.runs) {
    for (std::uint32_t i = 0; i < run && at < cells.size(); ++i) cells[at++] = value;
    value = !value;
  }
  Json counts = Json::array();
  std::uint64_t run = 0;
  bool before = false;
  auto cell_of = [](int pixel, float begin, float size, int cells_of_side) {
    const float part = (static_cast<float>(pixel) + 0.5F - begin) / size;
    return part < 0 || part >= 1 ? -1 : static_cast<int>(part * static_cast<float>(cells_of_side));
  };
  for (int x = 0; x < width; ++x) {
    const int column = cell_of(x, box.x, box.width, mask.width);
    for (int y = 0; y < height; ++y) {
      const int row = column < 0 ? -1 : cell_of(y, box.y, box.height, mask.height);
      const bool now = row >= 0 && cells[static_cast<std::size_t>(row) * static_cast<std::size_t>(mask.width) +
                                         static_cast<std::size_t>(column)];
      if (now != before) {
        counts.push_back(run);
        run = 0;
        before = now;
      }
      ++run;
    }
  }
  counts.push_back(run);
  return {{"size", {height, width}}, {"counts", std::move(counts)}};
}

double rounded(float value) {
  return std::isfinite(value) ? std::round(double{value} * 100) / 100 : 0.0;
}

bool drawable(const model::DetectedObject& object, int width, int height) {
  const auto fits = [](int side) { return side > 0 && side <= kMaxMaskSide; };
  return object.mask && fits(object.mask->width) && fits(object.mask->height) && fits(width) && fits(height) &&
         object.box.width > 0 && object.box.height > 0;
}

}  // namespace

CocoWriter::CocoWriter(std::map<std::string, int> labels) : categories_(std::move(labels)) {
  for (const auto& [label, number] : categories_) next_category_ = std::max(next_category_, number + 1);
}

std::string CocoWriter::before(Part part) {
  std::string out;
  if (part_ == Part::Nothing) out += "{\"images\":[";
  if (part_ != Part::Annotations && part == Part::Annotations) out += "],\"annotations\":[";
  first_ = first_ || part_ != part;
  part_ = part;
  return out;
}

std::string CocoWriter::images(const std::vector<model::KeyFrame>& frames) {
  auto out = before(Part::Images);
  for (const auto& frame : frames) {
    const auto [at, fresh] = images_.try_emplace(frame.id, Image{images_.size() + 1, frame.width, frame.height});
    if (!fresh) continue;
    out += (std::exchange(first_, false) ? "" : ",") + to_text({{"id", at->second.number},
                                                                {"file_name", frame.path},
                                                                {"width", frame.width},
                                                                {"height", frame.height},
                                                                {"date_captured", to_rfc3339(frame.time)}});
  }
  return out;
}

std::string CocoWriter::annotations(const std::vector<model::DetectedObject>& objects) {
  auto out = before(Part::Annotations);
  for (const auto& object : objects) {
    const auto image = images_.find(object.key_frame_id);
    if (image == images_.end()) continue;
    const auto [category, fresh] = categories_.try_emplace(object.label, next_category_);
    if (fresh) ++next_category_;
    const auto& box = object.box;
    const auto& [number, width, height] = image->second;
    Json annotation = {{"id", ++written_},
                       {"image_id", number},
                       {"category_id", category->second},
                       {"bbox", {rounded(box.x), rounded(box.y), rounded(box.width), rounded(box.height)}},
                       {"area", rounded(box.area())},
                       {"iscrowd", 0},
                       {"score", std::round(double{object.confidence} * 1e4) / 1e4},
                       {"track_id", track_number(object.track_id)}};
    if (drawable(object, width, height)) annotation["segmentation"] = rle_of(*object.mask, box, width, height);
    out += (std::exchange(first_, false) ? "" : ",") + to_text(annotation);
  }
  return out;
}

std::string CocoWriter::end(const std::string& remark) {
  auto out = before(Part::Annotations);
  std::vector<std::pair<int, std::string>> named;
  for (const auto& [label, number] : categories_) named.emplace_back(number, label);
  std::sort(named.begin(), named.end());
  Json categories = Json::array();
  for (const auto& [number, label] : named) categories.push_back({{"id", number}, {"name", label}});
  out += "],\"categories\":" + to_text(categories);
  if (!remark.empty()) out += ",\"info\":" + to_text(Json{{"description", remark}});
  return out + "}";
}

}  // namespace vigil::records
