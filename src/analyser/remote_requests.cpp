#include <algorithm>
#include <utility>

#include "analyser/remote_camera.h"

// Questions that somebody waits for: kept pictures, and decodings of their own.

namespace vigil::analyser {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAtMost{6000};          // the child gives up after five seconds
constexpr milliseconds kLook{50};              // whether the asker was stopped
constexpr std::size_t kWindow = 4u << 20;      // bytes of a decoding that may be under way
constexpr std::size_t kFetchBytes = 1u << 30;  // of kept pictures: their number is bounded, and each

Error away() {
  return make_error(ErrorKind::Unavailable, "the process that opens pictures is being started; try again");
}

Error stopping() {
  return make_error(ErrorKind::Cancelled, "the camera is being stopped");
}

}  // namespace

std::uint32_t RemoteCamera::begin(RequestPtr request) {
  if (++last_request_ == 0) ++last_request_;  // 0 is a packet's
  requests_[last_request_] = std::move(request);
  note_owed();
  return last_request_;
}

void RemoteCamera::end(std::uint32_t number) {
  requests_.erase(number);
  note_owed();
}

Result<std::vector<media::FramePtr>> RemoteCamera::outcome(Request& request) {
  if (!request.answer->ok) {
    return make_error(static_cast<ErrorKind>(request.answer->kind), request.answer->message);
  }
  return std::move(request.frames);
}

Result<std::vector<media::FramePtr>> RemoteCamera::fetch(const std::vector<std::uint64_t>& sequences,
                                                         milliseconds timeout) {
  MutexLock lock(mutex_);
  // Kept pictures go with their process.
  if (!link_) return std::vector<media::FramePtr>();
  auto request = std::make_shared<Request>();
  request->most = sequences.size();
  request->bytes = kFetchBytes;
  const auto number = begin(request);
  link_->send({.type = Type::Fetch, .camera = number_, .scope = number}, write_sequences(sequences));
  changed_.wait_for(lock, timeout, [&]() VIGIL_REQUIRES(mutex_) {
    return closed_ || request->answer || requests_.count(number) == 0;
  });
  const bool lost = requests_.count(number) == 0;
  end(number);
  if (closed_) return stopping();
  if (request->answer) return outcome(*request);
  if (lost) return std::vector<media::FramePtr>();
  return make_error(ErrorKind::DeadlineExceeded, "the picture did not come in time; try again");
}

Result<std::vector<media::FramePtr>> RemoteCamera::decode(const std::vector<media::PacketPtr>& packets,
                                                          const pipeline::Selection& selection,
                                                          const std::function<bool()>& stopped) {
  const auto deadline = clock_.steady() + kAtMost;
  // Once more when the process died of it or of something else.
  for (int tries = 0; tries < 2; ++tries) {
    bool again = false;
    auto done = decode_now(packets, selection, stopped, deadline, again);
    if (!again) return done;
  }
  return away();
}

Result<std::vector<media::FramePtr>> RemoteCamera::decode_now(const std::vector<media::PacketPtr>& packets,
                                                              const pipeline::Selection& selection,
                                                              const std::function<bool()>& stopped, SteadyTime deadline,
                                                              bool& again) {
  {
    MutexLock lock(mutex_);
    if (suspended_) return make_error(ErrorKind::Unavailable, "this camera's pictures are not opened for a while");
    if (!link_) wanted_ = true;
  }
  want_();

  std::uint32_t number = 0;
  auto request = std::make_shared<Request>();
  request->most = selection.count;
  request->bytes = selection.bytes;
  MutexLock lock(mutex_);
  // Waits for `ready`; why it was in vain otherwise.
  const auto wait = [&](const std::function<bool()>& ready) VIGIL_NO_THREAD_SAFETY_ANALYSIS -> std::optional<Error> {
    while (!ready()) {
      if (closed_ || stopped()) return stopping();
      if (clock_.steady() >= deadline) {
        return number == 0 ? away() : make_error(ErrorKind::DeadlineExceeded, "decoding takes too long; try again");
      }
      changed_.wait_for(lock, kLook);  // `ready` may do something: once
    }
    return std::nullopt;
  };
  const auto lost = [&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return requests_.count(number) == 0; };
  const auto give_up = [&](Error error) VIGIL_NO_THREAD_SAFETY_ANALYSIS {
    if (link_ && !lost()) link_->send({.type = Type::Cancel, .camera = number_, .scope = number}, {});
    end(number);
    return error;
  };

  if (auto error = wait([&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return link_ && has_credit_; })) return *error;
  number = begin(request);
  const OnceBody body{static_cast<std::int64_t>(selection.until.time_since_epoch().count()), selection.bytes,
                      static_cast<std::uint32_t>(std::clamp<std::size_t>(selection.count, 1, 4096))};
  link_->send({.type = Type::Once, .camera = number_, .scope = number}, write(body));
  media::ParamsPtr params;
  for (const auto& packet : packets) {
    if (packet->data.size() > kMaxToChild - kPacketHeadBytes) continue;
    const auto room = [&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS {
      return lost() || request->under_way.empty() || request->under_way_bytes + packet->data.size() <= kWindow;
    };
    if (auto error = wait(room)) return give_up(std::move(*error));
    if (lost()) break;
    send_params(packet->params, params, flag::kOnce, number);
    auto flags = static_cast<std::uint16_t>(flag::kOnce | (packet->key ? flag::kKey : 0) |
                                            (packet->discontinuity ? flag::kDiscontinuity : 0));
    const auto sent = [&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return lost() || send_packet(packet, flags, number); };
    request->under_way.push_back(packet->data.size());
    request->under_way_bytes += packet->data.size();
    if (auto error = wait(sent)) return give_up(std::move(*error));
  }
  if (!lost()) link_->send({.type = Type::OnceEnd, .camera = number_, .scope = number}, {});
  const auto answered = [&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return lost() || request->answer.has_value(); };
  if (auto error = wait(answered)) return give_up(std::move(*error));
  again = lost() && !request->answer;
  // The child keeps the decoder's pictures until it hears that nobody waits.
  if (!lost()) link_->send({.type = Type::Cancel, .camera = number_, .scope = number}, {});
  end(number);
  if (again) return away();
  return outcome(*request);
}

}  // namespace vigil::analyser
