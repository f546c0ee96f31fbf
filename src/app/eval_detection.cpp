#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/configuration.h"
#include "app/eval.h"
#include "app/exit_code.h"
#include "app/model_source.h"
#include "base/json.h"
#include "eval/average_precision.h"
#include "media/image.h"
#include "vision/catalogue.h"
#include "vision/digest.h"
#include "vision/model_store.h"
#include "vision/read_file.h"

namespace vigil::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPicture = 64u << 20, kMaxLabels = 16u << 20;

Result<vision::ModelPtr> open_model(const EvalDetectionOptions& options) {
  std::error_code ignored;
  if (!options.model.empty() && fs::exists(options.model, ignored)) {
    VIGIL_ASSIGN(auto found, read_model(options.model));
    if (const auto* known = vision::built_in_catalogue().with_sum(vision::sha256(found.onnx));
        known != nullptr && !found.card.has_preparation)
      found.card = known->card;
    if (found.card.version.empty()) found.card.version.push_back('1');  // g++ 12 at -O2 warns of an assignment here
    return vision::load_model(found.card, found.onnx, options.device);
  }
  Sources sources;
  sources.environment = process_environment();
  if (!options.data_dir.empty()) sources.command_line["data.dir"] = options.data_dir;
  VIGIL_ASSIGN(auto configuration, load(sources));
  vision::ModelStore store(fs::path(configuration.settings.data_dir) / "models");
  return store.load(options.model, options.device);
}

Result<std::vector<fs::path>> pictures_in(const std::string& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    auto kind = at->path().extension().string();
    std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char c) { return std::tolower(c); });
    if (kind == ".jpg" || kind == ".jpeg" || kind == ".png") out.push_back(at->path());
  }
  if (error) return make_error(ErrorKind::NotFound, fmt::format("{}: {}", folder, error.message()));
  if (out.empty()) return make_error(ErrorKind::NotFound, fmt::format("{} has no .jpg or .png pictures", folder));
  std::sort(out.begin(), out.end());
  return out;
}

// What is in the picture, and what the detector finds; a picture without a label file is one with nothing in it.
Result<eval::Picture> look(const fs::path& path, const EvalDetectionOptions& options, vision::Detector& detector,
                           vision::Detections& times) {
  VIGIL_ASSIGN(auto bytes, vision::read_file(path, kMaxPicture));
  VIGIL_ASSIGN(auto frame, media::decode_image({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
  eval::Picture out;
  const auto label_file = fs::path(options.labels) / path.stem().concat(".txt");
  auto text = vision::read_file(label_file, kMaxLabels);
  if (text) {
    auto truth = eval::parse_yolo_labels(*text, frame->width, frame->height);
    if (!truth) return std::move(truth).error().while_doing(label_file.string());
    out.truth = std::move(*truth);
  } else if (text.error().kind != ErrorKind::NotFound) {
    return std::move(text).error();
  }
  const auto most = static_cast<int>(detector.labels().size());
  for (const auto& each : out.truth) {
    if (each.class_id >= most) {
      return make_error(ErrorKind::InvalidArgument, fmt::format("{}: class {} is none of the model's {}",
                                                                label_file.string(), each.class_id, most));
    }
  }
  VIGIL_ASSIGN(auto found, detector.detect(*frame, {static_cast<float>(options.min_score), options.tiles}));
  for (const auto& each : found.found) out.found.push_back({each.box, each.class_id, each.score});
  times.preprocess += found.preprocess;
  times.infer += found.infer;
  times.postprocess += found.postprocess;
  return out;
}

Json report(const vision::Detector& detector, const eval::DetectionScores& scores, std::size_t pictures,
            const vision::Detections& times) {
  auto mean_ms = [&](Nanos sum) {
    return std::chrono::duration<double, std::milli>(sum).count() / static_cast<double>(pictures);
  };
  Json out = {{"model", detector.model_name()},
              {"device", detector.device()},
              {"pictures", pictures},
              {"ap50", scores.ap50},
              {"ap50_95", scores.ap},
              {"ms",
               {{"preprocess", mean_ms(times.preprocess)},
                {"infer", mean_ms(times.infer)},
                {"postprocess", mean_ms(times.postprocess)}}},
              {"classes", Json::array()}};
  for (const auto& each : scores.classes) {
    out["classes"].push_back({{"label", detector.labels()[static_cast<std::size_t>(each.class_id)]},
                              {"objects", each.truths},
                              {"found", each.found},
                              {"ap50", each.ap50},
                              {"ap50_95", each.ap}});
  }
  return out;
}

void print_table(const Json& report) {
  fmt::print(stderr, "{:24} {:>8} {:>8} {:>8}\n", "class", "objects", "AP50", "AP50-95");
  auto line = [](std::string_view label, const std::string& objects, double ap50, double ap) {
    fmt::print(stderr, "{:24} {:>8} {:>8.3f} {:>8.3f}\n", label, objects, ap50, ap);
  };
  for (const auto& each : report["classes"]) {
    line(each["label"].get<std::string>(), std::to_string(each["objects"].get<int>()), each["ap50"].get<double>(),
         each["ap50_95"].get<double>());
  }
  line("all", std::to_string(report["pictures"].get<int>()) + " pic.", report["ap50"].get<double>(),
       report["ap50_95"].get<double>());
}

}  // namespace

int eval_detection(const EvalDetectionOptions& options) {
  auto fail = [](const Error& error) {
    fmt::print(stderr, "vigil eval detection: {}\n", error.message);
    return kFailed;
  };
  auto model = open_model(options);
  if (!model) return fail(model.error());
  auto paths = pictures_in(options.images);
  if (!paths) return fail(paths.error());
  auto detector = vision::make_detector(*model, {.square = !options.fitted, .room = 1});
  std::vector<eval::Picture> pictures;
  vision::Detections times;
  for (const auto& path : *paths) {
    auto picture = look(path, options, *detector, times);
    if (!picture) return fail(std::move(picture).error().while_doing(path.filename().string()));
    pictures.push_back(std::move(*picture));
  }
  auto out = report(*detector, eval::average_precision(pictures), pictures.size(), times);
  print_table(out);
  fmt::print("{}\n", vigil::to_text(out));
  return kOk;
}

}  // namespace vigil::app
