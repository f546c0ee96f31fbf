#include "pipeline/analysis.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <utility>

#include "base/log.h"
#include "base/sync.h"
#include "pipeline/analysis_clock.h"
#include "pipeline/analysis_filter.h"
#include "pipeline/analysis_gate.h"
#include "pipeline/analysis_rate.h"
#include "pipeline/scene_watch.h"

namespace vigil::pipeline {
namespace {

constexpr Nanos kFpsWindow = std::chrono::seconds(5);

vision::TrackerConfig tracker_config(const AnalysisFilter& filter) {
  vision::TrackerConfig out;
  out.high_score = filter.confidence();
  out.low_score = filter.min_score();
  return out;
}

}  // namespace

struct Analysis::State {
  State(std::string id, DetectorFactory& factory, std::uint64_t next_track_id, Clock& time)
      : camera_id(std::move(id)), detectors(factory), clock(time), tracker(vision::TrackerConfig{}, next_track_id) {}

  const std::string camera_id;
  DetectorFactory& detectors;
  Clock& clock;

  AnalysisConfig config;
  AnalysisRate rate;
  AnalysisGate gate;
  AnalysisFilter filter;
  AnalysisClock media_clock;
  std::unique_ptr<vision::Detector> detector;
  std::unique_ptr<Recognition> recognition;  // null: nothing but classes is asked for, or nobody can
  std::optional<SceneWatch> scene;           // nothing: it is not asked for
  std::string unrecognised;                  // why nobody can; empty: somebody does, or it is not asked for
  std::string detector_of;                   // the name in the settings that `detector` was made for
  vision::Tracker tracker;
  vision::TrackerConfig tracker_settings;
  std::vector<vision::Track> tracks;  // after the last frame
  std::vector<std::string> labels;    // of the model that the tracks' classes come from
  Nanos now{0};                       // media time of the last frame
  std::deque<Nanos> recent;           // media times of the last observations
  std::uint64_t passed_told = 0;      // of passed_over, by the rate
  std::string fault;                  // why the detector does not work; empty: it does

  std::atomic<std::uint64_t> passed_over{0};
  mutable Mutex mutex;
  AnalysisFigures figures VIGIL_GUARDED_BY(mutex);

  Result<void> adopt(const AnalysisConfig& wanted);
  Result<void> make_detector(const std::string& model);
  void renew_recognition(const model::AnalysisSettings& before);
  void renew_tracker();
  std::optional<vision::Detections> detect(const media::Frame& frame, model::Observation& out);
  void follow(const media::FramePtr& frame, bool look, bool nothing_moves, model::Observation& out);
  void describe(const vision::Detections* found, const AnalysisFilter::Wanted& wanted, model::Observation& out) const;
  void count(const model::Observation& out, bool failed);
  void publish();
};

Result<void> Analysis::State::make_detector(const std::string& model) {
  detector.reset();
  detector_of.clear();
  VIGIL_ASSIGN(detector, detectors.make(model));
  detector_of = model;
  return {};
}

// Tracks go on under other settings, and in another model where it knows their class too.
void Analysis::State::renew_tracker() {
  const auto settings = tracker_config(filter);
  const auto& names = detector->labels();
  if (settings == tracker_settings && names == labels) return;
  auto seeds = tracker.seeds();
  if (names != labels) {
    std::erase_if(seeds, [&](vision::TrackSeed& seed) {
      const auto old = static_cast<std::size_t>(seed.class_id);
      if (seed.class_id < 0 || old >= labels.size()) return false;  // of another process: its class is voted anew
      const auto at = std::find(names.begin(), names.end(), labels[old]);
      seed.class_id = static_cast<int>(at - names.begin());
      return at == names.end();
    });
    labels = names;
  }
  tracker_settings = settings;
  tracker = vision::Tracker(settings, tracker.next_id());
  tracker.seed(seeds);
}

// Made anew only where something else is asked for; what was agreed on about tracks goes on.
void Analysis::State::renew_recognition(const model::AnalysisSettings& before) {
  const auto& now_wanted = config.analysis;
  const auto what = recognition_wanted(now_wanted), was = recognition_wanted(before);
  if (what == was) return;
  const auto known = recognition ? recognition->recognised() : Recognised();
  recognition.reset();
  unrecognised.clear();
  if (!what.any()) return;
  if (what.attributes && !was.attributes) {
    log::info("attributes of persons are recognised from now on", {{"camera", camera_id}});
  }
  recognition = detectors.recognise(camera_id, now_wanted);
  if (recognition) {
    recognition->remember(known);
  } else {
    unrecognised = "attributes, plates and appearance are not recognised in this process";
  }
}

Result<void> Analysis::State::adopt(const AnalysisConfig& wanted) {
  const auto before = std::exchange(config, wanted).analysis;
  Result<void> result;
  if (!config.analysis.enabled) {
    detector.reset();
    detector_of.clear();
    tracks.clear();
  } else if (!detector || detector_of != config.analysis.model) {
    result = make_detector(config.analysis.model);
  }
  if (detector) {
    filter.adopt(config.analysis, detector->labels());
    renew_tracker();
  } else {
    config.analysis.enabled = false;
  }
  renew_recognition(before);
  if (!config.analysis.enabled || !config.analysis.scene) {
    scene.reset();
  } else if (!scene) {
    scene.emplace();
  }
  rate.adopt(config.analysis, config.motion);
  gate.adopt(config.analysis, config.motion);
  fault = result.ok() ? std::string() : result.error().message;
  publish();
  return result;
}

// What figures() tells besides what was counted.
void Analysis::State::publish() {
  auto text = fault;
  auto add = [&text](const std::string& more) {
    if (!more.empty()) text += (text.empty() ? "" : "; ") + more;
  };
  add(rate.degraded());
  add(recognition ? recognition->missing() : unrecognised);
  if (detector && !filter.unknown().empty()) {
    add("the model " + detector->model_name() + " does not know " + filter.unknown());
  }
  const auto looked = recognition ? recognition->figures() : RecognitionFigures();
  MutexLock lock(mutex);
  figures.degraded = std::move(text);
  figures.looks = looked.looks;
  const auto ms = std::chrono::duration<double, std::milli>(looked.time).count();
  figures.look_ms = looked.looks > 0 ? ms / static_cast<double>(looked.looks) : 0;
}

std::optional<vision::Detections> Analysis::State::detect(const media::Frame& frame, model::Observation& out) {
  auto found = detector->detect(frame, {.min_score = filter.min_score(), .tiles = config.analysis.tiling});
  if (!found) {
    if (fault.empty()) log::warn("detector failed", {{"camera", camera_id}, {"reason", found.error().message}});
    fault = "the detector fails: " + found.error().message;
    return std::nullopt;
  }
  fault.clear();
  out.detected = true;
  out.times.preprocess = found->preprocess;
  out.times.infer = found->infer;
  out.times.postprocess = found->postprocess;
  return std::move(found).value();
}

void Analysis::State::follow(const media::FramePtr& frame, bool look, bool nothing_moves, model::Observation& out) {
  std::optional<vision::Detections> found;
  if (look) found = detect(*frame, out);
  if (found) gate.looked(now);
  const auto began = clock.steady();
  AnalysisFilter::Wanted wanted;
  if (found) {
    wanted = filter.apply(found->found, frame->width, frame->height);
    tracks = tracker.update(wanted.detections, now, {}, &frame->luma());
  } else {
    tracks = tracker.coast(now, nothing_moves);
  }
  describe(found ? &*found : nullptr, wanted, out);
  if (recognition) recognition->see(frame, out.objects);
  if (scene) out.scene = scene->see(*frame, out.objects, now);
  out.times.track = clock.steady() - began;
}

void Analysis::State::describe(const vision::Detections* found, const AnalysisFilter::Wanted& wanted,
                               model::Observation& out) const {
  for (const auto& track : tracks) {
    model::SeenObject object;
    object.track_id = track.id;
    object.state = track.state;
    object.class_id = track.class_id;
    if (track.class_id >= 0 && static_cast<std::size_t>(track.class_id) < labels.size()) {
      object.label = labels[static_cast<std::size_t>(track.class_id)];
    }
    object.confidence = track.score;
    object.box = track.box;
    object.stationary = track.stationary;
    if (found != nullptr && track.detection >= 0) {
      const auto& detection = found->found[wanted.source[static_cast<std::size_t>(track.detection)]];
      object.confidence = detection.score;
      object.detected = detection.box;
      object.mask = detection.mask;
    }
    out.objects.push_back(std::move(object));
  }
}

void Analysis::State::count(const model::Observation& out, bool failed) {
  recent.push_back(now);
  while (recent.size() > 1 && (now - recent.front() > kFpsWindow || recent.front() > now)) recent.pop_front();
  MutexLock lock(mutex);
  ++figures.analysed;
  figures.detected += out.detected ? 1 : 0;
  figures.failed += failed ? 1 : 0;
  const auto span = std::chrono::duration<double>(recent.back() - recent.front()).count();
  figures.fps = span > 0 ? static_cast<double>(recent.size() - 1) / span : 0;
}

Analysis::Analysis(std::string camera_id, DetectorFactory& detectors, std::uint64_t next_track_id, Clock& clock)
    : state_(std::make_unique<State>(std::move(camera_id), detectors, next_track_id, clock)) {
  state_->config.motion.enabled = false;
  state_->rate.adopt(state_->config.analysis, state_->config.motion);
}

Analysis::~Analysis() = default;

Result<void> Analysis::adopt(const AnalysisConfig& config) {
  return state_->adopt(config);
}

bool Analysis::due(WallTime captured) const {
  return state_->rate.due(captured);
}

bool Analysis::key_frames_only() const {
  return state_->rate.key_frames_only();
}

std::optional<model::Observation> Analysis::see(const media::FramePtr& frame, const model::StageTimes& so_far) {
  auto& s = *state_;
  {
    MutexLock lock(s.mutex);
    ++s.figures.offered;
  }
  const auto look = s.rate.take(frame->captured);
  if (look == AnalysisRate::Look::None) return std::nullopt;
  const auto began = s.clock.steady();
  s.now = s.media_clock.step(*frame);

  std::optional<model::Observation> out(std::in_place);
  out->camera_id = s.camera_id;
  out->sequence = frame->sequence;
  out->pts = frame->pts;
  out->captured = frame->captured;
  out->width = frame->width;
  out->height = frame->height;
  out->times = so_far;

  auto gate = s.gate.ask(frame->luma(), s.now, s.tracks);
  out->times.motion = s.clock.steady() - began;
  if (s.config.motion.enabled) {
    out->motion_score = gate.motion.score;
    out->motion_area = gate.motion.area;
    out->motion = std::move(gate.motion.boxes);
  }
  const bool wanted = s.detector && look == AnalysisRate::Look::Full && gate.look;
  if (s.detector) {
    out->model = s.detector->model_name();
    out->device = s.detector->device();
    s.follow(frame, wanted, gate.nothing_moves, *out);
  }
  out->times.total = so_far.total + (s.clock.steady() - began);
  s.count(*out, wanted && !out->detected);

  const auto passed = s.passed_over.load();
  s.rate.went(frame->captured, out->times.total, passed - std::min(passed, s.passed_told));
  s.passed_told = passed;
  s.publish();
  return out;
}

void Analysis::passed_over(std::uint64_t total) {
  state_->passed_over = total;
}

void Analysis::discontinuity() {
  state_->gate.reset();
  state_->media_clock.jump();
}

void Analysis::seed(const std::vector<vision::TrackSeed>& tracks) {
  auto seeds = tracks;
  const auto& names = state_->labels;
  // The process before this one may have had another model.
  std::erase_if(seeds, [&](vision::TrackSeed& seed) {
    if (seed.label.empty() || names.empty()) return false;  // its class is voted anew
    const auto at = std::find(names.begin(), names.end(), seed.label);
    seed.class_id = static_cast<int>(at - names.begin());
    return at == names.end();
  });
  const auto ahead = state_->media_clock.ahead();
  for (auto& seed : seeds) {
    seed.began += ahead;
    seed.last_seen += ahead;
    state_->media_clock.begin_after(seed.last_seen);
  }
  state_->tracker.seed(seeds);
}

void Analysis::remember(const Recognised& recognised) {
  if (state_->recognition) state_->recognition->remember(recognised);
}

std::vector<vision::TrackSeed> Analysis::seeds() const {
  auto seeds = state_->tracker.seeds();
  // Capture times are what two processes have in common; the media time of each begins with its first frame.
  const auto ahead = state_->media_clock.ahead();
  for (auto& seed : seeds) {
    seed.began -= ahead;
    seed.last_seen -= ahead;
    const auto at = static_cast<std::size_t>(seed.class_id);
    if (seed.class_id >= 0 && at < state_->labels.size()) seed.label = state_->labels[at];
  }
  return seeds;
}

std::uint64_t Analysis::next_track_id() const {
  return state_->tracker.next_id();
}

AnalysisFigures Analysis::figures() const {
  MutexLock lock(state_->mutex);
  auto out = state_->figures;
  out.offered += state_->passed_over.load();
  return out;
}

}  // namespace vigil::pipeline
