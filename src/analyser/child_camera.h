#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "analyser/messages.h"
#include "analyser/work_page.h"
#include "base/clock.h"
#include "media/opus.h"
#include "pipeline/analysing.h"
#include "pipeline/decoding.h"
#include "pipeline/one_shot.h"
#include "pipeline/rendering.h"
#include "pipeline/scheduler.h"

namespace vigil::analyser {

// What all cameras of a child share. `send` is thread-safe and blocks while the server is busy.
struct ChildTools {
  pipeline::Scheduler& scheduler;
  pipeline::DecoderFactory make_decoder;
  std::function<Result<std::unique_ptr<media::OpusTranscoder>>()> make_opus;
  pipeline::DetectorFactory& detectors;
  pipeline::RecognitionToolsPtr recognition;          // null: nobody asks for it
  std::unique_ptr<pipeline::Scheduler::Lane> beside;  // of all cameras' recognition: one look at a time
  WorkPage& page;
  Clock& clock;
  std::function<void(Header header, View body, int file)> send;
};

// One camera in the child, or one track of sound: packets go through a lane that keeps their order, pictures through
// one in which the latest wins. Its functions are called by the thread that reads the socket.
class ChildCamera {
 public:
  ChildCamera(std::uint32_t number, const CameraBody& body, ChildTools& tools);
  ~ChildCamera();  // waits for what is being worked on

  void configure(const CameraBody& body);
  void seed(Tracks tracks);
  void params(std::uint16_t flags, std::uint32_t scope, media::CodecParams params);
  // DataLoss when the packet breaks the rules.
  Result<void> packet(const Header& header, Bytes body);
  void interrupt(bool forget);
  void fetch(std::uint32_t request, const std::vector<std::uint64_t>& sequences);
  void once(std::uint32_t request, const OnceBody& body);
  void once_end(std::uint32_t request);
  void cancel(std::uint32_t request);

 private:
  struct Once;
  class Detectors;
  using Lane = std::unique_ptr<pipeline::Scheduler::Lane>;

  void adopt(const CameraBody& body);
  void decode(const media::Packet& packet, const pipeline::Order& order);
  void hear(const media::Packet& packet, std::uint32_t epoch);
  void offer(const std::vector<media::FramePtr>& frames, const model::StageTimes& times);
  void look(const media::FramePtr& frame, model::StageTimes times, Nanos offered);
  void tell(const model::Observation& seen);
  void render(const media::Packet& packet, const pipeline::Order& order, const std::vector<media::FramePtr>& frames);
  void send_rendered(model::Rendition rendition, const media::Packet& packet);
  bool send_picture(const media::Frame& frame, std::uint32_t request, std::uint64_t packet);
  void answer(std::uint32_t request, const Result<std::vector<media::FramePtr>>& frames);

  const std::uint32_t number_;
  ChildTools& tools_;
  media::ParamsPtr params_;
  std::map<std::uint32_t, std::shared_ptr<Once>> once_;
  pipeline::Decoding decoding_;
  std::unique_ptr<Detectors> detectors_;
  pipeline::Analysing analysing_;

  // As of the last order; of the decode lane.
  bool analyses_ = false;
  model::Renditions rendered_;
  std::unique_ptr<media::OpusTranscoder> opus_;  // once sound has come

  // Of the analysis lane.
  std::uint64_t next_track_ = 1;
  SteadyTime told_figures_{};

  // Of the render lane, but for what is counted.
  pipeline::Rendering rendering_;
  std::map<model::Rendition, media::ParamsPtr> params_told_;
  std::atomic<bool> annotates_{false};
  std::atomic<int> to_render_{0};  // pictures that wait for it

  // Each ends before those above it: it hands over to them.
  Lane render_lane_;
  Lane analysis_lane_;
  Lane decode_lane_;
};

}  // namespace vigil::analyser
