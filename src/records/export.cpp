#include "records/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <tuple>

#include "base/json.h"
#include "model/box_track.h"

namespace vigil::records {
namespace {

constexpr int kMaxMaskSide = 8192;

// "…-12": the track's number in its key.
std::uint64_t number_of(const std::string& track_id) {
  const auto dash = track_id.rfind('-');
  return dash == std::string::npos ? 0 : std::strtoull(track_id.c_str() + dash + 1, nullptr, 10);
}

class Csv {
 public:
  explicit Csv(std::initializer_list<const char*> head) {
    for (const auto* name : head) cell(name);
    end();
  }
  Csv& cell(const std::string& text) {
    if (!line_.empty() || begun_) line_.push_back(',');
    begun_ = true;
    const bool formula = !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
    const bool quote = text.find_first_of(",\"\r\n") != std::string::npos;
    if (!quote) {
      line_ += (formula ? "'" : "") + text;
      return *this;
    }
    line_ += formula ? "\"'" : "\"";
    for (char c : text) line_ += c == '"' ? std::string("\"\"") : std::string(1, c);
    line_.push_back('"');
    return *this;
  }
  Csv& cell(const char* text) { return cell(std::string(text)); }
  Csv& cell(WallTime time) { return raw(to_rfc3339(time)); }
  Csv& cell(std::uint64_t number) { return raw(std::to_string(number)); }
  Csv& cell(bool yes) { return raw(yes ? "true" : "false"); }
  Csv& cell(float number) { return raw(fmt::format("{:.4g}", number)); }
  Csv& cell(const model::Box& box) {
    for (float side : {box.x, box.y, box.width, box.height}) raw(fmt::format("{:.2f}", side));
    return *this;
  }
  void end() {
    text_ += line_ + "\r\n";
    line_.clear();
    begun_ = false;
  }
  std::string take() { return std::move(text_); }

 private:
  Csv& raw(const std::string& text) {
    if (begun_) line_.push_back(',');
    begun_ = true;
    line_ += text;
    return *this;
  }
  std::string text_, line_;
  bool begun_ = false;
};

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

}  // namespace

Result<std::vector<ExportedBox>> boxes_of(const std::vector<model::BoxSegment>& segments, bool coasting) {
  std::vector<ExportedBox> out;
  for (const auto& segment : segments) {
    VIGIL_ASSIGN(auto boxes, model::decode_boxes(segment.coded));
    for (const auto& box : boxes) {
      if (box.state != model::TrackState::Confirmed && !(coasting && box.state == model::TrackState::Coasting))
        continue;
      out.push_back({box.sequence, number_of(segment.track_id), box.box, box.confidence});
    }
  }
  std::sort(out.begin(), out.end(), [](const ExportedBox& a, const ExportedBox& b) {
    return std::tie(a.frame, a.track) < std::tie(b.frame, b.track);
  });
  return out;
}

std::string to_mot(const std::vector<ExportedBox>& boxes) {
  std::string out;
  for (const auto& each : boxes) {
    out += fmt::format("{},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.3f},-1,-1,-1\n", each.frame, each.track, each.box.x,
                       each.box.y, each.box.width, each.box.height, each.confidence);
  }
  return out;
}

std::string to_coco(const std::vector<model::KeyFrame>& frames, const std::vector<model::DetectedObject>& objects,
                    const std::map<std::string, int>& labels) {
  auto categories = labels;
  int next = 1;
  for (const auto& [label, number] : labels) next = std::max(next, number + 1);
  Json images = Json::array(), annotations = Json::array(), named = Json::array();
  std::map<std::string, std::size_t> image_of;
  for (const auto& frame : frames) {
    image_of[frame.id] = image_of.size() + 1;
    images.push_back({{"id", image_of[frame.id]},
                      {"file_name", frame.path},
                      {"width", frame.width},
                      {"height", frame.height},
                      {"date_captured", to_rfc3339(frame.time)}});
  }
  std::map<std::string, const model::KeyFrame*> frame_of;
  for (const auto& frame : frames) frame_of[frame.id] = &frame;
  for (const auto& object : objects) {
    auto image = image_of.find(object.key_frame_id);
    if (image == image_of.end()) continue;
    auto [category, fresh] = categories.try_emplace(object.label, next);
    if (fresh) ++next;
    const auto& box = object.box;
    Json annotation = {{"id", annotations.size() + 1},
                       {"image_id", image->second},
                       {"category_id", category->second},
                       {"bbox", {rounded(box.x), rounded(box.y), rounded(box.width), rounded(box.height)}},
                       {"area", rounded(box.area())},
                       {"iscrowd", 0},
                       {"score", std::round(double{object.confidence} * 1e4) / 1e4},
                       {"track_id", number_of(object.track_id)}};
    const auto& frame = *frame_of[object.key_frame_id];
    const bool drawable = object.mask && object.mask->width > 0 && object.mask->height > 0 &&
                          object.mask->width <= kMaxMaskSide && object.mask->height <= kMaxMaskSide &&
                          frame.width > 0 && frame.height > 0 && frame.width <= kMaxMaskSide &&
                          frame.height <= kMaxMaskSide && box.width > 0 && box.height > 0;
    if (drawable) annotation["segmentation"] = rle_of(*object.mask, box, frame.width, frame.height);
    annotations.push_back(std::move(annotation));
  }
  for (const auto& [label, number] : categories) named.push_back({{"id", number}, {"name", label}});
  std::sort(named.begin(), named.end(), [](const Json& a, const Json& b) { return a["id"] < b["id"]; });
  return to_text(
      {{"images", std::move(images)}, {"annotations", std::move(annotations)}, {"categories", std::move(named)}});
}

std::string to_csv(const std::vector<model::TrackRecord>& tracks) {
  Csv csv({"track", "run", "camera", "number", "label", "specific_type", "first_seen", "last_seen", "frames",
           "best_score", "stationary", "x", "y", "width", "height", "subject", "similarity", "attributes", "zone"});
  for (const auto& track : tracks) {
    std::string attributes;
    for (const auto& attribute : track.attributes) {
      attributes += (attributes.empty() ? "" : "; ") + attribute.name + "=" + attribute.value;
    }
    csv.cell(track.id).cell(track.run_id).cell(track.camera_id).cell(track.number).cell(track.label);
    csv.cell(track.specific_type).cell(track.first_seen).cell(track.last_seen).cell(track.frames);
    csv.cell(track.best_score).cell(track.stationary).cell(track.best_box).cell(track.subject);
    csv.cell(track.subject_similarity).cell(attributes).cell(track.zone).end();
  }
  return csv.take();
}

std::string to_csv(const std::vector<model::DetectedObject>& objects) {
  Csv csv({"object", "key_frame", "track", "camera", "time", "label", "specific_type", "confidence", "x", "y", "width",
           "height", "zone"});
  for (const auto& object : objects) {
    csv.cell(object.id).cell(object.key_frame_id).cell(object.track_id).cell(object.camera_id).cell(object.time);
    csv.cell(object.label).cell(object.specific_type).cell(object.confidence).cell(object.box).cell(object.zone).end();
  }
  return csv.take();
}

std::string to_csv(const std::vector<model::PlateRead>& plates) {
  Csv csv(
      {"plate", "text", "region", "confidence", "camera", "time", "track", "key_frame", "x", "y", "width", "height"});
  for (const auto& plate : plates) {
    csv.cell(plate.plain).cell(plate.text).cell(plate.region).cell(plate.confidence).cell(plate.camera_id);
    csv.cell(plate.time).cell(plate.track_id).cell(plate.key_frame_id).cell(plate.box).end();
  }
  return csv.take();
}

}  // namespace vigil::records
