#include "app/channels.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "app/camera_file.h"
#include "app/camera_target.h"
#include "app/channel_summary.h"
#include "app/config_file.h"
#include "app/configuration.h"
#include "app/detectors.h"
#include "app/exit_code.h"
#include "app/part_file.h"
#include "app/scratch.h"
#include "app/signals.h"
#include "app/track_numbers.h"
#include "base/log.h"
#include "bus/bus.h"
#include "cameras/cameras.h"
#include "model/observation_json.h"
#include "pipeline/local_analyst.h"
#include "pipeline/subject_assigner.h"
#include "store/memory.h"
#include "store/records.h"

namespace vigil::app {
namespace {

constexpr std::size_t kMostText = 4U << 20;
constexpr std::size_t kQueue = 4096;  // observations; written much faster than they come
constexpr std::chrono::milliseconds kTick{200};
constexpr std::chrono::seconds kTell{5};

int fail(const std::string& message, int status) {
  fmt::print(stderr, "vigil channels: {}\n", message);
  return status;
}

// Analysed, unless the file says otherwise, by the model that it names.
Json prepared(Json camera, const std::string& model) {
  auto& analysis = camera["analysis"];
  if (!analysis.is_object()) analysis = Json::object();
  if (!analysis.contains("enabled")) analysis["enabled"] = true;
  if (!model.empty() && !analysis.contains("model")) analysis["model"] = model;
  return camera;
}

Result<void> take_in(const ChannelsOptions& options, store::Store& store) {
  VIGIL_ASSIGN(auto text, read_text_file(options.config == "-" ? "/dev/stdin" : options.config, kMostText));
  VIGIL_ASSIGN(auto file, parse_camera_file(text, options.config == "-" ? "standard input" : options.config,
                                            process_environment()));
  for (const auto& note : file.notes) fmt::print(stderr, "{}\n", note);
  if (file.cameras.empty()) return make_error(ErrorKind::InvalidArgument, file.name + ": there is no camera in it");
  VIGIL_ASSIGN(auto target, target_of(store));
  for (const auto& entry : file.cameras) {
    if (auto made = target->create(prepared(entry.camera, options.model)); !made.ok()) {
      auto message = fmt::format("{}:{}: {}", file.name, entry.line_of(made.error().pointer), made.error().message);
      return make_error(ErrorKind::InvalidArgument, std::move(message));
    }
  }
  return {};
}

class Watch {
 public:
  Watch(const ChannelsOptions& options, const std::filesystem::path& models, store::Store& store)
      : options_(options),
        store_(store),
        detectors_(models, options.device, true),
        analysts_(clock_, media::make_decoder, detectors_),
        seen_(observations_.subscribe("summary", kQueue)),
        events_(bus_.subscribe("summary", kQueue)) {}

  Result<Json> run(std::stop_token stop) {
    if (!options_.save_json.empty()) {
      VIGIL_ASSIGN(json_, PartFile::create(options_.save_json));
    }
    VIGIL_ASSIGN(auto list, store_.cameras().list());
    for (const auto& camera : list) {
      summaries_[camera.id];
      const bool ends = camera.source_type == model::SourceType::File && !camera.loop;
      if (camera.enabled) (ends ? ending_ : lasting_).insert(camera.id);
    }
    VIGIL_ASSIGN(auto policy, ingest::EgressPolicy::make({}, {}));
    cameras::Config config;
    config.data_dir = scratch_.path();
    cameras::Cameras cameras(config, std::make_shared<const ingest::EgressPolicy>(std::move(policy)), store_.cameras(),
                             pipeline::Outlets{bus_, &observations_, subjects_.get(), nullptr, &track_numbers_}, clock_,
                             analysts_);
    VIGIL_TRY(cameras.start());
    const auto began = clock_.steady();
    auto told = began;
    while (!stop.stop_requested() && !over(began)) {
      VIGIL_TRY(take(seen_->pop(stop, kTick)));
      listen(cameras);
      if (!options_.quiet && clock_.steady() - told >= kTell) tell(std::exchange(told, clock_.steady()));
    }
    for (const auto& [id, status] : cameras.statuses()) {
      if (status.state != model::CameraState::Connected) summaries_[id].trouble(status.detail);
    }
    cameras.stop();
    observations_.close();
    while (auto left = seen_->try_pop()) VIGIL_TRY(take(std::move(left)));
    if (json_) VIGIL_TRY(json_->commit());
    return result(std::chrono::duration<double>(clock_.steady() - began).count());
  }

 private:
  bool over(SteadyTime began) const {
    if (options_.seconds > 0 && clock_.steady() - began >= std::chrono::duration<double>(options_.seconds)) return true;
    return ending_.empty() && lasting_.empty();
  }

  Result<void> take(std::optional<bus::TopicSubscription<model::Observation>::Ptr> seen) {
    if (!seen) return {};
    summaries_[(*seen)->camera_id].add(**seen);
    if (json_) return json_->write(model::to_json_text(**seen) + "\n");
    return {};
  }

  // A file that was played to its end is not played again.
  void listen(cameras::Cameras& cameras) {
    while (auto event = events_->try_pop()) {
      const auto* gone = std::get_if<model::CameraDisconnected>(&(*event)->body);
      if (gone == nullptr || gone->reason == "stopped") continue;
      const auto& id = (*event)->camera_id;
      if (gone->reason == "ended" && ending_.erase(id) > 0) {
        (void)cameras.set_enabled(id, false);
      } else {
        summaries_[id].trouble("disconnected: " + gone->reason);
      }
    }
  }

  void tell(SteadyTime since) {
    const auto seconds = std::chrono::duration<double>(clock_.steady() - since).count();
    for (auto& [id, summary] : summaries_) fmt::print(stderr, "{:<16} {}\n", id, summary.line(seconds));
  }

  Json result(double seconds) {
    Json channels = Json::object();
    for (const auto& [id, summary] : summaries_) channels[id] = summary.json();
    return {{"seconds", std::round(seconds * 100) / 100}, {"lost", seen_->dropped()}, {"channels", channels}};
  }

  const ChannelsOptions& options_;
  store::Store& store_;
  Clock& clock_ = system_clock();
  const Scratch scratch_;
  NamedDetectors detectors_;
  bus::Bus bus_;
  bus::Observations observations_;
  const std::unique_ptr<pipeline::SubjectAssigner> subjects_ =
      pipeline::make_subject_assigner(std::make_shared<vision::Gallery>(vision::GalleryConfig{}));
  TrackNumbers track_numbers_{store_.records().track_numbers(), clock_};  // for a channel that begins anew
  pipeline::LocalAnalysts analysts_;
  std::unique_ptr<bus::ObservationSubscription> seen_;
  std::unique_ptr<bus::Subscription> events_;
  std::unique_ptr<PartFile> json_;
  std::map<std::string, ChannelSummary> summaries_;
  std::set<std::string> ending_, lasting_;
};

}  // namespace

int channels(const ChannelsOptions& options) {
  log::configure(log::Level::Error, log::Format::Text);  // standard output is the summary's
  StopSignals signals;
  auto models = models_folder(options.data_dir);
  if (!models) return fail(models.error().message, kConfiguration);
  auto store = store::make_memory_store();
  if (auto taken = take_in(options, *store); !taken.ok()) return fail(taken.error().message, kConfiguration);
  auto done = Watch(options, *models, *store).run(signals.token());
  if (!done) return fail(done.error().message, kFailed);
  fmt::print("{}\n", vigil::to_text(*done));
  return kOk;
}

}  // namespace vigil::app
