#include "app/record.h"

#include "media/image.h"
#include "store/records.h"

namespace vigil::app {
namespace {

constexpr std::size_t kSceneQueue = 64;
constexpr media::JpegOptions kDescribed{.max_width = 768, .max_height = 768, .quality = 75};
constexpr std::size_t kQueue = 4096;  // half a minute of eight busy cameras
// A picture of another moment would show the object elsewhere.
constexpr std::chrono::milliseconds kNear{500};

std::optional<records::Picture> picture_of(cameras::Cameras& cameras, const std::string& camera_id, WallTime captured,
                                           const Clock& clock, const media::JpegOptions& options = {}) {
  // A millisecond later, so that rounding does not give the frame before.
  const auto age =
      std::chrono::floor<std::chrono::milliseconds>(clock.wall() - captured) - std::chrono::milliseconds(1);
  auto picture = cameras.at(camera_id, std::max(age, std::chrono::milliseconds(0)), options);
  if (!picture || !picture->live || std::chrono::abs(picture->captured - captured) > kNear) return std::nullopt;
  auto info = media::inspect_image(picture->jpeg);
  if (!info) return std::nullopt;
  return records::Picture{std::string(picture->jpeg.begin(), picture->jpeg.end()), info->width, info->height};
}

}  // namespace

std::unique_ptr<records::Writer> make_writer(const Settings& settings, bus::Observations& observations,
                                             store::Store& store, cameras::Cameras& cameras, Clock& clock) {
  records::WriterConfig config;
  config.data_dir = settings.data_dir;
  auto pictures = [&cameras, &clock](const std::string& camera_id, std::uint64_t, WallTime captured) {
    return picture_of(cameras, camera_id, captured, clock);
  };
  return std::make_unique<records::Writer>(config, observations.subscribe("records", kQueue), store.records().log(),
                                           pictures, clock);
}

std::unique_ptr<SceneTeller> make_scene_teller(const Settings& settings, bus::Observations& observations,
                                               cameras::Cameras& cameras, records::Writer& writer, Clock& clock) {
  if (settings.scene_endpoint.empty()) return nullptr;
  SceneTellerConfig config;
  config.endpoint = {settings.scene_endpoint, settings.scene_model, settings.scene_key, settings.scene_timeout};
  config.data_dir = settings.data_dir;
  config.interval = settings.scene_interval;
  auto pictures = [&cameras, &clock](const std::string& camera_id, std::uint64_t, WallTime captured) {
    return picture_of(cameras, camera_id, captured, clock, kDescribed);
  };
  return std::make_unique<SceneTeller>(
      std::move(config), observations.subscribe("scenes", kSceneQueue), pictures,
      [&writer](store::RecordBatch batch) { return writer.add(std::move(batch)); }, clock);
}

std::unique_ptr<records::Sweeper> make_sweeper(const Settings& settings, store::Store& store, Clock& clock) {
  records::Keep keep;
  keep.data_dir = settings.data_dir;
  keep.records = settings.records_keep;
  keep.boxes = settings.records_keep_boxes;
  return std::make_unique<records::Sweeper>(keep, store.records().log(), clock);
}

}  // namespace vigil::app
