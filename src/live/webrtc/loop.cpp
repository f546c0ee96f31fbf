#include "live/webrtc/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/log.h"

namespace vigil::live::webrtc {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 100ms;
constexpr auto kShown = 500ms;  // between two times that figures are made for others
constexpr int kEventsAtOnce = 64;

}  // namespace

struct Loop::Channel {
  Channel(std::shared_ptr<stream::Stream> stream, std::shared_ptr<const void> hold, Loop& loop)
      : feed(stream, std::move(hold)), watched(std::move(stream)), on_change([this, &loop] {
          if (!dirty.exchange(true)) loop.wake();
        }) {
    watch = watched->watch(on_change);
  }
  ~Channel() {
    hush();
    watched->unwatch(watch);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // One stream of sound is enough for all who cannot take it as it is.
  void listen(const Agent::Sound& sound) {
    if (feed.listens()) return;
    hush();
    heard = sound.stream;
    feed.listen(heard, sound.hold);
    sound_watch = heard->watch(on_change);
  }
  void hush() {
    feed.stop_listening();
    if (heard) heard->unwatch(sound_watch);
    heard.reset();
  }

  Feed feed;
  std::atomic<bool> dirty{true};
  std::vector<Member*> members;

 private:
  std::shared_ptr<stream::Stream> watched, heard;
  const std::function<void()> on_change;
  int watch = 0, sound_watch = 0;
};

Loop::Loop(const Config& config, Clock& clock, std::function<void(const std::string&)> on_end)
    : config_(config), clock_(clock), on_end_(std::move(on_end)), now_(clock.steady()), wall_(clock.wall()) {}

Loop::~Loop() {
  by_path_.clear();
  by_ufrag_.clear();
  members_.clear();
  channels_.clear();
  tcp_.reset();
  if (event_ >= 0) ::close(event_);
  if (epoll_ >= 0) ::close(epoll_);
}

Result<void> Loop::open() {
  auto address = parse_endpoint(config_.address, config_.port);
  if (!address) {
    return make_error(ErrorKind::InvalidArgument, "not a numeric address: " + config_.address, "webrtc.listen");
  }
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  event_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (epoll_ < 0 || event_ < 0) return make_error(ErrorKind::Internal, "no descriptors left for WebRTC");
  TcpPort::Loop watching;
  watching.watch = [this](int fd, bool write) {
    epoll_event event{};
    event.events = EPOLLIN | (write ? EPOLLOUT : 0u);
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  };
  watching.unwatch = [this](int fd) { epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr); };
  // The same number for both, which a free UDP port need not be for TCP.
  for (int attempt = 0;; ++attempt) {
    auto udp = UdpPort::open(*address, 0);
    if (udp.ok() && config_.tcp) {
      auto tcp = TcpPort::open((*udp)->address(), watching);
      if (tcp.ok()) {
        tcp_ = std::move(*tcp);
      } else {
        udp = std::move(tcp).error();
      }
    }
    if (udp.ok()) {
      udp_ = std::move(*udp);
      break;
    }
    if (attempt == 8 || (address->port != 0 && !config_.port_may_move)) {
      return std::move(udp).error().while_doing("WebRTC");
    }
    address->port = 0;
  }
  watching.watch(udp_->fd(), false);
  watching.watch(event_, false);
  return {};
}

void Loop::wake() {
  if (woken_.exchange(true)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event_, &one, sizeof(one));
}

void Loop::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    poll(timeout());
    take_inbox();
    pump_channels();
    run_members();
    if (now_ - ticked_ >= kTick) tick();
    remove_ended();
    udp_->flush();
  }
  for (auto& [id, member] : members_) member.session->close(End::Closed);
  remove_ended();
  udp_->flush();
}

int Loop::timeout() const {
  auto next = ticked_ + kTick;
  for (const auto& [id, member] : members_) {
    if (const auto& wants = member.session->wants_at(); wants && *wants < next) next = *wants;
  }
  const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(next - clock_.steady()).count();
  // Without viewers nothing has to be looked at.
  if (members_.empty() && (tcp_ == nullptr || tcp_->connections() == 0)) return 1000;
  return wait <= 0 ? 0 : static_cast<int>((wait + 999) / 1000);
}

void Loop::poll(int timeout_ms) {
  std::array<epoll_event, kEventsAtOnce> events{};
  const int count = epoll_wait(epoll_, events.data(), kEventsAtOnce, timeout_ms);
  now_ = clock_.steady();
  wall_ = clock_.wall();
  const OnDatagram on_datagram = [this](const Path& path, std::span<std::uint8_t> bytes) { received(path, bytes); };
  for (int i = 0; i < count; ++i) {
    const int fd = events[static_cast<std::size_t>(i)].data.fd;
    if (fd == event_) {
      std::uint64_t unused = 0;
      [[maybe_unused]] const auto read_bytes = read(event_, &unused, sizeof(unused));
      woken_ = false;
    } else if (fd == udp_->fd()) {
      udp_->receive(on_datagram);
    } else if (tcp_) {
      tcp_->happened(fd, now_, on_datagram, [this](std::uint64_t connection) {
        for (auto& [id, member] : members_) member.session->lost_connection(connection);
        std::erase_if(by_path_, [&](const auto& entry) { return entry.first.connection == connection; });
      });
    }
  }
}

void Loop::add(Viewer viewer) {
  {
    MutexLock lock(mutex_);
    arriving_.push_back(std::move(viewer));
  }
  wake();
}

void Loop::end(const std::string& id) {
  {
    MutexLock lock(mutex_);
    leaving_.push_back(id);
  }
  wake();
}

void Loop::restart(const std::string& id, IceUser theirs, IceUser ours) {
  {
    MutexLock lock(mutex_);
    restarting_.push_back({id, std::move(theirs), std::move(ours)});
  }
  wake();
}

void Loop::rename(Restart restart) {
  const auto found = members_.find(restart.id);
  if (found == members_.end()) return;
  auto& member = found->second;
  by_ufrag_[restart.ours.ufrag] = &member;
  const auto former = member.session->restart(std::move(restart.theirs), std::move(restart.ours));
  if (!former.empty()) by_ufrag_.erase(former);
}

void Loop::take_inbox() {
  std::vector<Viewer> arriving;
  std::vector<std::string> leaving;
  std::vector<Restart> restarting;
  {
    MutexLock lock(mutex_);
    arriving.swap(arriving_);
    leaving.swap(leaving_);
    restarting.swap(restarting_);
  }
  for (auto& viewer : arriving) enter(std::move(viewer));
  for (auto& each : restarting) rename(std::move(each));
  for (const auto& id : leaving) {
    if (auto found = members_.find(id); found != members_.end()) found->second.session->close(End::ByViewer);
  }
}

void Loop::enter(Viewer viewer) {
  auto& channel = channels_[viewer.stream.get()];
  if (!channel) channel = std::make_unique<Channel>(viewer.stream, std::move(viewer.hold), *this);
  channel->dirty = true;  // a stream that has ended meanwhile says so
  if (viewer.sound.stream) channel->listen(viewer.sound);
  const auto id = viewer.setup.id;
  auto& member = members_[id];
  Carrier& carrier = *this;
  member.session = std::make_unique<Session>(std::move(viewer.setup), carrier, now_);
  member.channel = channel.get();
  member.asked = viewer.asked;
  channel->members.push_back(&member);
  by_ufrag_[member.session->ufrag()] = &member;
  ++gone_.accepted;
}

// What it is says the first byte (RFC 7983).
void Loop::received(const Path& path, std::span<std::uint8_t> datagram) {
  if (stun::looks_like(datagram)) return check(path, datagram);
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) {
    ++gone_.unknown;
    return;
  }
  auto& member = *found->second;
  const auto first = datagram[0];
  if (first >= 20 && first <= 63) {
    member.session->dtls(path, datagram, now_);
  } else if (first >= 128 && first <= 191 && datagram.size() >= 8 && datagram[1] >= 192 && datagram[1] <= 223) {
    member.session->rtcp(datagram, member.channel->feed, now_, wall_);
  }
}

// A request for one of ours proves an address; everything else falls silently, so that nobody can make us send to
// somebody who did not ask.
void Loop::check(const Path& path, std::span<const std::uint8_t> datagram) {
  const auto request = stun::parse(datagram);
  Member* member = nullptr;
  if (request && request->type == stun::kBindingRequest) {
    const auto colon = request->username.find(':');
    const auto found = by_ufrag_.find(std::string(request->username.substr(0, colon)));
    if (found != by_ufrag_.end()) member = found->second;
  }
  if (member == nullptr) {
    ++gone_.unknown;
    return;
  }
  const auto admitted = member->session->check(path, *request, now_);
  if (!admitted) return;
  if (admitted->instead_of) by_path_.erase(*admitted->instead_of);
  if (!admitted->former_ufrag.empty()) by_ufrag_.erase(admitted->former_ufrag);
  by_path_[path] = member;
  if (path.connection != 0) tcp_->vouch(path.connection);
}

void Loop::pump_channels() {
  for (auto& [stream, channel] : channels_) {
    if (!channel->dirty.exchange(false)) continue;
    const bool goes_on = channel->feed.pump();
    for (auto* member : channel->members) {
      member->session->run(channel->feed, now_, wall_);
      if (!goes_on) member->session->close(End::StreamEnded);
    }
  }
}

void Loop::run_members() {
  for (auto& [id, member] : members_) {
    const auto& wants = member.session->wants_at();
    if (wants && *wants <= now_) member.session->run(member.channel->feed, now_, wall_);
    if (!member.joined && member.session->first_sent()) count_join(member);
  }
}

void Loop::count_join(Member& member) {
  member.joined = true;
  const auto seconds = std::chrono::duration<double>(*member.session->first_sent() - member.asked).count();
  const auto& bounds = Figures::kJoinBounds;
  const auto range = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
  ++gone_.joins[static_cast<std::size_t>(range)];
  gone_.join_seconds += seconds;
}

void Loop::tick() {
  ticked_ = now_;
  for (auto& [id, member] : members_) member.session->tick(now_);
  if (tcp_) tcp_->expire(now_);
  if (now_ - shown_at_ < kShown) return;
  shown_at_ = now_;
  auto shown = sum();
  std::map<std::string, SessionFacts> facts;
  for (const auto& [id, member] : members_) facts[id] = member.session->facts(member.channel->feed, wall_);
  MutexLock lock(mutex_);
  shown_ = std::move(shown);
  facts_.swap(facts);
}

std::optional<SessionFacts> Loop::facts(const std::string& id) const {
  MutexLock lock(mutex_);
  const auto found = facts_.find(id);
  return found == facts_.end() ? std::nullopt : std::optional(found->second);
}

Figures Loop::sum() const {
  auto out = gone_;
  out.unsent = udp_->figures().lost;
  for (const auto& [id, member] : members_) {
    const auto& session = *member.session;
    ++out.sessions;
    if (session.connected()) ++out.connected;
    out.packets += session.figures().packets;
    out.bytes += session.figures().bytes;
    out.lost_reports += session.sent().lost_reports;
    out.retransmitted += session.sent().retransmitted;
    out.picture_requests += session.sent().picture_requests;
    out.skipped_pictures += session.sent().skipped_pictures;
  }
  return out;
}

Figures Loop::figures() const {
  MutexLock lock(mutex_);
  return shown_;
}

void Loop::remove_ended() {
  for (auto at = members_.begin(); at != members_.end();) {
    auto& member = at->second;
    auto& session = *member.session;
    if (session.end() == End::None) {
      ++at;
      continue;
    }
    log::info("a viewer has left", {{"session", session.id().substr(0, 8)},
                                    {"reason", to_string(session.end())},
                                    {"fault", session.fault()},
                                    {"packets", session.figures().packets}});
    ++gone_.ended[to_string(session.end())];
    gone_.packets += session.figures().packets;
    gone_.bytes += session.figures().bytes;
    gone_.lost_reports += session.sent().lost_reports;
    gone_.retransmitted += session.sent().retransmitted;
    gone_.picture_requests += session.sent().picture_requests;
    gone_.skipped_pictures += session.sent().skipped_pictures;
    by_ufrag_.erase(session.ufrag());
    by_ufrag_.erase(session.next_ufrag());
    for (const auto& path : session.paths()) {
      if (auto found = by_path_.find(path); found != by_path_.end() && found->second == &member) by_path_.erase(found);
      if (path.connection != 0 && tcp_) tcp_->close(path.connection);
    }
    auto* channel = member.channel;
    std::erase(channel->members, &member);
    const bool heard = std::any_of(channel->members.begin(), channel->members.end(),
                                   [](const Member* other) { return other->session->hears_made_sound(); });
    if (!heard) channel->hush();
    if (channel->members.empty()) channels_.erase(channel->feed.stream().get());
    const auto id = at->first;
    at = members_.erase(at);
    on_end_(id);
  }
}

void Loop::send(const Path& path, std::span<const std::uint8_t> datagram) {
  if (path.connection != 0) {
    if (tcp_) tcp_->send(path.connection, datagram);
  } else {
    udp_->queue(path, datagram);
  }
}

bool Loop::ready(const Path& path) const {
  return path.connection == 0 || (tcp_ && tcp_->ready(path.connection));
}

}  // namespace vigil::live::webrtc
