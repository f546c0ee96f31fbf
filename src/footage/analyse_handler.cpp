#include "footage/analyse_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/log.h"
#include "bus/bus.h"
#include "footage/analyse_payload.h"
#include "footage/findings.h"
#include "footage/judgement.h"
#include "footage/scratch_video.h"
#include "pipeline/subject_assigner.h"
#include "vision/gallery.h"

namespace vigil::footage {
namespace {

// Says of whom and of which plates observations are, as a server does of its cameras', and files them.
class JobOutlet final : public screening::Outlet {
 public:
  JobOutlet(jobs::Run& run, blob::Store& blobs, std::shared_ptr<const pipeline::PlateRules> rules,
            std::optional<ScratchVideo> video)
      : run_(run),
        folder_(fmt::format("{}/{}", run.job().asset, run.attempt_folder())),
        blobs_(blobs),
        writer_(blobs, run.job().asset, folder_),
        subjects_(pipeline::make_subject_assigner(std::make_shared<vision::Gallery>(vision::GalleryConfig{}))),
        plates_(events_),
        video_(std::move(video)) {
    if (rules) plates_.adopt(std::move(rules));
  }

  Result<void> facts(const extract::VideoFacts& facts) override {
    facts_ = extract::to_json(facts);
    return {};
  }
  Result<void> seen(model::Observation seen) override {
    seen.camera_id = run_.job().asset;
    subjects_->assign(seen);
    plates_.judge(seen);
    return writer_.add(seen);
  }
  Result<void> video(std::uint64_t offset, std::span<const std::uint8_t> bytes) override {
    if (!video_) return make_error(ErrorKind::Internal, "nobody asked for a video");
    return video_->put(offset, bytes);
  }
  Result<void> progress(double done) override {
    run_.progress(done, "looking at the pictures");
    return {};
  }

  Result<std::vector<model::JobOutput>> finish() {
    VIGIL_ASSIGN(auto outputs, writer_.finish());
    if (video_) {
      run_.progress(1, "filing the annotated video");
      VIGIL_ASSIGN(const auto key, blob::Key::parse(fmt::format("thumbnails/{}/{}", folder_, kAnnotatedName)));
      VIGIL_TRY(video_->publish(blobs_, key));
      outputs.push_back({kAnnotatedName, key.text(), video_->size(), "video/mp4", "{}"});
    }
    return outputs;
  }
  // Nothing of it is anybody's.
  void give_up() {
    for (const auto prefix : {blob::Prefix::Metadata, blob::Prefix::Thumbnails}) {
      const auto gone = blob::remove_folder(blobs_, fmt::format("{}/{}/", blob::to_string(prefix), folder_));
      if (!gone) log::warn("findings could not be removed yet", {{"reason", gone.error().message}});
    }
  }
  Findings findings() const { return writer_.findings(); }
  const Json& facts() const { return facts_; }
  bool has_video() const { return video_.has_value(); }

 private:
  jobs::Run& run_;
  const std::string folder_;
  blob::Store& blobs_;
  FindingsWriter writer_;
  std::unique_ptr<pipeline::SubjectAssigner> subjects_;
  bus::Bus events_;  // of plates in lists: nobody is at the gate
  pipeline::PlateJudge plates_;
  std::optional<ScratchVideo> video_;
  Json facts_ = Json::object();
};

Json problems_of(const screening::Summary& summary) {
  Json out = Json::array();
  if (summary.broken > 0) out.push_back(fmt::format("{} pictures are damaged", summary.broken));
  if (summary.failed > 0) out.push_back(fmt::format("{} pictures could not be looked at", summary.failed));
  if (!summary.ended.empty()) out.push_back(summary.ended);
  if (summary.sizes_changed) out.push_back("the pictures change their size");
  if (!summary.degraded.empty()) out.push_back(summary.degraded);
  return out;
}

// So far apart are the pictures that were looked at, on average. Null: there is only one.
Json interval_of(const model::Run& run) {
  if (run.frames < 2) return nullptr;
  const std::chrono::duration<double, std::milli> length = run.last - run.began;
  return std::round(length.count() / static_cast<double>(run.frames - 1) * 1000) / 1000;
}

Json result_of(const screening::Request& request, const screening::Summary& summary, const JobOutlet& outlet) {
  const auto found = outlet.findings();
  std::map<std::string, std::uint64_t> labels;
  for (const auto& track : found.tracks) ++labels[track.label];
  return {{"video", outlet.facts()},         {"settings", to_json(request)},
          {"model", found.run.model},        {"device", found.run.device},
          {"width", found.run.width},        {"height", found.run.height},
          {"frames", summary.frames},        {"analysed", summary.analysed},
          {"detected", summary.detected},    {"interval_ms", interval_of(found.run)},
          {"tracks", found.tracks.size()},   {"labels", labels},
          {"plates", found.plates.size()},   {"scenes", found.scenes.size()},
          {"annotated", outlet.has_video()}, {"problems", problems_of(summary)}};
}

// By their time, for the search in all videos.
std::vector<model::FoundPlate> plates_of(const Findings& found) {
  std::map<std::string, std::uint64_t> numbers;
  for (const auto& track : found.tracks) numbers[track.id] = track.number;
  std::vector<model::FoundPlate> out;
  for (const auto& read : found.plates) {
    model::FoundPlate plate;
    plate.at = std::max(std::chrono::milliseconds(0),
                        std::chrono::floor<std::chrono::milliseconds>(read.time.time_since_epoch()));
    plate.track = numbers[read.track_id];
    plate.text = read.text;
    plate.plain = read.plain;
    plate.region = read.region;
    plate.confidence = read.confidence;
    out.push_back(std::move(plate));
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return std::tie(a.at, a.track) < std::tie(b.at, b.track); });
  return out;
}

}  // namespace

AnalyseHandler::AnalyseHandler(AnalyseConfig config, store::AssetRepository& assets, blob::Store& blobs, OpenVideo open,
                               Clock& clock)
    : config_(std::move(config)), assets_(assets), blobs_(blobs), open_(std::move(open)), clock_(clock) {}

Result<jobs::Finished> AnalyseHandler::run(jobs::Run& run) {
  const auto& job = run.job();
  VIGIL_ASSIGN(const auto request, read_analyse_request(job.payload));
  const auto wanted = pipeline::recognition_wanted(request.analysis);
  screening::Places places;
  VIGIL_ASSIGN(places.model, config_.find_model(request.analysis.model));
  if (wanted.any() && config_.find_recognisers) places.recognisers = config_.find_recognisers(wanted);
  VIGIL_ASSIGN(const auto asset, assets_.get(job.asset));
  VIGIL_ASSIGN(const auto key, blob::Key::parse(asset.key));
  run.progress(0, "opening the video");
  VIGIL_ASSIGN(const auto input, open_(key));
  std::optional<ScratchVideo> video;
  if (request.annotate) {
    VIGIL_ASSIGN(video, ScratchVideo::create(config_.scratch));
  }
  auto limits = config_.limits;
  if (wanted.any() && limits.memory_bytes > 0) limits.memory_bytes += config_.recognition_bytes;
  JobOutlet outlet(run, blobs_, config_.plate_rules ? config_.plate_rules() : nullptr, std::move(video));
  const auto looked = [&]() -> Result<jobs::Finished> {
    VIGIL_ASSIGN(const auto done,
                 screening::screen(config_.program, input, request, places, limits, outlet, run.stop(), clock_));
    VIGIL_ASSIGN(auto outputs, outlet.finish());
    return jobs::Finished{
        to_text(result_of(request, done.summary, outlet)), std::move(outputs), {}, plates_of(outlet.findings())};
  };
  auto finished = looked();
  if (finished) return finished;
  outlet.give_up();
  return judged(std::move(finished).error(), job);
}

}  // namespace vigil::footage
