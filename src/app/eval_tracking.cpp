#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/eval.h"
#include "app/eval_report.h"
#include "app/exit_code.h"
#include "app/track_boxes.h"
#include "app/write_file.h"

namespace vigil::app {
namespace {

constexpr double kUsualFps = 25;
constexpr double kLongestFill = 0.5;  // seconds

int fail(const Error& error) {
  fmt::print(stderr, "vigil eval: {}\n", error.message);
  return error.kind == ErrorKind::MalformedRequest || error.kind == ErrorKind::PayloadTooLarge ? kConfiguration
                                                                                               : kFailed;
}

void print(const TrackingReport& report, const Json& json) {
  fmt::print(stderr, "{}", to_table(report));
  fmt::print("{}\n", to_text(json));
}

// frameRate of the seqinfo.ini that stands beside the folder of the detections; 0: there is none.
double sequence_fps(const std::string& detections) {
  std::ifstream file(std::filesystem::path(detections).parent_path() / ".." / "seqinfo.ini");
  constexpr int kMostLines = 100;
  constexpr std::string_view kKey = "frameRate=";
  std::string line;
  for (int i = 0; i < kMostLines && std::getline(file, line); ++i) {
    double fps = 0;
    if (line.rfind(kKey, 0) == 0) std::from_chars(line.data() + kKey.size(), line.data() + line.size(), fps);
    if (fps >= 0.1 && fps <= 1000) return fps;
  }
  return 0;
}

double frames_a_second(const EvalTrackingOptions& options) {
  if (options.fps > 0) return options.fps;
  if (double fps = sequence_fps(options.detections); fps > 0) return fps;
  fmt::print(stderr, "vigil eval: no seqinfo.ini says how many frames there are a second; {} it is (--fps)\n",
             kUsualFps);
  return kUsualFps;
}

vision::TrackerConfig tracker_config(const EvalTrackingOptions& options) {
  vision::TrackerConfig config;
  if (options.high_score >= 0) config.high_score = static_cast<float>(options.high_score);
  if (options.low_score >= 0) config.low_score = static_cast<float>(options.low_score);
  if (options.lost_after >= 0) {
    config.lost_after = std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(options.lost_after));
  }
  return config;
}

struct Run {
  std::vector<eval::MotRow> rows;
  double fps = 0;
  double cpu_ms_per_frame = 0;
};

Run track(const std::vector<eval::MotRow>& detections, const EvalTrackingOptions& options) {
  Run run;
  run.fps = frames_a_second(options);
  vision::Tracker tracker(tracker_config(options));
  TrackBoxes boxes(options.boxes, static_cast<int>(kLongestFill * run.fps));
  std::vector<vision::Detection> found;
  const int frames = detections.empty() ? 0 : detections.back().frame;
  std::clock_t busy = 0;
  auto next = detections.begin();
  for (int frame = 1; frame <= frames; ++frame) {
    found.clear();
    for (; next != detections.end() && next->frame == frame; ++next)
      found.push_back({next->box, 0, next->confidence, {}});
    const auto at = std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(frame / run.fps));
    const auto began = std::clock();
    const auto& tracks = (frame - 1) % options.every == 0 ? tracker.update(found, at) : tracker.coast(at, false);
    busy += std::clock() - began;
    boxes.add(frame, tracks, options.every - 1);
  }
  run.rows = boxes.take();
  if (frames > 0) run.cpu_ms_per_frame = 1e3 * static_cast<double>(busy) / CLOCKS_PER_SEC / frames;
  return run;
}

}  // namespace

int eval_mot(const EvalMotOptions& options) {
  auto truth = eval::read_mot_file(options.truth, eval::MotIds::Unique);
  if (!truth) return fail(truth.error());
  auto result = eval::read_mot_file(options.result, eval::MotIds::Unique);
  if (!result) return fail(result.error());
  const auto report = score(*truth, *result, options.zero_marked);
  print(report, to_json(report));
  return kOk;
}

int eval_tracking(const EvalTrackingOptions& options) {
  auto truth = eval::read_mot_file(options.truth, eval::MotIds::Unique);
  if (!truth) return fail(truth.error());
  auto detections = eval::read_mot_file(options.detections, eval::MotIds::Ignored);
  if (!detections) return fail(detections.error());
  const auto run = track(*detections, options);
  if (!options.save_mot.empty()) {
    if (auto written = write_file(options.save_mot, eval::to_mot(run.rows)); !written.ok())
      return fail(written.error());
  }
  const auto report = score(*truth, run.rows, options.zero_marked);
  auto json = to_json(report);
  json["fps"] = run.fps;
  json["tracker_ms_per_frame"] = run.cpu_ms_per_frame;
  print(report, json);
  return kOk;
}

}  // namespace vigil::app
