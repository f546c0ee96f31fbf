#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <future>
#include <thread>

#include "base/log.h"
#include "sim/content/footage.h"
#include "sim/content/live_scene.h"
#include "sim/content/timebase.h"
#include "sim/server/cameras.h"
#include "sim/server/feeds.h"
#include "sim/server/server.h"
#include "sim/sim.h"

namespace vigil::sim {

namespace asio = boost::asio;

namespace {

constexpr int kMostScenes = 4;  // painted in real time; more cameras than that share them

Error wrong(std::string what) {
  return make_error(ErrorKind::InvalidArgument, std::move(what), "sim.config");
}

Result<void> check(const Config& config) {
  if (config.source.empty()) return wrong("name a video file, or \"scene\"");
  if (config.once && config.source == "scene") return wrong("the scene has no end: once is for a video file");
  if (config.cameras < 1 || config.cameras > 1000) return wrong("there can be 1 to 1000 cameras");
  if (config.fault.camera < 0 || config.fault.camera > config.cameras) {
    return wrong("the camera that has the fault does not exist");
  }
  if (config.fault.after < Nanos(0) || config.fault.lasting < Nanos(0))
    return wrong("a fault cannot begin in the past");
  if (config.width < 0 || config.height < 0 || config.width % 2 != 0 || config.height % 2 != 0 || config.width > 8192 ||
      config.height > 8192) {
    return wrong("width and height must be even and at most 8192");
  }
  if (config.fps < 0 || config.fps > 120) return wrong("the frame rate must be at most 120");
  if (config.gop_s < 0.1 || config.gop_s > 60) return wrong("there must be 0.1 to 60 seconds between key frames");
  if (!config.allow_tcp && !config.allow_udp) return wrong("TCP and UDP cannot both be off");
  if (config.session_timeout_s < 1) return wrong("the session time-out must be a second or more");
  return {};
}

}  // namespace

struct Simulator::Impl {
  Impl(Config wanted, const Clock& wall_clock) : config(std::move(wanted)), clock(wall_clock), time(wall_clock) {}

  ~Impl() {
    maker_thread = {};  // stops and joins
    if (server && network.joinable()) {
      asio::post(io, [this] {
        server->close();
        work.reset();
      });
      network.join();
    }
  }

  Result<void> open() {
    boost::system::error_code error;
    auto address = asio::ip::make_address(config.listen_address, error);
    if (error) return wrong("the address to listen on must be an IP address");
    std::vector<Cameras::Streams> streams;
    if (config.source == "scene") {
      VIGIL_ASSIGN(streams, scene_streams());
    } else {
      VIGIL_ASSIGN(streams, file_streams());
    }
    if (config.stamp) {
      for (const auto& one : streams) {
        one.main->stamp_by(clock);
        one.sub->stamp_by(clock);
      }
    }
    std::unique_ptr<Feed> audio;
    if (config.audio) audio = std::make_unique<ToneFeed>(io, time);
    cameras.emplace(std::move(streams), std::move(audio), config.fault, time);

    ServerConfig wanted;
    wanted.listen = {address, config.port};
    wanted.dialogue.credentials = {config.user, config.password, static_cast<rtsp::AuthScheme>(config.auth)};
    wanted.dialogue.session_timeout_s = config.session_timeout_s;
    wanted.dialogue.allow_tcp = config.allow_tcp;
    wanted.limits = {config.max_client_bytes, config.session_timeout_s};
    wanted.allow_udp = config.allow_udp;
    wanted.max_clients = static_cast<std::size_t>(std::max(config.max_clients, 1));
    server = std::make_unique<Server>(io, std::move(wanted), *cameras);
    return server->open();
  }

  Result<std::vector<Cameras::Streams>> file_streams() {
    VIGIL_ASSIGN(auto footage, read_footage(config.source));
    VIGIL_ASSIGN(maker, ReelMaker::make(std::move(footage), {config.codec, config.width, config.height,
                                                             config.bitrate_kbps, config.gop_s}));
    // The first second of both streams here, so that a client never finds an empty camera; the rest beside the playing.
    while (maker->main()->size() == 0 || maker->sub()->size() == 0) {
      VIGIL_ASSIGN(bool more, maker->step());
      if (!more) break;
    }
    if (maker->main()->size() == 0 || maker->sub()->size() == 0) return wrong("the file has no picture that decodes");
    std::vector<Cameras::Streams> streams;
    const auto begins = time.now();
    for (int camera = 0; camera < config.cameras; ++camera) {
      if (config.once) {
        streams.push_back(
            {std::make_shared<OnceFeed>(io, time, maker->main()), std::make_shared<OnceFeed>(io, time, maker->sub())});
        continue;
      }
      const double share = static_cast<double>(camera) / config.cameras;
      // Cameras do not take their pictures in the same moment, which also spreads the work.
      const auto start = begins + maker->frame() * camera / config.cameras;
      streams.push_back({std::make_shared<LoopFeed>(io, time, maker->main(), start, share),
                         std::make_shared<LoopFeed>(io, time, maker->sub(), start, share)});
    }
    return streams;
  }

  Result<std::vector<Cameras::Streams>> scene_streams() {
    SceneOptions options;
    options.pictures = std::min(config.cameras, kMostScenes);
    if (config.width > 0) options.size.width = config.width;
    if (config.height > 0) options.size.height = config.height;
    if (config.fps > 0) options.fps = config.fps;
    options.encoding = {config.codec, 0, 0, config.bitrate_kbps, config.gop_s};
    VIGIL_ASSIGN(scene, LiveScene::make(options, time));
    for (int picture = 0; picture < options.pictures; ++picture) {
      for (bool sub : {false, true}) {
        live.push_back(std::make_shared<LiveFeed>(
            scene->params(picture, sub), [this, picture, sub](bool wanted) { scene->want(picture, sub, wanted); }));
      }
    }
    std::vector<Cameras::Streams> streams;
    for (int camera = 0; camera < config.cameras; ++camera) {
      const auto picture = static_cast<std::size_t>(camera % options.pictures);
      streams.push_back({live[2 * picture], live[2 * picture + 1]});
    }
    return streams;
  }

  void run_threads() {
    network = std::thread([this] {
      for (bool running = true; running;) {
        try {
          io.run();
          running = false;
        } catch (const std::exception& error) {
          // Out of memory for one client; the others are served on.
          log::error("simulator: a client could not be served", {{"reason", error.what()}});
        }
      }
    });
    maker_thread = std::jthread([this](std::stop_token stop) { make_pictures(stop); });
  }

  void make_pictures(std::stop_token stop) {
    if (scene) {
      scene->run(stop, [this](int picture, bool sub, const media::Packet& packet) {
        auto feed = live[static_cast<std::size_t>(2 * picture + (sub ? 1 : 0))];
        asio::post(io, [feed, packet] { feed->deliver(packet); });
      });
      return;
    }
    while (!stop.stop_requested()) {
      auto more = maker->step();
      if (!more.ok()) log::warn("simulator: the file is played only in part", {{"reason", more.error().message}});
      if (!more.ok() || !*more) return;
    }
  }

  const Config config;
  const Clock& clock;
  const Timebase time;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::unique_ptr<ReelMaker> maker;  // for files
  std::unique_ptr<LiveScene> scene;  // for the scene
  std::vector<std::shared_ptr<LiveFeed>> live;
  std::optional<Cameras> cameras;
  std::unique_ptr<Server> server;
  std::thread network;
  std::jthread maker_thread;
};

Simulator::Simulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulator::~Simulator() = default;

Result<std::unique_ptr<Simulator>> Simulator::start(const Config& config, const Clock& clock) {
  VIGIL_TRY(check(config));
  try {
    auto impl = std::make_unique<Impl>(config, clock);
    VIGIL_TRY(impl->open());
    impl->run_threads();
    return std::unique_ptr<Simulator>(new Simulator(std::move(impl)));
  } catch (const std::exception& error) {
    return make_error(ErrorKind::Internal, std::string("simulator: ") + error.what());
  }
}

std::uint16_t Simulator::port() const {
  return impl_->server->port();
}

Result<std::string> Simulator::command(std::string_view line) {
  std::promise<Result<std::string>> answer;
  auto answered = answer.get_future();
  // Faults belong to the network thread.
  asio::post(impl_->io, [&, text = std::string(line)] {
    auto result = impl_->cameras->command(text);
    if (result.ok()) impl_->server->faults_changed();
    answer.set_value(std::move(result));
  });
  return answered.get();
}

}  // namespace vigil::sim
