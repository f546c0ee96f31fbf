#include "sim/content/live_scene.h"

#include <cmath>
#include <string>

#include "base/log.h"

namespace vigil::sim {

Result<std::unique_ptr<LiveScene>> LiveScene::make(const SceneOptions& options, const Timebase& time) {
  auto scene = std::unique_ptr<LiveScene>(new LiveScene(options, time));
  for (int number = 0; number < options.pictures; ++number) {
    auto& picture = *scene->pictures_.emplace_back(std::make_unique<Picture>());
    picture.painter = std::make_unique<ScenePainter>(options.size.width, options.size.height, number,
                                                     "SCENE " + std::to_string(number + 1));
    const auto first = picture.painter->paint(Ticks(0), time.wall());
    VIGIL_TRY(scene->open(picture.main, options.size, options.encoding.bitrate_kbps, first));
    VIGIL_TRY(scene->open(picture.sub, sub_size(options.size), 0, first));
  }
  return scene;
}

Result<void> LiveScene::open(Track& track, Size size, int bitrate_kbps, const media::FramePtr& first) {
  media::EncoderOptions wanted;
  wanted.codec = options_.encoding.codec;
  wanted.width = size.width;
  wanted.height = size.height;
  wanted.fps = options_.fps;
  wanted.bitrate_kbps = bitrate_kbps;
  wanted.realtime = true;
  VIGIL_ASSIGN(track.encoder, media::make_encoder(wanted));
  track.scaler = std::make_unique<media::Scaler>(size.width, size.height);
  VIGIL_ASSIGN(auto frame, track.scaler->scale(first));
  VIGIL_ASSIGN(auto packets, track.encoder->encode(*frame, true));
  if (packets.empty()) return make_error(ErrorKind::Internal, "the scene's encoder holds its first picture back");
  track.params = packets.front().params;
  return {};
}

media::ParamsPtr LiveScene::params(int picture, bool sub) const {
  const auto& p = *pictures_[static_cast<std::size_t>(picture)];
  return (sub ? p.sub : p.main).params;
}

void LiveScene::want(int picture, bool sub, bool wanted) {
  auto& p = *pictures_[static_cast<std::size_t>(picture)];
  (sub ? p.sub : p.main).wanted = wanted;
}

Result<std::vector<media::Packet>> LiveScene::encode(Track& track, const media::FramePtr& frame) {
  const bool key = !track.running || frame->pts >= track.next_key;
  if (key) track.next_key = frame->pts + Ticks(std::llround(options_.encoding.gop_s * 90000));
  track.running = true;
  VIGIL_ASSIGN(auto scaled, track.scaler->scale(frame));
  return track.encoder->encode(*scaled, key);
}

void LiveScene::run(std::stop_token stop, const Deliver& deliver) {
  const Ticks interval(std::llround(90000 / options_.fps));
  Ticks due = time_.now();
  while (!stop.stop_requested()) {
    // A machine that is too slow for it drops pictures instead of falling behind.
    due = std::max(due + interval, time_.now() - interval);
    const auto wait = std::chrono::duration_cast<Nanos>(due - time_.now());
    if (wait > Nanos(0) && !time_.clock().sleep(wait, stop)) return;
    const auto pts = time_.now();
    for (std::size_t number = 0; number < pictures_.size(); ++number) {
      auto& picture = *pictures_[number];
      media::FramePtr frame;
      for (auto* track : {&picture.main, &picture.sub}) {
        if (!track->wanted) {
          track->running = false;
          continue;
        }
        if (!frame) frame = picture.painter->paint(pts, time_.wall());
        auto packets = encode(*track, frame);
        if (!packets.ok()) {
          log::warn("simulator: the scene cannot be encoded", {{"reason", packets.error().message}});
          continue;
        }
        for (const auto& packet : *packets) deliver(static_cast<int>(number), track == &picture.sub, packet);
      }
    }
  }
}

}  // namespace vigil::sim
