#include "analyser/remote_camera.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace vigil::analyser {
namespace {

using std::chrono::milliseconds;

// Pictures of packets that are answered may still be looked at. Of key frames by themselves, ten seconds apart, only
// the newest is held: the others have left the ring, and would be megabytes.
constexpr std::size_t kHeldAfterwards = 8;
constexpr std::size_t kStillsUnderWay = 4;  // pictures that need no others: the newest counts, not each

std::uint16_t flags_of(const media::Packet& packet, const pipeline::Order& order) {
  unsigned flags = 0;
  const auto set = [&](bool on, std::uint16_t flag) { flags |= on ? flag : 0u; };
  set(packet.key, flag::kKey);
  set(packet.discontinuity, flag::kDiscontinuity);
  set(order.keep, flag::kKeep);
  set(order.send, flag::kSend);
  set(order.alone, flag::kAlone);
  set(order.skip_loop_filter, flag::kSkipFilter);
  set(order.analyse, flag::kAnalyse);
  set(order.renditions.annotated, flag::kAnnotated);
  set(order.renditions.h264, flag::kH264);
  return static_cast<std::uint16_t>(flags);
}

bool too_large(const media::Packet& packet) {
  return packet.data.size() > kMaxToChild - kPacketHeadBytes;
}

}  // namespace

RemoteCamera::RemoteCamera(std::uint32_t number, pipeline::AnalystConfig config, pipeline::AnalystListener& listener,
                           Clock& clock, std::function<void()> want)
    : number_(number),
      id_(config.camera_id),
      is_sound_(config.sound),
      listener_(listener),
      clock_(clock),
      want_(std::move(want)),
      config_(std::move(config)) {
  tracks_.next_id = config_.next_track_id;
}

void RemoteCamera::call(const std::function<void(pipeline::AnalystListener&)>& what) {
  MutexLock lock(calling_);
  if (!silent_) what(listener_);
}

bool RemoteCamera::credit_for(const media::Packet& packet) const {
  if (!has_credit_) return false;
  if (sent_.empty()) return true;
  const auto most =
      media::is_still(packet.params->codec) ? std::min<std::size_t>(kStillsUnderWay, credit_.packets) : credit_.packets;
  return sent_.size() < most && packet.received - sent_.front().received <= milliseconds(credit_.media_ms) &&
         sent_bytes_ + packet.data.size() <= credit_.bytes;
}

void RemoteCamera::send_params(const media::ParamsPtr& params, media::ParamsPtr& sent, std::uint16_t flags,
                               std::uint32_t scope) {
  if (params == sent) return;
  sent = params;
  link_->send({.type = Type::Params, .flags = flags, .camera = number_, .scope = scope}, write(*params));
}

bool RemoteCamera::send_packet(const media::PacketPtr& packet, std::uint16_t flags, std::uint32_t scope) {
  Header header;
  header.type = Type::Packet;
  header.flags = flags;
  header.camera = number_;
  header.scope = scope;
  header.sequence = packet->sequence;
  header.pts_us = std::chrono::duration_cast<std::chrono::microseconds>(packet->pts).count();
  const PacketHead head{packet->pts.count(), packet->dts.count(),
                        static_cast<std::int64_t>(packet->time().time_since_epoch().count())};
  return link_->send(header, write(head), packet);
}

void RemoteCamera::note_owed() {
  if (sent_.empty() && requests_.empty()) {
    owed_since_.reset();
  } else if (!owed_since_) {
    owed_since_ = clock_.steady();
  }
}

bool RemoteCamera::send(const media::PacketPtr& packet, const pipeline::Order& order) {
  if (too_large(*packet)) {
    pipeline::Outcome outcome;
    outcome.sequence = packet->sequence;
    outcome.epoch = order.epoch;
    outcome.failed = true;
    call([&](pipeline::AnalystListener& listener) { listener.done(outcome); });
    return true;
  }
  bool ask = false;
  {
    MutexLock lock(mutex_);
    if (link_ && !suspended_ && credit_for(*packet)) {
      send_params(packet->params, params_sent_, 0, 0);
      if (send_packet(packet, flags_of(*packet, order), order.epoch)) {
        sent_.push_back(
            {packet->sequence, order.epoch, packet->received, packet->data.size(), order.keep, packet->pts});
        sent_bytes_ += packet->data.size();
        lately_.push_back(packet);
        while (lately_.size() > sent_.size() + (order.alone ? 0 : kHeldAfterwards)) lately_.pop_front();
        newest_sent_ = std::max(newest_sent_, packet->sequence);
        for (const auto rendition : model::kRenditions) {
          if (order.renditions.has(rendition)) renditions_.try_emplace(rendition);
        }
        note_owed();
        return true;
      }
    }
    waits_ = true;
    ask = !link_ && !std::exchange(wanted_, true);
  }
  if (ask) want_();
  return false;
}

CameraBody RemoteCamera::body() const {
  return {id_, config_.analysis, config_.kept_bytes, static_cast<std::uint32_t>(config_.kept_age.count()),
          tracks_.next_id};
}

void RemoteCamera::configure(const pipeline::AnalysisConfig& config) {
  {
    MutexLock lock(mutex_);
    config_.analysis = config;
    if (link_) link_->send({.type = Type::Camera, .camera = number_}, write(body()));
  }
  want_();
}

void RemoteCamera::interrupt(bool forget) {
  MutexLock lock(mutex_);
  if (!link_) return;
  const auto flags = static_cast<std::uint16_t>(forget ? flag::kForget : 0);
  // Those that come out of the decoder now were not announced.
  if (!forget) observations_left_ = std::min(observations_left_ + kHeldBack, 4 * kHeldBack);
  link_->send({.type = Type::Discontinuity, .flags = flags, .camera = number_, .sequence = newest_sent_}, {});
}

bool RemoteCamera::wanted() const {
  MutexLock lock(mutex_);
  return wanted_ && !closed_;
}

std::optional<std::string> RemoteCamera::model() const {
  MutexLock lock(mutex_);
  if (!config_.analysis.analysis.enabled) return std::nullopt;
  return config_.analysis.analysis.model;
}

pipeline::RecognitionWanted RemoteCamera::recognition() const {
  MutexLock lock(mutex_);
  return pipeline::recognition_wanted(config_.analysis.analysis);
}

std::optional<SteadyTime> RemoteCamera::owed_since() const {
  MutexLock lock(mutex_);
  return owed_since_;
}

void RemoteCamera::attach(std::shared_ptr<Link> link) {
  {
    MutexLock lock(mutex_);
    link_ = std::move(link);
    has_credit_ = false;
    link_->send({.type = Type::Camera, .camera = number_}, write(body()));
    if (!tracks_.seeds.empty()) link_->send({.type = Type::SeedTracks, .camera = number_}, write(tracks_));
  }
  changed_.notify_all();
}

media::PacketPtr RemoteCamera::lately_sent(std::uint64_t sequence) const {
  MutexLock lock(mutex_);
  const auto found =
      std::find_if(lately_.rbegin(), lately_.rend(), [&](const auto& p) { return p->sequence == sequence; });
  return found == lately_.rend() ? nullptr : *found;
}

void RemoteCamera::detach(std::uint64_t poison) {
  {
    MutexLock lock(mutex_);
    link_.reset();
    has_credit_ = wanted_ = false;
    sent_.clear();
    lately_.clear();
    sent_bytes_ = 0;
    observations_left_ = 0;
    params_sent_.reset();
    renditions_.clear();
    last_sound_.reset();
    picture_.reset();
    requests_.clear();
    owed_since_.reset();
  }
  changed_.notify_all();
  call([&](pipeline::AnalystListener& listener) {
    listener.lost(poison);
    listener.ready();
  });
}

void RemoteCamera::room() {
  {
    MutexLock lock(mutex_);
    if (!std::exchange(waits_, false)) return;
  }
  call([](pipeline::AnalystListener& listener) { listener.ready(); });
}

void RemoteCamera::suspend(bool suspended) {
  {
    MutexLock lock(mutex_);
    suspended_ = suspended;
    waits_ = false;
  }
  changed_.notify_all();
  if (!suspended) call([](pipeline::AnalystListener& listener) { listener.ready(); });
}

void RemoteCamera::close() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  MutexLock lock(calling_);
  silent_ = true;
}

Result<void> RemoteCamera::handle(Message message) {
  switch (message.header.type) {
    case Type::Credit: {
      VIGIL_ASSIGN(const auto credit, read_credit(message.body));
      {
        MutexLock lock(mutex_);
        credit_ = credit;
        has_credit_ = true;
        waits_ = false;
      }
      changed_.notify_all();
      call([](pipeline::AnalystListener& listener) { listener.ready(); });
      return {};
    }
    case Type::Done:
      return handle_done(message);
    case Type::FrameRef:
      return handle_frame(std::move(message));
    case Type::Answer:
      return handle_answer(message);
    case Type::Observation:
      return handle_observation(message);
    case Type::Problem:
      return handle_problem(message);
    case Type::Rendered:
      return handle_rendered(message);
    case Type::Sounded:
      return handle_sounded(message);
    case Type::Stats: {
      VIGIL_ASSIGN(const auto figures, read_figures(message.body));
      call([&](pipeline::AnalystListener& listener) { listener.figures(figures); });
      return {};
    }
    case Type::SeedTracks:
      return handle_tracks(message);
    default:
      return make_error(ErrorKind::DataLoss, "a message that is not for the server");
  }
}

}  // namespace vigil::analyser
