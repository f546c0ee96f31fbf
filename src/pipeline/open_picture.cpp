#include "pipeline/open_picture.h"

#include <utility>

#include "media/image.h"

namespace vigil::pipeline {
namespace {

// decode() answers by itself.
class NobodyListens final : public AnalystListener {
  void done(const Outcome&) override {}
  void observed(model::Observation) override {}
  void rendered(model::Rendition, media::Packet) override {}
  void figures(const AnalysisFigures&) override {}
  void ready() override {}
  void lost(std::uint64_t) override {}
};

}  // namespace

Result<media::FramePtr> open_picture(Analysts& analysts, const std::vector<media::PacketPtr>& group,
                                     const std::function<bool()>& stopped) {
  NobodyListens listener;
  AnalystConfig config;
  config.analysis.motion.enabled = false;
  const auto analyst = analysts.open(config, listener);
  VIGIL_ASSIGN(auto frames, analyst->decode(group, {}, stopped));
  return frames.back();
}

Result<media::FramePtr> open_picture(Analysts& analysts, std::span<const std::uint8_t> image) {
  VIGIL_ASSIGN(const auto info, media::inspect_image(image));
  auto params = std::make_shared<media::CodecParams>();
  params->codec = info.codec;
  params->width = info.width;
  params->height = info.height;
  media::Packet packet;
  packet.sequence = 1;
  packet.key = true;
  packet.params = std::move(params);
  packet.data = media::SharedBytes(std::vector<std::uint8_t>(image.begin(), image.end()));
  return open_picture(analysts, {std::make_shared<const media::Packet>(std::move(packet))}, [] { return false; });
}

}  // namespace vigil::pipeline
