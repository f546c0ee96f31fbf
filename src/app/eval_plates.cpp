#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "app/detectors.h"
#include "app/eval.h"
#include "app/exit_code.h"
#include "app/plate_models.h"
#include "base/json.h"
#include "eval/plates.h"
#include "media/image.h"
#include "vision/plate_formats.h"
#include "vision/read_file.h"

namespace vigil::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPicture = 64u << 20, kMaxTruth = 16u << 20;
constexpr float kOverlap = 0.5F;

struct Tools {
  std::unique_ptr<vision::PlateFinder> finder;
  std::unique_ptr<vision::PlateReader> reader;
  vision::PlateFormats formats;
};

Result<Tools> open_tools(const EvalPlatesOptions& options) {
  VIGIL_ASSIGN(const auto models, models_folder(options.data_dir));
  Tools out;
  if (!options.given_boxes) {
    VIGIL_ASSIGN(out.finder, open_plate_finder(models, options.finder));
  }
  VIGIL_ASSIGN(out.reader, open_plate_reader(models, options.reader));
  vision::PlateFormatConfig formats;
  for (const auto& pattern : options.formats) formats.formats.push_back({"", pattern});
  VIGIL_ASSIGN(out.formats, vision::PlateFormats::compile(formats, ""));
  return out;
}

// The sets: sub-folders with text files, else the folder itself.
Result<std::map<std::string, std::vector<fs::path>>> sets_in(const std::string& folder) {
  std::map<std::string, std::vector<fs::path>> out;
  std::error_code error;
  auto add = [&](const fs::path& where) {
    for (fs::directory_iterator at(where, error), end; !error && at != end; at.increment(error)) {
      if (at->path().extension() == ".txt") out[where.filename().string()].push_back(at->path());
    }
  };
  const auto root = fs::path(folder).lexically_normal();
  add(root.has_filename() ? root : root.parent_path());
  if (out.empty() && !error) {
    for (fs::directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
      if (at->is_directory(error)) add(at->path());
    }
  }
  if (error) return make_error(ErrorKind::NotFound, fmt::format("{}: {}", folder, error.message()));
  if (out.empty()) {
    return make_error(ErrorKind::NotFound, fmt::format("{} has no text files with what the plates say", folder));
  }
  for (auto& [name, files] : out) std::sort(files.begin(), files.end());
  return out;
}

Result<eval::PlateOutcome> look(const media::Frame& frame, const eval::PlateTruth& truth, Tools& tools) {
  eval::PlateOutcome out{false, truth.text, ""};
  vision::PlateSpot spot;
  if (tools.finder) {
    VIGIL_ASSIGN(auto spots, tools.finder->find(frame, {}));
    const auto found = std::find_if(spots.begin(), spots.end(),
                                    [&](const auto& each) { return model::iou(each.box, truth.box) >= kOverlap; });
    if (found == spots.end()) return out;
    spot = *found;
  } else {
    const auto& box = truth.box;
    spot.box = box;
    spot.corners = {vision::Corner{box.x, box.y}, vision::Corner{box.right(), box.y},
                    vision::Corner{box.right(), box.bottom()}, vision::Corner{box.x, box.bottom()}};
  }
  out.found = true;
  VIGIL_ASSIGN(auto text, tools.reader->read(frame, spot));
  out.read = tools.formats.fit(text).text.text;
  return out;
}

Result<std::vector<eval::PlateOutcome>> look_at_set(const std::vector<fs::path>& files, Tools& tools, bool verbose) {
  std::vector<eval::PlateOutcome> out;
  for (const auto& file : files) {
    VIGIL_ASSIGN(auto text, vision::read_file(file, kMaxTruth));
    auto truths = eval::parse_plate_truth(text);
    if (!truths) return std::move(truths).error().while_doing(file.string());
    for (const auto& truth : *truths) {
      const auto picture = file.parent_path() / truth.file;
      auto bytes = vision::read_file(picture, kMaxPicture);
      if (!bytes) return std::move(bytes).error().while_doing(picture.string());
      const auto& content = *bytes;
      auto frame = media::decode_image({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
      if (!frame) return std::move(frame).error().while_doing(picture.string());
      VIGIL_ASSIGN(auto outcome, look(**frame, truth, tools));
      if (verbose) {
        fmt::print(stderr, "{:40} {:10} {:10}{}\n", truth.file, outcome.truth,
                   outcome.found ? outcome.read : "not found", outcome.read == outcome.truth ? "" : " !");
      }
      out.push_back(std::move(outcome));
    }
  }
  return out;
}

Json to_json(const std::string& name, const eval::PlateScores& scores) {
  auto share = [](std::size_t part, std::size_t of) {
    return of == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(of);
  };
  return {{"set", name},
          {"plates", scores.plates},
          {"detection_recall", share(scores.found, scores.plates)},
          {"exact", share(scores.exact, scores.plates)},
          {"exact_lookalike", share(scores.alike, scores.plates)},
          {"exact_of_found", share(scores.exact, scores.found)},
          {"character_error_rate", share(scores.edits, scores.characters)}};
}

Result<Json> evaluate(const EvalPlatesOptions& options) {
  VIGIL_ASSIGN(auto tools, open_tools(options));
  VIGIL_ASSIGN(auto sets, sets_in(options.images));
  Json out = {{"finder", tools.finder ? tools.finder->name() : "ground truth"},
              {"reader", tools.reader->name()},
              {"sets", Json::array()}};
  std::vector<eval::PlateOutcome> all;
  for (const auto& [name, files] : sets) {
    VIGIL_ASSIGN(auto outcomes, look_at_set(files, tools, options.verbose));
    out["sets"].push_back(to_json(name, eval::score_plates(outcomes)));
    all.insert(all.end(), outcomes.begin(), outcomes.end());
  }
  if (sets.size() > 1) out["sets"].push_back(to_json("all", eval::score_plates(all)));
  return out;
}

}  // namespace

int eval_plates(const EvalPlatesOptions& options) {
  auto report = evaluate(options);
  if (!report) {
    fmt::print(stderr, "vigil eval plates: {}\n", report.error().message);
    return kFailed;
  }
  fmt::print(stderr, "{:24} {:>7} {:>7} {:>7} {:>10} {:>10}\n", "set", "plates", "found", "exact", "lookalike",
             "characters");
  for (const auto& set : (*report)["sets"]) {
    fmt::print(stderr, "{:24} {:>7} {:>6.1f}% {:>6.1f}% {:>9.1f}% {:>9.1f}%\n", set["set"].get<std::string>(),
               set["plates"].get<int>(), 100 * set["detection_recall"].get<double>(), 100 * set["exact"].get<double>(),
               100 * set["exact_lookalike"].get<double>(), 100 * (1 - set["character_error_rate"].get<double>()));
  }
  fmt::print("{}\n", vigil::to_text(*report));
  return kOk;
}

}  // namespace vigil::app
