#include "app/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "app/config_file.h"
#include "app/detectors.h"
#include "app/exit_code.h"
#include "app/process_output.h"
#include "app/process_records.h"
#include "app/scratch.h"
#include "app/signals.h"
#include "base/json.h"
#include "base/log.h"
#include "bus/bus.h"
#include "model/plate_settings_json.h"
#include "pipeline/file_analysis.h"
#include "pipeline/plate_judge.h"
#include "pipeline/stage_latency.h"
#include "pipeline/subject_assigner.h"

namespace vigil::app {
namespace {

constexpr std::size_t kMostRules = 4U << 20;

int fail(const std::string& message) {
  fmt::print(stderr, "vigil process: {}\n", message);
  return kFailed;
}

void remark(const std::string& text) {
  fmt::print(stderr, "vigil process: {}\n", text);
}

pipeline::AnalysisConfig to_config(const ProcessOptions& options) {
  pipeline::AnalysisConfig out;
  out.analysis.enabled = true;
  out.analysis.model = options.model;
  out.analysis.classes = options.classes;
  out.analysis.tiling = options.tiles;
  out.analysis.motion_gate = !options.no_gate;
  out.analysis.attributes = options.attributes;
  out.analysis.plates = options.plates || !options.plate_formats.empty();
  out.analysis.appearance = options.appearance;
  out.analysis.scene = options.scene;
  if (options.confidence >= 0) out.analysis.confidence = options.confidence;
  if (options.fps > 0) {
    out.analysis.rate = {model::RateMode::FixedFps, 1, options.fps};
  } else {
    out.analysis.rate = {options.every > 1 ? model::RateMode::EveryNth : model::RateMode::EveryFrame, options.every, 0};
  }
  return out;
}

// One line that is written over and over.
class Progress {
 public:
  Progress(bool show, std::int64_t total) : show_(show && ::isatty(STDERR_FILENO) != 0), total_(total) {}
  ~Progress() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }
  void at(std::uint64_t frames, SteadyTime now) {
    if (frames == 1) began_ = now;
    if (!show_ || now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    shown_ = true;
    const double seconds = std::chrono::duration<double>(now - began_).count();
    const double fps = seconds > 0 ? static_cast<double>(frames - 1) / seconds : 0;
    std::string line = fmt::format("{} pictures, {:.1f} a second", frames, fps);
    if (total_ > 0) {
      const double part = std::min(1.0, static_cast<double>(frames) / static_cast<double>(total_));
      const auto filled = static_cast<std::size_t>(std::lround(part * 30));
      const double left = fps > 0 ? std::max(0.0, static_cast<double>(total_) - static_cast<double>(frames)) / fps : 0;
      line = fmt::format("[{}{}] {:3.0f} %  {}, {:.0f} s left", std::string(filled, '#'), std::string(30 - filled, '.'),
                         100 * part, line, left);
    }
    fmt::print(stderr, "\r\033[K{}", line);
    std::fflush(stderr);
  }

 private:
  const bool show_;
  const std::int64_t total_;
  bool shown_ = false;
  SteadyTime began_, last_;
};

double ms(Nanos duration) {
  return std::round(std::chrono::duration<double, std::milli>(duration).count() * 100) / 100;
}

Json quantiles(const DurationHistogram& histogram) {
  return {{"p50", ms(histogram.quantile(0.5))},
          {"p95", ms(histogram.quantile(0.95))},
          {"p99", ms(histogram.quantile(0.99))}};
}

struct Run {
  pipeline::FileFigures file;
  pipeline::AnalysisFigures analysis;
  pipeline::StageLatency latency;
  std::string model, device;
  double seconds = 0;
  std::size_t tracks = 0;
};

Json summary(const ProcessOptions& options, const Run& run) {
  Json stages = Json::object();
  run.latency.each([&](const char* name, const DurationHistogram& histogram) {
    if (histogram.count() > 0) stages[name] = quantiles(histogram);
  });
  Json problems = Json::array();
  if (run.file.broken > 0) problems.push_back(fmt::format("{} damaged pictures", run.file.broken));
  if (!run.file.ended.empty()) problems.push_back("the file ends early: " + run.file.ended);
  if (run.file.sizes_changed) problems.push_back("the pictures change their size");
  if (run.file.stopped) problems.push_back("stopped before the end");
  if (!run.analysis.degraded.empty()) problems.push_back(run.analysis.degraded);
  return {{"video", options.video},
          {"frames", run.file.frames},
          {"analysed", run.analysis.analysed},
          {"detected", run.analysis.detected},
          {"failed", run.analysis.failed},
          {"seconds", std::round(run.seconds * 1000) / 1000},
          {"fps", run.seconds > 0 ? std::round(static_cast<double>(run.file.frames) / run.seconds * 10) / 10 : 0},
          {"tracks", run.tracks},
          {"latency_ms", quantiles(run.latency.total)},
          {"stages_ms", stages},
          {"model", run.model},
          {"device", run.device},
          {"problems", problems}};
}

Result<std::shared_ptr<const pipeline::PlateRules>> plate_rules(const std::string& file) {
  if (file.empty()) return pipeline::PlateRules::compile({});
  const auto read = [&]() -> Result<std::shared_ptr<const pipeline::PlateRules>> {
    VIGIL_ASSIGN(const auto text, read_text_file(file, kMostRules));
    VIGIL_ASSIGN(const auto json, parse_json(text));
    VIGIL_ASSIGN(const auto settings, model::read_plate_settings(json));
    return pipeline::PlateRules::compile(settings);
  };
  auto rules = read();
  if (rules) return rules;
  auto error = std::move(rules).error();
  const auto where = file + (error.pointer.empty() ? "" : ", " + error.pointer);
  return std::move(error).while_doing("plate formats (" + where + ")");
}

Result<Run> look_at(const ProcessOptions& options, media::VideoFile& file, pipeline::Analysis& analysis,
                    std::stop_token stop) {
  VIGIL_ASSIGN(auto rules, plate_rules(options.plate_formats));
  VIGIL_ASSIGN(auto output, ProcessOutput::create(options, file.width(), file.height(), file.fps()));
  const Scratch scratch;
  std::unique_ptr<ProcessRecords> records;
  if (!options.db.empty()) {
    VIGIL_ASSIGN(records, ProcessRecords::open(options.db, scratch.path()));
  }
  Run run;
  auto& clock = system_clock();
  const auto began = clock.steady();
  const auto subjects = pipeline::make_subject_assigner(std::make_shared<vision::Gallery>(vision::GalleryConfig{}));
  bus::Bus events;  // of plates in lists; nobody hears them
  pipeline::PlateJudge plates(events);
  plates.adopt(std::move(rules));
  const auto refine = [&](model::Observation& seen) {
    subjects->assign(seen);
    plates.judge(seen);
  };
  Progress progress(!options.quiet, file.estimated_frames());
  VIGIL_ASSIGN(run.file,
               pipeline::analyse_file(
                   file, analysis,
                   [&](const media::FramePtr& frame, const std::optional<model::Observation>& seen) -> Result<void> {
                     if (seen) {
                       run.latency.add(*seen);
                       run.model = seen->model;
                       run.device = seen->device;
                     }
                     if (seen && records) records->add(frame, *seen);
                     progress.at(frame->sequence, clock.steady());
                     return output->add(frame, seen ? &*seen : nullptr);
                   },
                   // Records are of a time, and a file does not say of which: of now.
                   stop, records ? clock.wall() : WallTime{}, clock, refine));
  if (run.file.frames == 0) {
    return make_error(ErrorKind::InvalidArgument, run.file.ended.empty()
                                                      ? "there is not one picture in it that can be decoded"
                                                      : "there is no picture in it: " + run.file.ended);
  }
  VIGIL_TRY(output->finish());
  if (records) VIGIL_TRY(records->finish());
  run.seconds = std::chrono::duration<double>(clock.steady() - began).count();
  run.analysis = analysis.figures();
  run.tracks = output->tracks();
  return run;
}

}  // namespace

int process(const ProcessOptions& options) {
  log::configure(log::Level::Error, log::Format::Text);  // standard output is the summary's
  StopSignals signals;
  auto file = media::open_video_file(options.video);
  if (!file) return fail(fmt::format("{}: {}", options.video, file.error().message));
  auto models = models_folder(options.data_dir);
  if (!models) return fail(models.error().message);
  NamedDetectors detectors(*models, options.device);
  pipeline::Analysis analysis(std::filesystem::path(options.video).filename().string(), detectors);
  if (auto adopted = analysis.adopt(to_config(options)); !adopted.ok()) return fail(adopted.error().message);
  if (const auto unknown = analysis.figures().degraded; !unknown.empty()) remark(unknown);
  auto run = look_at(options, **file, analysis, signals.token());
  if (!run) return fail(fmt::format("{}: {}", options.video, run.error().message));
  const auto json = summary(options, *run);
  for (const auto& problem : json["problems"]) remark(problem.get<std::string>());
  fmt::print("{}\n", to_text(json));
  return run->file.stopped ? kFailed : kOk;
}

}  // namespace vigil::app
