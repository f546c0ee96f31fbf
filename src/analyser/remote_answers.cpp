#include <algorithm>
#include <set>
#include <utility>

#include "analyser/memory_picture.h"
#include "analyser/remote_camera.h"
#include "base/log.h"
#include "media/opus.h"

// What comes back from a child. All of it must answer something that was sent.

namespace vigil::analyser {
namespace {

constexpr std::uint64_t kMostNewTracks = 100'000;  // between two observations
constexpr std::chrono::seconds kLongUnderWay{60};
constexpr std::int64_t kMostSounds = 450;  // of a packet: FLAC of nine seconds
constexpr Ticks kSoundSlack = std::chrono::seconds(1);

Error uncalled_for(const char* what) {
  return make_error(ErrorKind::DataLoss, std::string("nobody asked for ") + what);
}

}  // namespace

Result<void> RemoteCamera::handle_done(const Message& message) {
  const auto& header = message.header;
  VIGIL_ASSIGN(auto notes, read_notes(message.body));
  if ((header.flags & flag::kOnce) != 0) {
    {
      MutexLock lock(mutex_);
      const auto found = requests_.find(header.scope);
      if (found == requests_.end()) return {};  // given up
      auto& request = *found->second;
      if (request.under_way.empty()) return uncalled_for("that");
      request.under_way_bytes -= request.under_way.front();
      request.under_way.pop_front();
    }
    changed_.notify_all();
    return {};
  }
  pipeline::Outcome outcome;
  bool ready = false;
  {
    MutexLock lock(mutex_);
    if (sent_.empty() || sent_.front().sequence != header.sequence || sent_.front().epoch != header.scope) {
      return uncalled_for("that packet");
    }
    outcome.sequence = header.sequence;
    outcome.epoch = header.scope;
    outcome.failed = (header.flags & flag::kFailed) != 0;
    outcome.kept = sent_.front().kept;
    outcome.pictures = std::move(notes);
    outcome.wanted = std::exchange(picture_, nullptr);
    sent_bytes_ -= sent_.front().bytes;
    sent_.pop_front();
    observations_left_ = std::min(observations_left_ + outcome.pictures.size(), 4 * kHeldBack);
    if (outcome.pictures.size() > kHeldBack) return uncalled_for("so many pictures");
    ready = std::exchange(waits_, false);
    owed_since_.reset();  // it moves
    note_owed();
  }
  call([&](pipeline::AnalystListener& listener) {
    listener.done(outcome);
    if (ready) listener.ready();
  });
  return {};
}

Result<void> RemoteCamera::handle_frame(Message message) {
  VIGIL_ASSIGN(const auto body, read_frame(message.body));
  VIGIL_ASSIGN(auto frame, from_memory(std::move(message.file), body));
  MutexLock lock(mutex_);
  if (message.header.scope == 0) {
    if (sent_.empty() || picture_) return uncalled_for("that picture");
    picture_ = std::move(frame);
    return {};
  }
  const auto found = requests_.find(message.header.scope);
  if (found == requests_.end()) return {};  // given up
  auto& request = *found->second;
  const auto bytes = frame->bytes;
  if (request.frames.size() >= request.most || (bytes > request.bytes && !request.frames.empty())) {
    return uncalled_for("so many pictures");
  }
  request.bytes -= std::min(bytes, request.bytes);
  request.frames.push_back(std::move(frame));
  return {};
}

Result<void> RemoteCamera::handle_answer(const Message& message) {
  VIGIL_ASSIGN(auto answer, read_answer(message.body));
  {
    MutexLock lock(mutex_);
    const auto found = requests_.find(message.header.scope);
    if (found == requests_.end()) return {};
    found->second->answer = std::move(answer);
    owed_since_.reset();
    note_owed();
  }
  changed_.notify_all();
  return {};
}

Result<void> RemoteCamera::handle_tracks(const Message& message) {
  VIGIL_ASSIGN(auto tracks, read_tracks(message.body));
  MutexLock lock(mutex_);
  // Ids only ever go up, whatever it says, and not by leaps that use them all up.
  if (tracks.next_id > tracks_.next_id + kMostNewTracks) return uncalled_for("so many tracks");
  tracks.next_id = std::max(tracks.next_id, tracks_.next_id);
  // What is recognised stands in observations.
  tracks.recognised = std::move(tracks_.recognised);
  tracks_ = std::move(tracks);
  return {};
}

// What was agreed on about the tracks that go on, for the next child.
void RemoteCamera::remember(const std::vector<model::SeenObject>& objects) {
  auto& known = tracks_.recognised;
  for (const auto& object : objects) {
    if (!object.attributes.empty()) known[object.track_id] = object.attributes;
  }
  if (known.empty()) return;
  std::set<std::uint64_t> live;
  for (const auto& seed : tracks_.seeds) live.insert(seed.id);
  std::erase_if(known, [&](const auto& each) { return !live.contains(each.first); });
}

Result<void> RemoteCamera::handle_observation(const Message& message) {
  VIGIL_ASSIGN(auto seen, read_observation(message.body));
  {
    MutexLock lock(mutex_);
    if (observations_left_ == 0 || seen.sequence > newest_sent_) return uncalled_for("that observation");
    --observations_left_;
    // The tracks are told before what was seen of them.
    const auto& objects = seen.objects;
    if (std::any_of(objects.begin(), objects.end(),
                    [&](const auto& o) VIGIL_REQUIRES(mutex_) { return o.track_id >= tracks_.next_id; })) {
      return uncalled_for("that track");
    }
    remember(objects);
  }
  call([&](pipeline::AnalystListener& listener) { listener.observed(std::move(seen)); });
  return {};
}

// Its bytes are as foreign as the camera's own, and are brought into the same form: what a packet promises, this one
// keeps.
Result<void> RemoteCamera::handle_rendered(const Message& message) {
  const auto& header = message.header;
  VIGIL_ASSIGN(auto body, read_rendered(message.body));
  if (header.scope >= model::kRenditions.size()) return uncalled_for("that rendition");
  const auto rendition = model::kRenditions[header.scope];
  media::Packet packet;
  packet.pts = Ticks(body.head.pts);
  packet.dts = Ticks(body.head.dts);
  packet.discontinuity = (header.flags & flag::kDiscontinuity) != 0;
  // Its clock is ours; a time that cannot be is not believed.
  const auto now = clock_.wall();
  packet.received = std::clamp(WallTime(std::chrono::microseconds(body.head.received_us)), now - kLongUnderWay, now);
  {
    MutexLock lock(mutex_);
    const auto found = renditions_.find(rendition);
    if (found == renditions_.end()) return uncalled_for("that rendition");
    auto& coming = found->second;
    if (body.params) coming.normaliser.emplace(std::move(*body.params));
    if (!coming.normaliser) return uncalled_for("a packet without parameters");
    const bool back = coming.last && packet.dts < *coming.last;
    if ((back && !packet.discontinuity) || packet.pts != packet.dts) return uncalled_for("a packet of another time");
    coming.last = packet.dts;
    VIGIL_ASSIGN(auto unit, coming.normaliser->push(View(message.body).subspan(body.data_at)));
    if (unit.data.empty() || !unit.params) return uncalled_for("a packet without a picture");
    packet.key = unit.key;
    packet.params = std::move(unit.params);
    packet.data = media::SharedBytes(std::move(unit.data));
  }
  call([&](pipeline::AnalystListener& listener) { listener.rendered(rendition, std::move(packet)); });
  return {};
}

// Its bytes are Opus or noise: they go to players, who take nothing for granted either. Its times are bound to those of
// the packet that is under way.
Result<void> RemoteCamera::handle_sounded(const Message& message) {
  VIGIL_ASSIGN(const auto body, read_sounded(message.body));
  media::Packet packet;
  packet.pts = packet.dts = Ticks(body.head.pts);
  packet.key = true;
  packet.discontinuity = (message.header.flags & flag::kDiscontinuity) != 0;
  {
    MutexLock lock(mutex_);
    if (!is_sound_ || sent_.empty() || sent_.front().sequence != message.header.sequence) {
      return uncalled_for("that sound");
    }
    auto& source = sent_.front();
    if (++source.sounds > kMostSounds) return uncalled_for("so much sound");
    if (packet.pts < source.pts - kSoundSlack || packet.pts > source.pts + kMostSounds * media::kOpusStep) {
      return uncalled_for("sound of another time");
    }
    if (last_sound_ && packet.pts <= *last_sound_ && !packet.discontinuity)
      return uncalled_for("sound of another time");
    last_sound_ = packet.pts;
    packet.received = source.received;
    auto& params = sound_params_[body.channels - 1u];
    if (!params) params = std::make_shared<const media::CodecParams>(media::opus_params(body.channels));
    packet.params = params;
  }
  const auto data = View(message.body).subspan(kSoundedHeadBytes);
  packet.data = media::SharedBytes(Bytes(data.begin(), data.end()));
  call([&](pipeline::AnalystListener& listener) { listener.sounded(std::move(packet)); });
  return {};
}

Result<void> RemoteCamera::handle_problem(const Message& message) {
  VIGIL_ASSIGN(auto problem, read_text(message.body));
  {
    MutexLock lock(mutex_);
    if (problem == problem_) return {};
    problem_ = problem;
  }
  if (!problem.empty()) log::warn("analysis falls back to motion", {{"camera", id_}, {"reason", problem}});
  return {};
}

}  // namespace vigil::analyser
