#include "live/webrtc/session.h"

#include <algorithm>
#include <utility>

namespace vigil::live::webrtc {

const char* to_string(End end) {
  switch (end) {
    case End::None:
      return "none";
    case End::Closed:
      return "closed";
    case End::ByViewer:
      return "by_viewer";
    case End::NeverConnected:
      return "never_connected";
    case End::Silent:
      return "silent";
    case End::Handshake:
      return "handshake";
    case End::StreamEnded:
      return "stream_ended";
    case End::CodecChanged:
      return "codec_changed";
    case End::Reordered:
      return "b_frames";
  }
  return "none";
}

Session::Session(Setup setup, Carrier& carrier, SteadyTime now)
    : setup_(std::move(setup)),
      carrier_(carrier),
      begun_(now),
      heard_(now),
      dtls_(setup_.dtls, Dtls::Role::Server, setup_.agreement.fingerprint),
      sender_(setup_.agreement, setup_.seed),
      now_(now) {}

std::optional<Session::Admitted> Session::check(const Path& path, const stun::Message& request, SteadyTime now) {
  const auto is = [&](const std::string& ours, const std::string& theirs) {
    return request.username == ours + ":" + theirs;
  };
  const bool anew = !next_ours_.ufrag.empty() && is(next_ours_.ufrag, next_theirs_.ufrag);
  if (end_ != End::None || (!anew && !is(setup_.ufrag, setup_.agreement.ufrag)) || !request.has_fingerprint ||
      !stun::integrity_holds(request, anew ? next_ours_.password : setup_.password)) {
    return std::nullopt;
  }
  if (request.controlled) {
    // We never control; whoever thinks so too is told (RFC 8445, 7.3.1.1).
    carrier_.send(path, stun::error(request.transaction, 487, "Role Conflict", setup_.password));
    return std::nullopt;
  }
  heard_ = now;
  Admitted out;
  if (anew) {
    out.former_ufrag = std::exchange(setup_.ufrag, std::exchange(next_ours_.ufrag, {}));
    setup_.password = std::move(next_ours_.password);
    setup_.agreement.ufrag = std::move(next_theirs_.ufrag);
    setup_.agreement.password = std::move(next_theirs_.password);
    nominated_ = false;
  }
  if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) {
    if (paths_.size() == kMaxPaths) {
      const auto oldest = std::find_if(paths_.begin(), paths_.end(), [&](const Path& one) { return one != selected_; });
      out.instead_of = *oldest;
      paths_.erase(oldest);
    }
    paths_.push_back(path);
  }
  // Whoever restarts has left where they were.
  if (!selected_ || anew || request.use_candidate) {
    selected_ = path;
    nominated_ = nominated_ || request.use_candidate;
  }
  carrier_.send(path, stun::success(request.transaction, path.remote, setup_.password));
  return out;
}

std::string Session::restart(IceUser theirs, IceUser ours) {
  next_theirs_ = std::move(theirs);
  return std::exchange(next_ours_, std::move(ours)).ufrag;
}

void Session::dtls(const Path& path, std::span<const std::uint8_t> datagram, SteadyTime now) {
  if (end_ != End::None) return;
  now_ = now;
  // Before a pair is nominated the answer goes where the question came from.
  if (!nominated_) selected_ = path;
  dtls_.receive(datagram);
  send_dtls();
  after_dtls();
}

void Session::send_dtls() {
  for (const auto& one : dtls_.take()) {
    if (selected_) carrier_.send(*selected_, one);
  }
}

void Session::after_dtls() {
  if (dtls_.state() == Dtls::State::Closed) {
    end_ = dtls_.fault().empty() ? End::ByViewer : End::Handshake;
  } else if (dtls_.state() == Dtls::State::Established && !srtp_) {
    auto srtp = Srtp::make(*dtls_.keys(), true);
    if (!srtp.ok()) {
      close(End::Handshake);
      return;
    }
    srtp_ = std::move(*srtp);
    wants_at_ = now_;
  }
}

void Session::rtcp(std::span<std::uint8_t> datagram, const Feed& feed, SteadyTime now, WallTime wall) {
  if (!srtp_ || end_ != End::None) return;
  const auto clear = srtp_->open_rtcp(datagram);
  const auto parsed = rtp::parse_rtcp(clear);
  if (!parsed) return;
  now_ = now;
  sender_.received(*parsed, feed, now, wall, *this);
  if (!parsed->picture_requests.empty()) wants_at_ = now;
}

void Session::lost_connection(std::uint64_t connection) {
  std::erase_if(paths_, [&](const Path& path) { return path.connection == connection; });
  if (selected_ && selected_->connection == connection) {
    selected_ = paths_.empty() ? std::nullopt : std::optional(paths_.back());
  }
}

void Session::run(const Feed& feed, SteadyTime now, WallTime wall) {
  wants_at_.reset();
  if (!srtp_ || end_ != End::None) return;
  now_ = now;
  wants_at_ = sender_.run(feed, now, wall, *this);
  if (sender_.fault() == Sender::Fault::CodecChanged) close(End::CodecChanged);
  if (sender_.fault() == Sender::Fault::Reordered) close(End::Reordered);
}

void Session::tick(SteadyTime now) {
  if (end_ != End::None) return;
  now_ = now;
  dtls_.tick();
  send_dtls();
  after_dtls();
  if (end_ != End::None) return;
  if (!srtp_ && now - begun_ > kConnectWithin) close(End::NeverConnected);
  if (now - heard_ > kSilence) close(End::Silent);
  // A connection that was full may take more again.
  if (!wants_at_) wants_at_ = now;
}

void Session::close(End why) {
  if (end_ != End::None) return;
  end_ = why;
  dtls_.close();
  send_dtls();
}

SessionFacts Session::facts(const Feed& feed, WallTime wall) const {
  SessionFacts out;
  out.connected = connected();
  out.tcp = selected_ && selected_->connection != 0;
  if (dtls_.keys()) out.protection = to_string(dtls_.keys()->profile);
  const auto& sent = sender_.figures();
  out.packets = figures_.packets;
  out.lost_reports = sent.lost_reports;
  out.retransmitted = sent.retransmitted;
  out.skipped_pictures = sent.skipped_pictures;
  out.picture_requests = sent.picture_requests;
  out.round_trip = sent.round_trip;
  out.loss = sent.loss;
  if (const auto time = sender_.picture_time(feed, wall)) out.clock = SessionFacts::Clock{*time, wall};
  return out;
}

bool Session::ready() const {
  return selected_ && carrier_.ready(*selected_);
}

void Session::rtp(std::span<std::uint8_t> buffer, std::size_t size) {
  const auto total = srtp_->protect(buffer, size);
  if (total == 0) return;
  if (!first_sent_) first_sent_ = now_;
  ++figures_.packets;
  figures_.bytes += size;
  carrier_.send(*selected_, buffer.first(total));
}

void Session::rtcp(std::vector<std::uint8_t> packet) {
  const auto size = packet.size();
  packet.resize(size + Srtp::kTrailer);
  if (const auto total = srtp_->protect_rtcp(packet, size); total > 0 && selected_) {
    carrier_.send(*selected_, std::span(packet).first(total));
  }
}

}  // namespace vigil::live::webrtc
