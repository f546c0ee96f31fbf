#include "app/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "analyser/analysers.h"
#include "api/auth/accounts.h"
#include "api/server.h"
#include "app/first_model.h"
#include "app/model_places.h"
#include "app/plate_rules.h"
#include "app/recognisers.h"
#include "app/record.h"
#include "app/rtmp_in.h"
#include "app/rtsp_out.h"
#include "app/subjects.h"
#include "app/track_numbers.h"
#include "app/uploading.h"
#include "base/log.h"
#include "base/url.h"
#include "bus/bus.h"
#include "cameras/cameras.h"
#include "ingest/egress.h"
#include "live/webrtc.h"
#include "pipeline/plate_judge.h"
#include "sinks/redis.h"
#include "store/open.h"
#include "vision/model_store.h"

namespace vigil::app {
namespace {

cameras::Config cameras_config(const Settings& settings) {
  cameras::Config out;
  out.data_dir = settings.data_dir;
  out.packet_ring_bytes = static_cast<std::size_t>(settings.packet_bytes);
  out.packet_ring_age = settings.packet_age;
  out.connect_timeout = settings.connect_timeout;
  out.read_timeout = settings.read_timeout;
  out.retry_delays = settings.retry_delays;
  out.retry_jitter = settings.retry_jitter;
  out.connects_per_second = settings.connects_per_second;
  out.frozen_after = std::chrono::ceil<std::chrono::seconds>(settings.frozen_after);
  out.health_interval = std::chrono::ceil<std::chrono::seconds>(settings.health_interval);
  out.pipeline.frame_ring_bytes = static_cast<std::size_t>(settings.frame_bytes);
  out.pipeline.frame_ring_age = settings.frame_age;
  out.pipeline.linger = settings.frame_linger;
  out.pipeline.snapshot_interval = settings.snapshot_interval;
  out.max_renditions = static_cast<int>(settings.renditions);
  return out;
}

analyser::Config analyser_config(const Settings& settings) {
  analyser::Config out;
  out.memory_bytes = static_cast<std::uint64_t>(settings.analyser_memory);
  out.threads = static_cast<int>(settings.analyser_threads);
  out.sandbox_required = settings.analyser_sandbox == "required";
  out.poison_dir = (std::filesystem::path(settings.data_dir) / "poison").string();
  auto models = std::make_shared<vision::ModelStore>(std::filesystem::path(settings.data_dir) / "models");
  out.find_model = [models](const std::string& name) { return place_of_model(*models, name); };
  out.find_recognisers = [folder = models->folder()](const pipeline::RecognitionWanted& wanted) {
    return find_recognisers(folder, wanted);
  };
  return out;
}

api::Config api_config(const Settings& settings) {
  api::Config out;
  out.address = settings.listen.host;
  out.port = settings.listen.port;
  out.auth = settings.auth_mode == "none" ? api::AuthMode::None : api::AuthMode::Required;
  out.allowed_hosts = settings.allowed_hosts;
  out.cors_origins = settings.cors_origins;
  out.trusted_proxies = settings.trusted_proxies;
  out.web_root = settings.web_root;
  out.data_dir = settings.data_dir;
  out.max_connections = static_cast<int>(settings.http_max_connections);
  out.max_mjpeg_viewers = static_cast<int>(settings.http_mjpeg_viewers);
  return out;
}

constexpr std::chrono::milliseconds kDatabasePatience{800};

std::vector<api::Counter> scene_counters(const SceneTeller* scenes) {
  if (scenes == nullptr) return {};
  const auto figures = scenes->figures();
  return {{"vigil_scene_requests_total", "Pictures that were sent to the scene endpoint.", figures.asked},
          {"vigil_scene_descriptions_total", "Scenes that it described.", figures.told},
          {"vigil_scene_failures_total", "Scenes that it did not describe.", figures.failed},
          {"vigil_scene_left_out_total",
           "Scenes that it was not asked about: too many waited, or there was no picture.", figures.left_out}};
}

// Nothing: switched off.
Result<std::optional<live::webrtc::Config>> webrtc_config(const Settings& settings) {
  if (settings.webrtc_listen == "off") return std::optional<live::webrtc::Config>();
  live::webrtc::Config out;
  out.address = settings.listen.host;
  out.port_may_move = true;
  // Whoever takes any port for HTTP does not want to know one for this either.
  if (settings.listen.port == 0) out.port = 0;
  if (settings.webrtc_listen != "auto") {
    auto address = parse_address(settings.webrtc_listen);
    if (!address) return std::move(address).error().while_doing("live.webrtc.listen (or auto, or off)");
    out.address = address->host;
    out.port = address->port;
    out.port_may_move = false;
  }
  out.tcp = settings.webrtc_tcp;
  out.advertised = settings.webrtc_addresses;
  out.max_sessions = static_cast<int>(settings.webrtc_sessions);
  out.max_sessions_of_user = static_cast<int>(settings.webrtc_sessions_per_user);
  return std::optional(std::move(out));
}

}  // namespace

// In the order of their dependence: members are destroyed from the last to the first.
struct Server::Parts {
  std::unique_ptr<store::Store> store;
  bus::Bus bus;
  bus::Observations observations;
  std::unique_ptr<Subjects> subjects;
  std::unique_ptr<pipeline::PlateJudge> plates;
  std::unique_ptr<TrackNumbers> track_numbers;
  std::unique_ptr<analyser::Analysers> analysers;
  std::unique_ptr<sinks::RedisSink> redis;
  std::unique_ptr<cameras::Cameras> cameras;
  std::unique_ptr<records::Writer> writer;
  std::unique_ptr<SceneTeller> scenes;
  std::unique_ptr<records::Sweeper> sweeper;
  std::unique_ptr<vision::ModelStore> models;
  std::unique_ptr<live::webrtc::Agent> webrtc;
  std::unique_ptr<api::Accounts> accounts;
  std::unique_ptr<RtspService> rtsp;         // null: not configured
  std::unique_ptr<ingest::RtmpServer> rtmp;  // null: not configured
  std::unique_ptr<Uploading> uploading;
  std::unique_ptr<api::Server> http;
  std::unique_ptr<FirstModel> first_model;
};

Server::Server(const Settings& settings, Clock& clock) : settings_(settings), clock_(clock) {}

Server::~Server() {
  stop(std::chrono::seconds(5));
}

Result<void> Server::start() {
  auto parts = std::make_unique<Parts>();
  VIGIL_ASSIGN(auto policy, ingest::EgressPolicy::make(settings_.allow_networks, settings_.deny_networks));
  VIGIL_TRY(api::check_auth_mode(settings_.listen.host, api_config(settings_).auth, settings_.force_open_auth));
  VIGIL_ASSIGN(parts->store, store::open_store({.data_dir = settings_.data_dir,
                                                .allow_network_fs = settings_.allow_network_fs,
                                                .database_url = settings_.database_url,
                                                .clock = &clock_}));
  if (!settings_.redis_url.empty()) {
    VIGIL_ASSIGN(auto redis, sinks::parse_redis_url(settings_.redis_url.reveal()));
    auto events = parts->bus.subscribe("redis", static_cast<std::size_t>(settings_.redis_queue));
    parts->redis = std::make_unique<sinks::RedisSink>(std::move(redis), std::move(events), clock_);
    parts->redis->start();
  }
  parts->accounts = std::make_unique<api::Accounts>(*parts->store, clock_);
  parts->analysers = std::make_unique<analyser::Analysers>(analyser_config(settings_), &parts->bus, clock_);
  if (settings_.analyser_sandbox == "required") {
    if (auto held = parts->analysers->try_out(); !held) return std::move(held).error();
  }
  VIGIL_ASSIGN(parts->subjects, Subjects::make(settings_, *parts->store, clock_));
  parts->subjects->start();
  parts->plates = std::make_unique<pipeline::PlateJudge>(parts->bus);
  parts->plates->adopt(kept_plate_rules(*parts->store));
  parts->track_numbers = std::make_unique<TrackNumbers>(parts->store->records().track_numbers(), clock_);
  parts->track_numbers->start();
  parts->cameras = std::make_unique<cameras::Cameras>(
      cameras_config(settings_), std::make_shared<const ingest::EgressPolicy>(std::move(policy)),
      parts->store->cameras(),
      pipeline::Outlets{parts->bus, &parts->observations, &parts->subjects->assigner(), parts->plates.get(),
                        parts->track_numbers.get()},
      clock_, *parts->analysers);
  parts->writer = make_writer(settings_, parts->observations, *parts->store, *parts->cameras, clock_);
  VIGIL_TRY(parts->writer->start());
  parts->scenes = make_scene_teller(settings_, parts->observations, *parts->cameras, *parts->writer, clock_);
  if (parts->scenes) parts->scenes->start();
  parts->sweeper = make_sweeper(settings_, *parts->store, clock_);
  parts->sweeper->start();
  VIGIL_TRY(parts->cameras->start());
  auto sinks = [redis = parts->redis.get()] {
    std::vector<sinks::Figures> out;
    if (redis != nullptr) out.push_back(redis->figures());
    return out;
  };
  VIGIL_ASSIGN(parts->rtsp, RtspService::make(settings_, *parts->cameras, *parts->accounts, clock_));
  VIGIL_ASSIGN(parts->rtmp, start_rtmp(settings_, *parts->cameras, clock_));
  parts->models = std::make_unique<vision::ModelStore>(settings_.data_dir + "/models");
  VIGIL_ASSIGN(auto webrtc, webrtc_config(settings_));
  if (webrtc) {
    parts->webrtc = std::make_unique<live::webrtc::Agent>(std::move(*webrtc), clock_);
    VIGIL_TRY(parts->webrtc->start());
    log::info("WebRTC listens", {{"port", parts->webrtc->port()}});
  }
  VIGIL_ASSIGN(parts->uploading, Uploading::start(settings_, *parts->store, clock_));
  parts->http = std::make_unique<api::Server>(
      api_config(settings_),
      api::Services{
          .cameras = *parts->cameras,
          .accounts = *parts->accounts,
          .store = *parts->store,
          .bus = parts->bus,
          .observations = parts->observations,
          .clock = clock_,
          .sinks = std::move(sinks),
          .models = parts->models.get(),
          .plates = parts->plates.get(),
          .records = [writer = parts->writer.get()] { return writer->figures(); },
          .webrtc = parts->webrtc.get(),
          .rtsp = parts->rtsp ? &parts->rtsp->server() : nullptr,
          .rtmp = parts->rtmp.get(),
          .uploads = &parts->uploading->uploads(),
          .blobs = &parts->uploading->blobs(),
          .workers = &parts->uploading->workers(),
          .counters = [scenes = parts->scenes.get()] { return scene_counters(scenes); },
          .elsewhere = [subjects = parts->subjects.get()](std::uint64_t id) { return subjects->elsewhere(id); },
          .pictures = &parts->uploading->pictures(),
          .direct = parts->uploading->direct(),
          .reconciler = parts->uploading->reconciler(),
          .webhooks = parts->uploading->webhooks(),
      });
  VIGIL_TRY(parts->http->start());
  if (settings_.fetch_model)
    parts->first_model = std::make_unique<FirstModel>(settings_.data_dir + "/models", settings_.deny_networks);
  parts_ = std::move(parts);
  return {};
}

void Server::stop(std::chrono::milliseconds limit) {
  if (!parts_) return;
  auto end = clock_.steady() + limit;
  // A database that hangs keeps nobody: what it does not take waits in the spool.
  parts_->store->hurry(kDatabasePatience);
  parts_->first_model.reset();
  if (parts_->webrtc) parts_->webrtc->stop();
  parts_->http->stop();
  if (parts_->rtsp) parts_->rtsp->stop();
  if (parts_->rtmp) parts_->rtmp->stop();
  parts_->uploading->stop();
  if (parts_->scenes) parts_->scenes->stop();
  parts_->cameras->stop();
  parts_->track_numbers->stop();
  parts_->subjects->stop();
  parts_->bus.close();
  parts_->observations.close();
  parts_->sweeper->stop();
  parts_->writer->stop();
  if (parts_->redis) {
    // The cameras' last words are queued now; what the others took of the time is missing here.
    auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - clock_.steady()) - std::chrono::milliseconds(200);
    parts_->redis->stop(std::clamp(left, std::chrono::milliseconds(100), std::chrono::milliseconds(2000)));
  }
  parts_.reset();
}

std::uint16_t Server::port() const {
  return parts_ ? parts_->http->port() : 0;
}

std::string Server::setup_link() const {
  if (!parts_ || settings_.auth_mode == "none") return "";
  auto token = parts_->accounts->setup_token();
  if (!token) {
    if (token.error().kind != ErrorKind::NotFound) log::error("no set-up link", {{"reason", token.error().message}});
    return "";
  }
  return fmt::format("{}/setup#token={}", local_url(settings_.listen, port()), percent_encode(token->reveal()));
}

void Server::touch() const {
  if (parts_) (void)parts_->cameras->workers();
}

std::string local_url(const Address& listen, std::uint16_t port) {
  auto shown = listen;
  shown.port = port;
  if (shown.host == "0.0.0.0") shown.host = "127.0.0.1";
  if (shown.host == "::") shown.host = "::1";
  return "http://" + to_text(shown);
}

}  // namespace vigil::app
