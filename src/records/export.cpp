#include "records/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <tuple>

#include "model/box_track.h"

namespace vigil::records {
namespace {

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

}  // namespace

std::uint64_t track_number(const std::string& track_id) {
  const auto dash = track_id.rfind('-');
  return dash == std::string::npos ? 0 : std::strtoull(track_id.c_str() + dash + 1, nullptr, 10);
}

Result<std::vector<ExportedBox>> boxes_of(const std::vector<model::BoxSegment>& segments, bool coasting) {
  std::vector<ExportedBox> out;
  for (const auto& segment : segments) {
    VIGIL_ASSIGN(auto boxes, model::decode_boxes(segment.coded));
    for (const auto& box : boxes) {
      if (box.state != model::TrackState::Confirmed && !(coasting && box.state == model::TrackState::Coasting))
        continue;
      out.push_back({box.sequence, track_number(segment.track_id), box.box, box.confidence});
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
