#include <algorithm>
#include <atomic>
#include <thread>

#include "base/ids.h"
#include "base/log.h"
#include "base/sync.h"
#include "live/webrtc.h"
#include "live/webrtc/candidates.h"
#include "live/webrtc/loop.h"

namespace vigil::live::webrtc {
namespace {

constexpr int kMostWaiting = 4;  // for a first picture, each on a thread of the caller's

std::uint64_t random_number() {
  const auto text = random_hex(8);
  return std::stoull(text, nullptr, 16);
}

IceUser random_user() {
  return {random_hex(6), random_hex(16)};
}

// Never 0, which means "none" in RTCP.
std::uint32_t random_ssrc() {
  return static_cast<std::uint32_t>(random_number() >> 33) | 1u << 31;
}

bool has_picture(const stream::Stream& stream) {
  const auto tracks = stream.tracks();
  return std::any_of(tracks.begin(), tracks.end(),
                     [](const auto& track) { return track.second->kind == media::TrackKind::Video; });
}

}  // namespace

struct Agent::State {
  State(Config c, Clock& k) : config(std::move(c)), clock(k) {}

  struct Seat {
    std::string camera;
    Known known;
    std::function<bool()> allowed;
    TransportSection section;
  };

  Result<void> seat(const std::string& id, const Offered& offered, const Agreement& agreement, TransportSection section)
      VIGIL_EXCLUDES(mutex);
  Result<void> wait_for_picture(stream::Stream& stream, std::stop_token stop);
  void look_round(std::stop_token stop) VIGIL_EXCLUDES(mutex);
  Local local(const IceUser& ours, std::uint64_t seed) const;

  const Config config;
  Clock& clock;
  std::shared_ptr<const DtlsContext> dtls;
  std::unique_ptr<Loop> loop;
  std::jthread thread, guard;
  std::atomic<bool> running{false};
  std::atomic<int> waiting{0};
  std::atomic<std::uint64_t> refused{0};
  mutable Mutex mutex;
  std::map<std::string, Seat> sessions VIGIL_GUARDED_BY(mutex);
};

Agent::Agent(Config config, Clock& clock) : state_(std::make_unique<State>(std::move(config), clock)) {}

Agent::~Agent() {
  stop();
}

Result<void> Agent::start() {
  auto& state = *state_;
  for (const auto& address : state.config.advertised) {
    if (!parse_endpoint(address, 0)) {
      return make_error(ErrorKind::InvalidArgument,
                        "live.webrtc.addresses takes numeric addresses, such as 192.0.2.7: " + address);
    }
  }
  VIGIL_ASSIGN(state.dtls, DtlsContext::make());
  auto loop = std::make_unique<Loop>(state.config, state.clock, [&state](const std::string& id) {
    MutexLock lock(state.mutex);
    state.sessions.erase(id);
  });
  VIGIL_TRY(loop->open());
  state.loop = std::move(loop);
  state.thread = std::jthread([&state](std::stop_token stop) { state.loop->run(stop); });
  state.guard = std::jthread([&state](std::stop_token stop) { state.look_round(stop); });
  state.running = true;
  return {};
}

void Agent::stop() {
  auto& state = *state_;
  state.running = false;
  if (!state.thread.joinable()) return;
  state.guard.request_stop();
  state.guard.join();
  state.thread.request_stop();
  state.loop->wake();
  state.thread.join();
}

std::uint16_t Agent::port() const {
  return state_->loop ? state_->loop->udp_address().port : std::uint16_t{0};
}

Result<void> Agent::State::seat(const std::string& id, const Offered& offered, const Agreement& agreement,
                                TransportSection section) {
  MutexLock lock(mutex);
  int of_user = 0;
  for (const auto& [other, seat] : sessions) of_user += seat.known.user == offered.user ? 1 : 0;
  if (static_cast<int>(sessions.size()) >= config.max_sessions) {
    return make_error(ErrorKind::ResourceExhausted,
                      "too many viewers by WebRTC: use another transport, or try again later", "webrtc.sessions");
  }
  if (of_user >= config.max_sessions_of_user) {
    return make_error(ErrorKind::ResourceExhausted,
                      "you have too many views by WebRTC open: close some, or use another transport",
                      "webrtc.sessions_of_user");
  }
  sessions[id] = {offered.camera, {offered.user, agreement.ufrag, 0}, offered.allowed, std::move(section)};
  return {};
}

void Agent::State::look_round(std::stop_token stop) {
  while (clock.sleep(config.rounds, stop)) {
    std::vector<std::pair<std::string, std::function<bool()>>> asked;
    {
      MutexLock lock(mutex);
      for (const auto& [id, seat] : sessions) {
        if (seat.allowed) asked.emplace_back(id, seat.allowed);
      }
    }
    for (const auto& [id, allowed] : asked) {
      if (stop.stop_requested()) return;
      if (!allowed()) loop->end(id);
    }
  }
}

// A stream that was connected this moment knows its codecs when its first picture is there.
Result<void> Agent::State::wait_for_picture(stream::Stream& stream, std::stop_token stop) {
  if (has_picture(stream)) return {};
  const auto none = make_error(ErrorKind::Unavailable, "the camera gives no picture now; try again when it is back",
                               "webrtc.no_picture");
  struct Place {
    explicit Place(std::atomic<int>& all) : taken(all), number(++all) {}
    ~Place() { --taken; }
    std::atomic<int>& taken;
    const int number;
  } place(waiting);
  if (place.number > kMostWaiting) return none;
  auto cursor = stream.open(stream::Start::NextPacket);
  const auto end = clock.steady() + config.wait_for_stream;
  while (!has_picture(stream)) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock.steady());
    const auto next = left > left.zero() ? cursor.next(stop, left) : stream::Next(stream::TimedOut{});
    if (std::holds_alternative<stream::Closed>(next) || stop.stop_requested() || left <= left.zero()) {
      if (!stream.tracks().empty()) return {};  // sound only
      return none;
    }
  }
  return {};
}

Local Agent::State::local(const IceUser& ours, std::uint64_t seed) const {
  Local out;
  out.session = seed >> 2;
  out.ufrag = ours.ufrag;
  out.password = ours.password;
  out.fingerprint = to_text(dtls->fingerprint());
  out.cname = "vigil";
  out.udp = candidate_addresses(loop->udp_address(), config.advertised);
  if (loop->has_tcp()) out.tcp = out.udp;
  return out;
}

Result<Agent::Accepted> Agent::accept(Offered offered, std::stop_token stop) {
  auto& state = *state_;
  auto refuse = [&](Error why) {
    ++state.refused;
    return why;
  };
  const auto asked = state.clock.steady();
  if (!state.running) return refuse(make_error(ErrorKind::Unavailable, "WebRTC is switched off", "webrtc.off"));
  auto offer = parse_offer(offered.sdp);
  if (!offer.ok()) return refuse(std::move(offer).error());
  if (auto seen = state.wait_for_picture(*offered.stream, stop); !seen.ok()) return refuse(std::move(seen).error());
  const auto tracks = offered.stream->tracks();
  auto agreement = negotiate(*offer, tracks, static_cast<bool>(offered.opus));
  if (!agreement.ok()) return refuse(std::move(agreement).error());
  Sound sound;
  if (agreement->audio && agreement->audio->made) {
    sound = offered.opus();
    // Too many at once: the picture goes on alone.
    if (!sound.stream) agreement = negotiate(*offer, tracks);
    if (!agreement.ok()) return refuse(std::move(agreement).error());
  }
  for (auto* track : {&agreement->video, &agreement->audio}) {
    if (!*track) continue;
    (*track)->ssrc = random_ssrc();
    (*track)->rtx_ssrc = (*track)->ssrc ^ 0x5a5a;
  }
  if (agreement->video && agreement->audio && agreement->audio->ssrc == agreement->video->ssrc) {
    agreement->audio->ssrc ^= 1;
  }
  Session::Setup setup;
  setup.id = random_hex(16);
  const auto ours = random_user();
  setup.ufrag = ours.ufrag;
  setup.password = ours.password;
  setup.seed = random_number();
  setup.dtls = state.dtls;
  setup.agreement = *agreement;
  auto seat = state.seat(setup.id, offered, *agreement, transport_section(*offer, *agreement));
  if (!seat.ok()) return refuse(std::move(seat).error());
  Accepted out{setup.id, write_answer(*offer, *agreement, state.local(ours, setup.seed))};
  state.loop->add({std::move(setup), std::move(offered.stream), std::move(offered.hold), asked, std::move(sound)});
  return out;
}

Result<Agent::Known> Agent::find(const std::string& camera, const std::string& session) const {
  MutexLock lock(state_->mutex);
  const auto found = state_->sessions.find(session);
  if (found != state_->sessions.end() && found->second.camera == camera) return found->second.known;
  return make_error(ErrorKind::NotFound, "no such session: it has ended, or never was", "webrtc.session");
}

Result<void> Agent::end(const std::string& camera, const std::string& session) {
  VIGIL_TRY(find(camera, session));
  state_->loop->end(session);
  return {};
}

Result<Agent::Patched> Agent::patch(const std::string& camera, const std::string& session,
                                    const std::string& fragment) {
  VIGIL_ASSIGN(auto known, find(camera, session));
  VIGIL_ASSIGN(auto theirs, parse_fragment(fragment));
  if (theirs.ufrag.empty() || theirs.ufrag == known.ice_user) return Patched{{}, std::move(known)};
  if (theirs.password.empty()) {
    return make_error(ErrorKind::MalformedRequest, "the fragment has another a=ice-ufrag, but no a=ice-pwd",
                      "webrtc.ice");
  }
  TransportSection section;
  {
    MutexLock lock(state_->mutex);
    const auto found = state_->sessions.find(session);
    if (found != state_->sessions.end()) {
      found->second.known.ice_user = theirs.ufrag;
      ++found->second.known.restarts;
      known = found->second.known;
      section = found->second.section;
    }
  }
  const auto ours = random_user();
  state_->loop->restart(session, std::move(theirs), ours);
  return Patched{write_fragment(section, state_->local(ours, 0)), std::move(known)};
}

Result<SessionFacts> Agent::facts(const std::string& camera, const std::string& session) const {
  VIGIL_TRY(find(camera, session));
  // A session of this moment has none yet.
  return state_->loop->facts(session).value_or(SessionFacts{});
}

Figures Agent::figures() const {
  auto out = state_->loop ? state_->loop->figures() : Figures{};
  out.refused = state_->refused;
  return out;
}

}  // namespace vigil::live::webrtc
