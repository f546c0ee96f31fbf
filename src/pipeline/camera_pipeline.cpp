#include "pipeline/camera_pipeline.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/sync.h"
#include "pipeline/exchange.h"
#include "pipeline/feeder.h"
#include "vision/draw.h"

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kStale{10};  // no packet for so long: the camera is away
constexpr milliseconds kFresh{100};         // a frame so young is the newest for all that matters
constexpr milliseconds kQueue{5000};        // for a place among those who decode by themselves
constexpr milliseconds kFetch{2000};
constexpr int kFetchTries = 3;
constexpr milliseconds kSeenLately{2000};
constexpr int kLargestBurst = 1000;

Error cancelled() {
  return make_error(ErrorKind::Cancelled, "the camera is being stopped");
}

}  // namespace

struct CameraPipeline::State {
  State(const std::string& camera_id, std::shared_ptr<stream::Stream> stream_, const AnalysisConfig& analysis,
        const Config& config_, Outlets outlets, Clock& clock_, std::function<void(media::FramePtr)> on_snapshot,
        Analysts& analysts)
      : stream(std::move(stream_)),
        config(config_),
        clock(clock_),
        exchange(config, analysis, clock),
        renditions(config.linger, clock),
        feeder(camera_id, stream, config, outlets, clock, std::move(on_snapshot), analysts, exchange, renditions) {}

  Result<media::PacketPtr> newest_packet() const;
  std::vector<media::PacketPtr> last_groups(std::size_t pictures) const;
  Result<media::FramePtr> fetch(const FrameNote& note) VIGIL_EXCLUDES(fetching);
  Result<std::vector<media::FramePtr>> decode(const std::vector<media::PacketPtr>& packets, const Selection& selection);

  const std::shared_ptr<stream::Stream> stream;
  const Config config;
  Clock& clock;
  Exchange exchange;
  RenditionStreams renditions;
  Feeder feeder;
  std::thread thread;
  // One at a time: many viewers ask for the same frame, and all but the first find it here.
  Mutex fetching;
  std::weak_ptr<const media::Frame> fetched VIGIL_GUARDED_BY(fetching);
};

// Unavailable when the camera has nothing new to say; null when it has not said anything yet.
Result<media::PacketPtr> CameraPipeline::State::newest_packet() const {
  auto newest = stream->newest_video();
  if (!newest) return newest;
  if (!media::is_still(newest->params->codec) && clock.wall() - newest->received > kStale) {
    return make_error(ErrorKind::Unavailable, "the camera has sent no picture for more than ten seconds",
                      "camera.no_picture");
  }
  return newest;
}

// Whole groups from the end of the packet ring, until they hold so many pictures or there are no more.
std::vector<media::PacketPtr> CameraPipeline::State::last_groups(std::size_t pictures) const {
  auto packets = stream->newest_group();
  while (!packets.empty() && packets.size() < pictures) {
    const auto first = packets.front()->sequence;
    auto before = stream->group_at(packets.front()->time() - std::chrono::microseconds(1));
    std::erase_if(before, [&](const auto& packet) { return packet->sequence >= first; });
    if (before.empty()) break;
    before.insert(before.end(), packets.begin(), packets.end());
    packets = std::move(before);
  }
  return packets;
}

// Null when it is not kept any more.
Result<media::FramePtr> CameraPipeline::State::fetch(const FrameNote& note) {
  MutexLock lock(fetching);
  if (auto held = fetched.lock(); held && held->sequence == note.sequence && held->captured == note.captured)
    return held;
  VIGIL_ASSIGN(auto frames, feeder.analyst().fetch({note.sequence}, kFetch));
  if (frames.empty()) return media::FramePtr();
  fetched = frames.front();
  return frames.front();
}

Result<std::vector<media::FramePtr>> CameraPipeline::State::decode(const std::vector<media::PacketPtr>& packets,
                                                                   const Selection& selection) {
  if (!exchange.enter_one_shot(kQueue)) {
    if (exchange.stopped()) return cancelled();
    return make_error(ErrorKind::ResourceExhausted, "too many ask for past pictures of this camera at once; try again");
  }
  auto done = feeder.analyst().decode(packets, selection, [this] { return exchange.stopped(); });
  exchange.leave_one_shot();
  return done;
}

CameraPipeline::CameraPipeline(std::string camera_id, std::shared_ptr<stream::Stream> stream, AnalysisConfig analysis,
                               Config config, Outlets outlets, Clock& clock,
                               std::function<void(media::FramePtr)> on_snapshot, Analysts& analysts)
    : state_(std::make_unique<State>(camera_id, std::move(stream), analysis, config, outlets, clock,
                                     std::move(on_snapshot), analysts)) {}

CameraPipeline::~CameraPipeline() {
  stop();
}

void CameraPipeline::start() {
  if (state_->thread.joinable() || state_->exchange.stopped()) return;
  state_->thread = std::thread([state = state_.get()] { state->feeder.run(); });
}

void CameraPipeline::stop() {
  state_->exchange.stop();
  if (state_->thread.joinable()) state_->thread.join();
  state_->renditions.close();
}

Result<media::FramePtr> CameraPipeline::latest(milliseconds timeout) {
  State& s = *state_;
  VIGIL_ASSIGN(auto newest, s.newest_packet());
  // Whoever handed a picture in asks for that one, not for one that is nearly as new.
  const bool exact = newest && media::is_still(newest->params->codec);
  const auto fresh = exact ? WallTime::max() : s.clock.wall() - kFresh;
  const auto deadline = s.clock.steady() + timeout;
  for (int tries = 0; tries < kFetchTries; ++tries) {
    const auto left = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(deadline - s.clock.steady()));
    auto note = s.exchange.wait_through(newest ? newest->sequence : 1, fresh, left);
    if (!note) break;
    // It may have been pushed out meanwhile, or its process died: then there is a newer one soon.
    if (auto frame = s.fetch(*note); frame.ok() && *frame) return frame;
  }
  if (s.exchange.stopped()) return cancelled();
  VIGIL_ASSIGN(newest, s.newest_packet());
  if (!newest) return make_error(ErrorKind::Unavailable, "no picture was received yet", "camera.no_picture");
  const auto figures = s.exchange.figures();
  if (figures.decode_errors > 0 && figures.ring_frames == 0) {
    return make_error(ErrorKind::Unavailable, "the camera's pictures cannot be decoded", "camera.decode_error");
  }
  return make_error(ErrorKind::DeadlineExceeded, "the newest picture was not decoded in time; try again");
}

Result<media::FramePtr> CameraPipeline::next_after(std::uint64_t sequence, milliseconds timeout, std::stop_token stop) {
  State& s = *state_;
  if (auto note = s.exchange.wait_beyond(sequence, timeout, stop)) {
    if (auto frame = s.fetch(*note); frame.ok() && *frame) return frame;
  }
  if (stop.stop_requested() || s.exchange.stopped()) return cancelled();
  return make_error(ErrorKind::DeadlineExceeded, "no new picture came in time");
}

Result<media::FramePtr> CameraPipeline::at(WallTime time) {
  State& s = *state_;
  const auto newest = s.stream->newest_video();
  if (auto note = s.exchange.at(time, newest ? newest->sequence : 0)) {
    if (auto frame = s.fetch(*note); frame.ok() && *frame) return frame;
  }
  const auto group = s.stream->group_at(time);
  if (group.empty()) {
    return make_error(ErrorKind::NotFound, "no picture of that time is held any more; ask for a more recent one");
  }
  VIGIL_ASSIGN(auto frames, s.decode(group, {.until = time}));
  return frames.back();
}

Result<std::vector<media::FramePtr>> CameraPipeline::burst(int count) {
  State& s = *state_;
  if (count < 1 || count > kLargestBurst) {
    return make_error(ErrorKind::InvalidArgument, "count must be between 1 and " + std::to_string(kLargestBurst), {},
                      "/count");
  }
  VIGIL_ASSIGN(const auto newest, s.newest_packet());
  if (!newest) return make_error(ErrorKind::Unavailable, "no picture was received yet", "camera.no_picture");
  const auto wanted = static_cast<std::size_t>(count);
  if (const auto notes = s.exchange.last(wanted, newest->sequence); !notes.empty()) {
    std::vector<std::uint64_t> sequences;
    for (const auto& note : notes) sequences.push_back(note->sequence);
    // Some of them may have gone with the process that held them; the packets are still here.
    if (auto frames = s.feeder.analyst().fetch(sequences, kFetch); frames.ok() && frames->size() == notes.size())
      return frames;
  }
  return s.decode(s.last_groups(wanted), {.count = wanted, .bytes = s.config.frame_ring_bytes});
}

media::FramePtr CameraPipeline::annotate(const media::FramePtr& frame) const {
  const auto seen = state_->exchange.seen();
  const auto apart =
      seen.captured > frame->captured ? seen.captured - frame->captured : frame->captured - seen.captured;
  if (!seen.drawing || apart > kSeenLately) return frame;
  auto drawing = *seen.drawing;
  drawing.areas = state_->exchange.analysis().analysis.masks;
  return vision::draw(*frame, drawing);
}

HeldStream CameraPipeline::rendition(model::Rendition rendition) {
  auto held = state_->renditions.open(rendition);
  state_->exchange.wake();
  return held;
}

void CameraPipeline::set_motion(const model::MotionSettings& settings) {
  state_->exchange.set_motion(settings);
}

void CameraPipeline::set_analysis(const model::AnalysisSettings& settings) {
  state_->exchange.set_analysis(settings);
}

Figures CameraPipeline::figures() const {
  auto figures = state_->exchange.figures();
  figures.renditions = state_->renditions.running();
  return figures;
}

}  // namespace vigil::pipeline
