#include "pipeline/local_analyst.h"

#include <utility>

#include "base/log.h"
#include "media/opus.h"
#include "pipeline/analysing.h"
#include "pipeline/one_shot.h"
#include "pipeline/rendering.h"

namespace vigil::pipeline {
namespace {

class LocalAnalyst final : public Analyst {
 public:
  LocalAnalyst(const AnalystConfig& config, AnalystListener& listener, Clock& clock, DecoderFactory make_decoder,
               DetectorFactory& detectors)
      : camera_id_(config.camera_id),
        listener_(listener),
        clock_(clock),
        make_decoder_(std::move(make_decoder)),
        decoding_(make_decoder_, config.kept_bytes, config.kept_age),
        analysing_(config.camera_id, detectors, config.next_track_id, clock),
        rendering_([this](model::Rendition rendition, media::Packet packet) {
          listener_.rendered(rendition, std::move(packet));
        }) {
    configure(config.analysis);
  }

  bool send(const media::PacketPtr& packet, const Order& order) override {
    if (packet->params->kind == media::TrackKind::Audio) return hear(*packet, order);
    const auto began = clock_.steady();
    auto developed = decoding_.take(*packet, order);
    model::StageTimes times;
    times.decode = times.total = clock_.steady() - began;
    listener_.done(developed.outcome);
    analyses_ = order.analyse;
    if (order.renditions != rendering_.wanted()) rendering_.want(order.renditions);
    if (packet->discontinuity) {
      rendering_.interrupt();
      analysing_.analysis().discontinuity();
    }
    for (const auto& frame : developed.frames) rendering_.take(frame);
    if (order.analyse) look(developed.frames, times);
    return true;
  }

  void configure(const AnalysisConfig& config) override {
    rendering_.areas(config.analysis.masks);
    if (auto done = analysing_.analysis().adopt(config); !done) {
      log::warn("analysis falls back to motion", {{"camera", camera_id_}, {"reason", done.error().message}});
    }
  }
  void interrupt(bool forget) override {
    const auto held = decoding_.interrupt(forget);
    if (analyses_) look(held, {});
    rendering_.interrupt();
    if (opus_) opus_->interrupt();
  }

  Result<std::vector<media::FramePtr>> fetch(const std::vector<std::uint64_t>& sequences,
                                             std::chrono::milliseconds) override {
    return decoding_.kept(sequences);
  }

  Result<std::vector<media::FramePtr>> decode(const std::vector<media::PacketPtr>& packets, const Selection& selection,
                                              const std::function<bool()>& stopped) override {
    OneShot work(make_decoder_, selection, clock_);
    for (const auto& packet : packets) {
      if (stopped()) return make_error(ErrorKind::Cancelled, "the camera is being stopped");
      VIGIL_TRY(work.take(*packet));
    }
    return work.finish();
  }

 private:
  bool hear(const media::Packet& packet, const Order& order) {
    if (!opus_) {
      if (auto made = media::make_opus_transcoder()) opus_ = std::move(*made);
    }
    Outcome outcome{.sequence = packet.sequence, .epoch = order.epoch, .failed = true};
    if (opus_) {
      if (auto made = opus_->take(packet)) {
        outcome.failed = false;
        for (auto& each : *made) listener_.sounded(std::move(each));
      }
    }
    listener_.done(outcome);
    return true;
  }

  void look(const std::vector<media::FramePtr>& frames, const model::StageTimes& times) {
    for (const auto& frame : frames) {
      if (auto seen = analysing_.see(frame, times)) {
        rendering_.see(*seen);
        listener_.observed(std::move(*seen));
      }
    }
    listener_.figures(analysing_.analysis().figures());
  }

  const std::string camera_id_;
  AnalystListener& listener_;
  Clock& clock_;
  const DecoderFactory make_decoder_;
  Decoding decoding_;
  Analysing analysing_;
  Rendering rendering_;
  std::unique_ptr<media::OpusTranscoder> opus_;
  bool analyses_ = false;  // as of the last order
};

class NoDetectors final : public DetectorFactory {
  Result<std::unique_ptr<vision::Detector>> make(const std::string&) override {
    return make_error(ErrorKind::NotFound, "no models are known here");
  }
};

}  // namespace

DetectorFactory& no_detectors() {
  static NoDetectors none;
  return none;
}

std::unique_ptr<Analyst> LocalAnalysts::open(const AnalystConfig& config, AnalystListener& listener) {
  return std::make_unique<LocalAnalyst>(config, listener, clock_, make_decoder_, detectors_);
}

}  // namespace vigil::pipeline
