#include "analyser/child_camera.h"

#include <algorithm>
#include <utility>

#include "analyser/memory_picture.h"

namespace vigil::analyser {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTellFigures{2000};
constexpr Credit kCredit{64, 2000, 8u << 20};
constexpr int kMostToRender = 16;  // pictures
// A packet is decoded before an older picture is looked at. Otherwise packets wait where there is too much to do, each
// picture is the newest when its turn comes, none is passed over, and all of them are seconds old.
constexpr std::chrono::seconds kDecodeFirst{10};
// Sound costs little, and who listens hears each hole in it.
constexpr std::chrono::seconds kSoundFirst{20};

// Marks what this thread works on for as long as it lives.
class AtWork {
 public:
  AtWork(WorkPage& page, std::uint32_t camera, std::uint64_t sequence) : page_(page) { page_.begin(camera, sequence); }
  ~AtWork() { page_.end(); }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

 private:
  WorkPage& page_;
};

pipeline::Order order_from(const Header& header) {
  const auto has = [&](std::uint16_t flag) { return (header.flags & flag) != 0; };
  return {.epoch = header.scope,
          .alone = has(flag::kAlone),
          .skip_loop_filter = has(flag::kSkipFilter),
          .keep = has(flag::kKeep),
          .send = has(flag::kSend),
          .analyse = has(flag::kAnalyse),
          .renditions = {.annotated = has(flag::kAnnotated), .h264 = has(flag::kH264)}};
}

}  // namespace

// The child's detectors and what it recognises with, for this camera.
class ChildCamera::Detectors final : public pipeline::DetectorFactory {
 public:
  Detectors(std::uint32_t number, ChildTools& tools) : number_(number), tools_(tools) {}

  Result<std::unique_ptr<vision::Detector>> make(const std::string& model) override {
    return tools_.detectors.make(model);
  }
  std::unique_ptr<pipeline::Recognition> recognise(const std::string& camera_id,
                                                   const model::AnalysisSettings& settings) override {
    if (!tools_.recognition) return nullptr;
    return std::make_unique<pipeline::Recognition>(
        camera_id, pipeline::recognition_wanted(settings), tools_.recognition,
        [tools = &tools_, number = number_](std::uint64_t sequence, std::function<void()> work) {
          // Detection and decoding go first; the scheduler sees to it that this comes about all the same.
          tools->beside->post(WallTime::max(), [tools, number, sequence, work = std::move(work)] {
            const AtWork mark(tools->page, number, sequence);
            work();
          });
        },
        tools_.clock);
  }

 private:
  const std::uint32_t number_;
  ChildTools& tools_;
};

// A decoding of its own: its packets go through a lane of its own.
struct ChildCamera::Once {
  Once(const pipeline::DecoderFactory& make_decoder, const pipeline::Selection& selection, Clock& clock)
      : work(make_decoder, selection, clock) {}
  pipeline::OneShot work;
  media::ParamsPtr params;
  std::optional<Error> error;
  Lane lane;  // last: it uses the rest
};

ChildCamera::ChildCamera(std::uint32_t number, const CameraBody& body, ChildTools& tools)
    : number_(number),
      tools_(tools),
      decoding_(tools.make_decoder, body.kept_bytes, milliseconds(body.kept_ms)),
      detectors_(std::make_unique<Detectors>(number, tools)),
      analysing_(body.id, *detectors_, body.next_track_id, tools.clock),
      next_track_(body.next_track_id),
      rendering_([this](model::Rendition rendition, const media::Packet& packet) { send_rendered(rendition, packet); }),
      render_lane_(tools.scheduler.open()),
      analysis_lane_(tools.scheduler.open()),
      decode_lane_(tools.scheduler.open()) {
  // Before the first packet: whether a picture is to be looked at is asked of the settings.
  adopt(body);
  tools_.send({.type = Type::Credit, .camera = number_}, write(kCredit), -1);
}

ChildCamera::~ChildCamera() {
  once_.clear();
  decode_lane_.reset();
  analysis_lane_.reset();
  render_lane_.reset();
}

void ChildCamera::configure(const CameraBody& body) {
  analysis_lane_->post(tools_.clock.wall(), [this, body] { adopt(body); });
}

void ChildCamera::adopt(const CameraBody& body) {
  render_lane_->post(tools_.clock.wall(), [this, areas = body.analysis.analysis.masks] { rendering_.areas(areas); });
  const auto done = analysing_.analysis().adopt(body.analysis);
  tools_.send({.type = Type::Problem, .camera = number_}, write_text(done.ok() ? "" : done.error().message), -1);
  // Without a model there is no observation that they could follow.
  tools_.send({.type = Type::Stats, .camera = number_}, write(analysing_.analysis().figures()), -1);
}

void ChildCamera::seed(Tracks tracks) {
  analysis_lane_->post(tools_.clock.wall(), [this, tracks = std::move(tracks)] {
    analysing_.analysis().seed(tracks.seeds);
    analysing_.analysis().remember(tracks.recognised);
  });
}

void ChildCamera::params(std::uint16_t flags, std::uint32_t scope, media::CodecParams params) {
  auto shared = std::make_shared<const media::CodecParams>(std::move(params));
  if ((flags & flag::kOnce) == 0) {
    params_ = std::move(shared);
  } else if (const auto found = once_.find(scope); found != once_.end()) {
    found->second->params = std::move(shared);
  }
}

Result<void> ChildCamera::packet(const Header& header, Bytes body) {
  VIGIL_ASSIGN(const auto head, read_packet_head(body));
  auto packet = std::make_shared<media::Packet>();
  packet->sequence = header.sequence;
  packet->pts = Ticks(head.pts);
  packet->dts = Ticks(head.dts);
  packet->received = WallTime(std::chrono::microseconds(head.received_us));
  packet->key = (header.flags & flag::kKey) != 0;
  packet->discontinuity = (header.flags & flag::kDiscontinuity) != 0;
  auto owner = std::make_shared<const Bytes>(std::move(body));
  packet->data = media::SharedBytes(owner, View(*owner).subspan(kPacketHeadBytes));

  if ((header.flags & flag::kOnce) != 0) {
    const auto found = once_.find(header.scope);
    if (found == once_.end()) return {};  // cancelled
    const auto once = found->second;
    if (!once->params) return make_error(ErrorKind::DataLoss, "a packet without parameters");
    packet->params = once->params;
    once->lane->post(tools_.clock.wall(), [this, once = once.get(), packet, scope = header.scope] {
      {
        const AtWork mark(tools_.page, number_, packet->sequence);
        if (!once->error) {
          if (auto done = once->work.take(*packet); !done) once->error = std::move(done).error();
        }
      }
      tools_.send(
          {.type = Type::Done, .flags = flag::kOnce, .camera = number_, .scope = scope, .sequence = packet->sequence},
          write_notes({}), -1);
    });
    return {};
  }
  if (!params_) return make_error(ErrorKind::DataLoss, "a packet without parameters");
  packet->params = params_;
  const auto order = order_from(header);
  if (params_->kind == media::TrackKind::Audio) {
    decode_lane_->post(packet->received - kSoundFirst, [this, packet, epoch = order.epoch] { hear(*packet, epoch); });
    return {};
  }
  decode_lane_->post(packet->received - kDecodeFirst, [this, packet, order] { decode(*packet, order); });
  return {};
}

void ChildCamera::decode(const media::Packet& packet, const pipeline::Order& order) {
  model::StageTimes times;
  const auto began = tools_.clock.steady();
  times.queued = std::max<Nanos>(Nanos(0), tools_.clock.wall() - packet.received);
  pipeline::Decoding::Developed developed;
  {
    const AtWork mark(tools_.page, number_, packet.sequence);
    developed = decoding_.take(packet, order);
  }
  times.decode = tools_.clock.steady() - began;
  times.total = times.queued + times.decode;
  auto flags = static_cast<std::uint16_t>(developed.outcome.failed ? flag::kFailed : 0);
  if (developed.outcome.wanted && send_picture(*developed.outcome.wanted, 0, packet.sequence)) flags |= flag::kSend;
  tools_.send(
      {.type = Type::Done, .flags = flags, .camera = number_, .scope = order.epoch, .sequence = packet.sequence},
      write_notes(developed.outcome.pictures), -1);
  render(packet, order, developed.frames);
  analyses_ = order.analyse;
  if (!order.analyse) return;
  const auto now = tools_.clock.wall();
  if (packet.discontinuity) analysis_lane_->post(now, [this] { analysing_.analysis().discontinuity(); });
  offer(developed.frames, times);
}

void ChildCamera::hear(const media::Packet& packet, std::uint32_t epoch) {
  bool failed = true;
  std::vector<media::Packet> made;
  {
    const AtWork mark(tools_.page, number_, packet.sequence);
    if (!opus_) {
      if (auto opened = tools_.make_opus()) opus_ = std::move(*opened);
    }
    if (opus_) {
      if (auto out = opus_->take(packet)) {
        failed = false;
        made = std::move(*out);
      }
    }
  }
  // Before the packet's outcome: what comes after that has no packet that it could belong to.
  for (const auto& each : made) {
    SoundedBody body;
    body.head = {each.pts.count(), each.dts.count(),
                 static_cast<std::int64_t>(each.received.time_since_epoch().count())};
    body.channels = static_cast<std::uint8_t>(each.params->channels);
    tools_.send({.type = Type::Sounded,
                 .flags = each.discontinuity ? flag::kDiscontinuity : std::uint16_t{0},
                 .camera = number_,
                 .sequence = packet.sequence},
                write(body, each.data.view()), -1);
  }
  tools_.send({.type = Type::Done,
               .flags = failed ? flag::kFailed : std::uint16_t{0},
               .camera = number_,
               .scope = epoch,
               .sequence = packet.sequence},
              write_notes({}), -1);
}

void ChildCamera::render(const media::Packet& packet, const pipeline::Order& order,
                         const std::vector<media::FramePtr>& frames) {
  const auto now = tools_.clock.wall();
  if (order.renditions != rendered_) {
    rendered_ = order.renditions;
    annotates_ = rendered_.annotated;
    render_lane_->post(now, [this, wanted = rendered_] {
      rendering_.want(wanted);
      params_told_.clear();
    });
  }
  if (!rendered_.any()) return;
  if (packet.discontinuity) render_lane_->post(now, [this] { rendering_.interrupt(); });
  for (const auto& frame : frames) {
    // Where there is too much to do, pictures are left out rather than shown late.
    if (to_render_ >= kMostToRender) continue;
    ++to_render_;
    render_lane_->post(frame->captured, [this, frame] {
      const AtWork mark(tools_.page, number_, frame->sequence);
      rendering_.take(frame);
      --to_render_;
    });
  }
}

void ChildCamera::send_rendered(model::Rendition rendition, const media::Packet& packet) {
  RenderedBody body;
  if (auto& told = params_told_[rendition]; told != packet.params) {
    told = packet.params;
    body.params = *packet.params;
  }
  body.head = {packet.pts.count(), packet.dts.count(),
               static_cast<std::int64_t>(packet.received.time_since_epoch().count())};
  tools_.send({.type = Type::Rendered,
               .flags = packet.discontinuity ? flag::kDiscontinuity : std::uint16_t{0},
               .camera = number_,
               .scope = static_cast<std::uint32_t>(rendition)},
              write(body, packet.data.view()), -1);
}

void ChildCamera::offer(const std::vector<media::FramePtr>& frames, const model::StageTimes& times) {
  for (const auto& frame : frames) {
    if (!analysing_.analysis().due(frame->captured)) continue;
    const auto offered = tools_.clock.steady().time_since_epoch();
    analysis_lane_->offer(frame->captured, [this, frame, times, offered] { look(frame, times, offered); });
  }
}

void ChildCamera::look(const media::FramePtr& frame, model::StageTimes times, Nanos offered) {
  times.wait = tools_.clock.steady().time_since_epoch() - offered;
  times.total += times.wait;
  analysing_.analysis().passed_over(analysis_lane_->figures().replaced);
  std::optional<model::Observation> seen;
  {
    const AtWork mark(tools_.page, number_, frame->sequence);
    seen = analysing_.see(frame, times);
  }
  if (!seen) return;
  if (annotates_) render_lane_->post(seen->captured, [this, shown = *seen] { rendering_.see(shown); });
  tell(*seen);
}

// Tracks go before what was seen: an id that was shown once must not be given away again by the next process.
void ChildCamera::tell(const model::Observation& seen) {
  auto& analysis = analysing_.analysis();
  const auto now = tools_.clock.steady();
  const auto next = analysis.next_track_id();
  if (next != next_track_ || !seen.objects.empty()) {
    next_track_ = next;
    tools_.send({.type = Type::SeedTracks, .camera = number_}, write(Tracks{next, analysis.seeds(), {}}), -1);
  }
  tools_.send({.type = Type::Observation, .camera = number_, .sequence = seen.sequence}, write(seen), -1);
  if (now - told_figures_ < kTellFigures) return;
  told_figures_ = now;
  tools_.send({.type = Type::Stats, .camera = number_}, write(analysis.figures()), -1);
}

void ChildCamera::interrupt(bool forget) {
  decode_lane_->post(tools_.clock.wall(), [this, forget] {
    if (opus_) opus_->interrupt();
    const auto held = decoding_.interrupt(forget);
    if (analyses_) offer(held, {});
    render_lane_->post(tools_.clock.wall(), [this] { rendering_.interrupt(); });
  });
}

void ChildCamera::fetch(std::uint32_t request, const std::vector<std::uint64_t>& sequences) {
  answer(request, decoding_.kept(sequences));
}

void ChildCamera::once(std::uint32_t request, const OnceBody& body) {
  const pipeline::Selection selection{WallTime(std::chrono::microseconds(body.until_us)), body.count,
                                      static_cast<std::size_t>(body.bytes)};
  auto once = std::make_shared<Once>(tools_.make_decoder, selection, tools_.clock);
  once->lane = tools_.scheduler.open();
  once_[request] = std::move(once);
}

void ChildCamera::once_end(std::uint32_t request) {
  const auto found = once_.find(request);
  if (found == once_.end()) return;
  found->second->lane->post(tools_.clock.wall(), [this, once = found->second.get(), request] {
    if (once->error) return answer(request, *once->error);
    answer(request, once->work.finish());
  });
}

void ChildCamera::cancel(std::uint32_t request) {
  once_.erase(request);
}

// False when there is no memory for it.
bool ChildCamera::send_picture(const media::Frame& frame, std::uint32_t request, std::uint64_t packet) {
  auto made = to_memory(frame);
  if (!made) return false;
  tools_.send({.type = Type::FrameRef, .camera = number_, .scope = request, .sequence = packet}, write(made->body),
              made->file.get());
  return true;
}

void ChildCamera::answer(std::uint32_t request, const Result<std::vector<media::FramePtr>>& frames) {
  AnswerBody body;
  if (frames) {
    for (const auto& frame : *frames) body.pictures += send_picture(*frame, request, frame->sequence) ? 1 : 0;
  } else {
    body.ok = false;
    body.kind = static_cast<std::uint8_t>(frames.error().kind);
    body.message = frames.error().message;
  }
  tools_.send({.type = Type::Answer, .camera = number_, .scope = request}, write(body), -1);
}

}  // namespace vigil::analyser
