#include "vision/model_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "base/json.h"
#include "base/utf8.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kMaxLabels = 10000, kMaxLabel = 100;
constexpr int kMaxSide = 8192;

constexpr std::array kLayouts = {std::pair(Layout::Unknown, "auto"),
                                 std::pair(Layout::Yolox, "yolox"),
                                 std::pair(Layout::Gfl, "gfl"),
                                 std::pair(Layout::Yolov5, "yolov5"),
                                 std::pair(Layout::Yolov8, "yolov8"),
                                 std::pair(Layout::Ssd, "ssd"),
                                 std::pair(Layout::SsdParts, "ssd_parts"),
                                 std::pair(Layout::Detr, "detr"),
                                 std::pair(Layout::DetrDecoded, "detr_decoded"),
                                 std::pair(Layout::Rows, "rows")};

constexpr std::array kTasks = {std::pair(Task::Detect, "detect"),
                               std::pair(Task::FindPlates, "find_plates"),
                               std::pair(Task::ReadPlates, "read_plates"),
                               std::pair(Task::Appearance, "appearance"),
                               std::pair(Task::PersonAttributes, "person_attributes"),
                               std::pair(Task::FindFaces, "find_faces"),
                               std::pair(Task::AgeGender, "age_gender"),
                               std::pair(Task::Segment, "segment")};

Error wrong(std::string_view member, std::string_view why) {
  return make_error(ErrorKind::InvalidArgument, fmt::format("model.json: {} {}", member, why), "model.card",
                    "/" + std::string(member));
}

// Takes members out of an object one by one, so that what is left is unknown.
class Members {
 public:
  Members(Json object, std::string where) : object_(std::move(object)), where_(std::move(where)) {}

  Result<void> text(const char* name, std::string& out, std::size_t most) {
    auto found = object_.find(name);
    if (found == object_.end()) return {};
    if (!found->is_string()) return wrong(where_ + name, "must be a text");
    out = found->get<std::string>();
    bool bad = std::any_of(out.begin(), out.end(), [](unsigned char c) { return c < ' '; });
    if (out.size() > most || bad) return wrong(where_ + name, fmt::format("must be a line of at most {} bytes", most));
    object_.erase(found);
    return {};
  }
  Result<void> flag(const char* name, bool& out) {
    auto found = object_.find(name);
    if (found == object_.end()) return {};
    if (!found->is_boolean()) return wrong(where_ + name, "must be true or false");
    out = found->get<bool>();
    object_.erase(found);
    return {};
  }
  template <typename Number>
  Result<void> number(const char* name, Number& out, double least, double most) {
    auto found = object_.find(name);
    if (found == object_.end()) return {};
    VIGIL_ASSIGN(auto value, as_number(*found, where_ + name, least, most));
    if (std::is_integral_v<Number> && value != std::floor(value)) return wrong(where_ + name, "must be a whole number");
    out = static_cast<Number>(value);
    object_.erase(found);
    return {};
  }
  Result<void> three(const char* name, std::array<float, 3>& out, double least, double most) {
    auto found = object_.find(name);
    if (found == object_.end()) return {};
    if (!found->is_array() || found->size() != 3) return wrong(where_ + name, "must be three numbers");
    for (std::size_t i = 0; i < 3; ++i) {
      VIGIL_ASSIGN(auto value, as_number((*found)[i], where_ + name, least, most));
      out[i] = static_cast<float>(value);
    }
    object_.erase(found);
    return {};
  }
  // The object or array itself, or null.
  Json take(const char* name) {
    auto found = object_.find(name);
    if (found == object_.end()) return nullptr;
    Json out = std::move(*found);
    object_.erase(found);
    return out;
  }
  Result<void> end() const {
    if (object_.empty()) return {};
    return wrong(where_ + object_.begin().key(), "is not known");
  }

 private:
  static Result<double> as_number(const Json& value, const std::string& name, double least, double most) {
    if (!value.is_number()) return wrong(name, "must be a number");
    auto out = value.get<double>();
    if (!(out >= least && out <= most)) return wrong(name, fmt::format("must be from {} to {}", least, most));
    return out;
  }

  Json object_;
  std::string where_;
};

Result<void> read_preparation(Json object, Preparation& out) {
  if (!object.is_object()) return wrong("preparation", "must be an object");
  Members members(std::move(object), "preparation/");
  std::string fit, order;
  VIGIL_TRY(members.text("fit", fit, 20));
  if (!fit.empty() && fit != "letterbox" && fit != "stretch")
    return wrong("preparation/fit", "must be letterbox or stretch");
  out.fit = fit == "stretch" ? Preparation::Fit::Stretch : Preparation::Fit::Letterbox;
  VIGIL_TRY(members.text("order", order, 20));
  if (!order.empty() && order != "rgb" && order != "bgr") return wrong("preparation/order", "must be rgb or bgr");
  out.order = order == "bgr" ? Preparation::Order::Bgr : Preparation::Order::Rgb;
  VIGIL_TRY(members.flag("centred", out.centred));
  VIGIL_TRY(members.number("fill", out.fill, 0, 255));
  VIGIL_TRY(members.three("mean", out.mean, -1000, 1000));
  VIGIL_TRY(members.three("scale", out.scale, 1e-6, 1e6));
  return members.end();
}

Result<void> read_labels(const Json& labels, std::vector<std::string>& out) {
  if (labels.is_null()) return {};
  if (labels.is_string() && labels.get<std::string>() == "coco") {
    out = coco_labels();
    return {};
  }
  if (!labels.is_array()) return wrong("labels", "must be a list of names, or \"coco\"");
  std::string text;
  for (const auto& label : labels) {
    if (!label.is_string()) return wrong("labels", "must be a list of names, or \"coco\"");
    auto one = label.get<std::string>();
    if (one.find('\n') != std::string::npos) return wrong("labels", "has a name with a line break");
    text += one + "\n";
  }
  auto parsed = parse_labels(text);
  if (!parsed) return wrong("labels", parsed.error().message);
  out = std::move(*parsed);
  return {};
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Json preparation_json(const Preparation& p) {
  return {{"fit", p.fit == Preparation::Fit::Stretch ? "stretch" : "letterbox"},
          {"order", p.order == Preparation::Order::Bgr ? "bgr" : "rgb"},
          {"centred", p.centred},
          {"fill", p.fill},
          {"mean", p.mean},
          {"scale", p.scale}};
}

}  // namespace

const char* to_string(Layout layout) {
  for (const auto& [value, name] : kLayouts) {
    if (value == layout) return name;
  }
  return "auto";
}

const char* to_string(Task task) {
  for (const auto& [value, name] : kTasks) {
    if (value == task) return name;
  }
  return "detect";
}

Result<Task> parse_task(const std::string& name) {
  std::string names;
  for (const auto& [task, known] : kTasks) {
    if (name == known) return task;
    names += (names.empty() ? "" : ", ") + std::string(known);
  }
  return wrong("task", "must be one of " + names);
}

Preparation usual_preparation(Task task) {
  Preparation out;
  if (task == Task::FindPlates || task == Task::Detect) {
    out.centred = true;
  } else {
    out.fit = Preparation::Fit::Stretch;
    out.order = Preparation::Order::Bgr;
    out.scale = {1, 1, 1};
  }
  if (task == Task::ReadPlates) {
    out.mean = {127.5F, 127.5F, 127.5F};
    out.scale = {128, 128, 128};
  }
  return out;
}

std::string layout_names() {
  std::string out;
  for (const auto& [value, name] : kLayouts) {
    if (value != Layout::Unknown) out += (out.empty() ? "" : ", ") + std::string(name);
  }
  return out;
}

bool is_model_name(std::string_view name) {
  auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), good);
}

Result<ModelCard> parse_model_card(std::string_view json) {
  VIGIL_ASSIGN(auto object, parse_json(json, {.max_bytes = 4u << 20, .max_depth = 8}));
  if (!object.is_object()) return make_error(ErrorKind::InvalidArgument, "model.json: must be an object", "model.card");
  Members members(std::move(object), "");
  ModelCard out;
  VIGIL_TRY(members.text("name", out.name, 64));
  VIGIL_TRY(members.text("version", out.version, 64));
  if (!is_model_name(out.name)) return wrong("name", "must be a-z, 0-9, '.', '_' or '-', and not begin with a sign");
  if (!is_model_name(out.version)) return wrong("version", "must be a-z, 0-9, '.', '_' or '-', like 1 or 2.0");
  VIGIL_TRY(members.text("title", out.title, 500));
  VIGIL_TRY(members.text("licence", out.licence, 500));
  VIGIL_TRY(members.text("source", out.source, 2000));
  VIGIL_TRY(members.text("sha256", out.sha256, 64));
  if (!out.sha256.empty() && !is_sha256(out.sha256)) return wrong("sha256", "must be 64 digits 0-9, a-f");
  VIGIL_TRY(members.number("bytes", out.bytes, 0, 1e12));
  std::string task = to_string(Task::Detect);
  VIGIL_TRY(members.text("task", task, 20));
  VIGIL_ASSIGN(out.task, parse_task(task));
  std::string layout = "auto";
  VIGIL_TRY(members.text("layout", layout, 20));
  const auto* known =
      std::find_if(kLayouts.begin(), kLayouts.end(), [&](const auto& each) { return each.second == layout; });
  if (known == kLayouts.end()) return wrong("layout", "must be one of auto, " + layout_names());
  out.layout = known->first;
  VIGIL_TRY(members.number("width", out.width, 0, kMaxSide));
  VIGIL_TRY(members.number("height", out.height, 0, kMaxSide));
  VIGIL_TRY(members.flag("fitted", out.fitted));
  if (auto preparation = members.take("preparation"); !preparation.is_null()) {
    VIGIL_TRY(read_preparation(std::move(preparation), out.preparation));
    out.has_preparation = true;
  }
  VIGIL_TRY(read_labels(members.take("labels"), out.labels));
  VIGIL_TRY(members.end());
  return out;
}

std::string to_json(const ModelCard& card) {
  Json out = {
      {"name", card.name},     {"version", card.version}, {"title", card.title},  {"licence", card.licence},
      {"source", card.source}, {"sha256", card.sha256},   {"bytes", card.bytes},  {"layout", to_string(card.layout)},
      {"width", card.width},   {"height", card.height},   {"fitted", card.fitted}};
  if (card.has_preparation) out["preparation"] = preparation_json(card.preparation);
  if (card.task != Task::Detect) out["task"] = to_string(card.task);
  if (card.labels == coco_labels()) {
    out["labels"] = "coco";
  } else if (!card.labels.empty()) {
    out["labels"] = card.labels;
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::vector<std::string>> parse_labels(std::string_view text) {
  auto bad = [](std::size_t line, std::string_view why) {
    return make_error(ErrorKind::InvalidArgument, fmt::format("line {} {}", line, why), "model.labels");
  };
  std::vector<std::string> out;
  std::set<std::string> seen;
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  while (!text.empty()) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    auto number = out.size() + 1;
    if (line.empty()) return bad(number, "is empty");
    if (line.size() > kMaxLabel) return bad(number, "is longer than a label");
    bool control = std::any_of(line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
    if (control || !count_code_points(line)) return bad(number, "is no text");
    if (!seen.insert(std::string(line)).second) return bad(number, fmt::format("repeats the label {}", line));
    if (out.size() == kMaxLabels) return bad(number, "is one label too many");
    out.emplace_back(line);
  }
  if (out.empty()) return make_error(ErrorKind::InvalidArgument, "there are no labels", "model.labels");
  return out;
}

const std::vector<std::string>& coco_labels() {
  static const std::vector<std::string> labels = {
      "person",         "bicycle",    "car",           "motorcycle",    "airplane",     "bus",           "train",
      "truck",          "boat",       "traffic light", "fire hydrant",  "stop sign",    "parking meter", "bench",
      "bird",           "cat",        "dog",           "horse",         "sheep",        "cow",           "elephant",
      "bear",           "zebra",      "giraffe",       "backpack",      "umbrella",     "handbag",       "tie",
      "suitcase",       "frisbee",    "skis",          "snowboard",     "sports ball",  "kite",          "baseball bat",
      "baseball glove", "skateboard", "surfboard",     "tennis racket", "bottle",       "wine glass",    "cup",
      "fork",           "knife",      "spoon",         "bowl",          "banana",       "apple",         "sandwich",
      "orange",         "broccoli",   "carrot",        "hot dog",       "pizza",        "donut",         "cake",
      "chair",          "couch",      "potted plant",  "bed",           "dining table", "toilet",        "tv",
      "laptop",         "mouse",      "remote",        "keyboard",      "cell phone",   "microwave",     "oven",
      "toaster",        "sink",       "refrigerator",  "book",          "clock",        "vase",          "scissors",
      "teddy bear",     "hair drier", "toothbrush"};
  return labels;
}

}  // namespace vigil::vision
