#include "ingest/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "base/redact.h"
#include "base/sync.h"
#include "ingest/probe_watch.h"
#include "media/image.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;

constexpr milliseconds kWatch{3000};
constexpr int kPictureWidth = 1280;

// Interrupts the source at a time that may be moved.
class Alarm {
 public:
  Alarm(Source& source, SteadyTime at)
      : at_(at), thread_([&source, this](const std::stop_token& stop) { run(source, stop); }) {}

  void set(SteadyTime at) {
    {
      MutexLock lock(mutex_);
      at_ = std::min(at, at_);
    }
    changed_.notify_one();
  }

 private:
  void run(Source& source, const std::stop_token& stop) {
    {
      MutexLock lock(mutex_);
      while (!stop.stop_requested()) {
        auto left = at_ - system_clock().steady();
        if (left <= Nanos(0)) break;
        auto seen = at_;
        changed_.wait_for(lock, stop, left, [&]() VIGIL_REQUIRES(mutex_) { return at_ != seen; });
      }
    }
    if (stop.stop_requested()) return;
    source.interrupt();
  }

  Mutex mutex_;
  CondVar changed_;
  SteadyTime at_ VIGIL_GUARDED_BY(mutex_);
  std::jthread thread_;  // last: it uses the rest
};

bool is_handed_in(model::SourceType type) {
  return type == model::SourceType::HttpPush || type == model::SourceType::RtmpPush;
}

bool is_remote(model::SourceType type) {
  return type != model::SourceType::File && type != model::SourceType::V4l2 && !is_handed_in(type);
}

class Prober {
 public:
  Prober(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, milliseconds limit,
         std::stop_token stop, const PictureOf& picture_of)
      : config_(config),
        egress_(std::move(egress)),
        stop_(std::move(stop)),
        picture_of_(picture_of),
        end_(now() + limit),
        step_began_(now()) {
    config_.connect_timeout = std::min(config_.connect_timeout, limit);
    config_.read_timeout = std::min(config_.read_timeout, limit);
  }

  ProbeReport run() {
    if (is_handed_in(config_.type)) {
      fail("open", {FailureReason::Internal, "a camera that sends its pictures by itself cannot be tried from here"});
    } else if (!is_remote(config_.type) || reach()) {
      watch();
    }
    return std::move(report_);
  }

 private:
  static SteadyTime now() { return system_clock().steady(); }
  milliseconds left() const { return std::max(std::chrono::ceil<milliseconds>(end_ - now()), milliseconds(1)); }

  void step(const char* name, bool ok, std::string detail) {
    auto took = std::chrono::duration_cast<milliseconds>(now() - step_began_);
    report_.steps.push_back({name, ok, static_cast<int>(took.count()), redact(detail)});
    step_began_ = now();
  }

  void fail(const char* name, Failure failure) {
    // What the source calls a stop was our own clock running out.
    if (failure.reason == FailureReason::Stopped && !stop_.stop_requested()) {
      failure = {FailureReason::Timeout, "it took too long"};
    }
    report_.reason = failure.reason;
    report_.detail = redact(failure.detail);
    step(name, false, failure.detail);
  }

  bool reach() {
    if (!config_.stream.url) {
      fail("resolve", {FailureReason::Internal, "there is no URL to try"});
      return false;
    }
    const auto& url = *config_.stream.url;
    auto port = port_of(url);
    if (port == 0) {
      fail("resolve", {FailureReason::Protocol, fmt::format("nobody knows a port by the name of {}", url.port)});
      return false;
    }
    auto endpoint = resolve(url.host, port, *egress_, std::min(left(), config_.connect_timeout), stop_);
    if (!endpoint.ok()) {
      fail("resolve", endpoint.failure());
      return false;
    }
    step("resolve", true, endpoint.value().text);
    auto listening = check_listening(endpoint.value(), std::min(left(), config_.connect_timeout), stop_);
    if (!listening.ok()) {
      fail("connect", listening.failure());
      return false;
    }
    step("connect", true, fmt::format("port {}", port));
    return true;
  }

  void watch() {
    auto source = make_source(config_, egress_);
    std::stop_callback interrupt(stop_, [&] { source->interrupt(); });
    Alarm alarm(*source, end_);
    auto opened = source->open();
    if (!opened.ok()) return fail("open", opened.failure());
    report_.transport = opened.value().transport;
    step("open", true, report_.transport);
    ProbeWatch measured(opened.value());
    read_all(*source, alarm, measured);
    report_.tracks = measured.tracks();
    report_.bits_per_second = measured.bits_per_second();
    if (report_.ok) report_.advice = measured.advice(config_.transport, report_.transport);
  }

  // Reads until a picture was seen and watched for a while, or until it fails.
  void read_all(Source& source, Alarm& alarm, ProbeWatch& measured) {
    bool any = false;
    for (;;) {
      auto packet = source.read();
      if (!packet.ok()) {
        if (!report_.ok) show();  // a short file ends before its first picture was tried once more
        if (report_.ok) return;
        return fail(any ? "picture" : "media", any ? no_picture(packet.failure()) : packet.failure());
      }
      measured.add(packet.value(), now());
      if (packet.value().track != 0) continue;
      if (!any) step("media", true, media::codec_name(packet.value().params->codec));
      any = true;
      if (!report_.ok && take_picture(packet.value())) alarm.set(now() + kWatch);
    }
  }

  Failure no_picture(const Failure& end) const {
    if (!decode_error_.empty()) return {FailureReason::DecodeError, "pictures cannot be decoded: " + decode_error_};
    if (end.reason == FailureReason::Stopped) {
      return {stop_.stop_requested() ? FailureReason::Stopped : FailureReason::NoVideo,
              "video comes, but no key frame"};
    }
    return end;
  }

  // Whether this packet completed the first picture.
  bool take_picture(const media::Packet& packet) {
    if (group_.empty() && !packet.key) return false;
    // A group in which nothing could be decoded is no loss when the next one begins.
    if (packet.key) {
      group_.clear();
      tried_ = 0;
    }
    auto copy = packet;
    copy.sequence = group_.size() + 1;
    group_.push_back(std::make_shared<const media::Packet>(std::move(copy)));
    // Each try decodes the group from its beginning: the first picture alone nearly always does.
    return group_.size() >= 2 * tried_ && show();
  }

  bool show() {
    if (group_.size() == tried_) return false;
    tried_ = group_.size();
    auto frame = picture_of_(group_);
    if (!frame.ok()) {
      decode_error_ = frame.error().message;
      return false;
    }
    auto jpeg = media::encode_jpeg(**frame, {kPictureWidth, 0, 80});
    if (!jpeg.ok()) {
      decode_error_ = jpeg.error().message;
      return false;
    }
    report_.snapshot = std::move(jpeg).value();
    report_.ok = true;
    step("picture", true, fmt::format("{} x {}", (*frame)->width, (*frame)->height));
    group_.clear();
    return true;
  }

  SourceConfig config_;
  const std::shared_ptr<const EgressPolicy> egress_;
  const std::stop_token stop_;
  const PictureOf& picture_of_;
  const SteadyTime end_;
  SteadyTime step_began_;
  ProbeReport report_;
  std::vector<media::PacketPtr> group_;  // since the key frame, until a picture was seen
  std::size_t tried_ = 0;                // packets of it
  std::string decode_error_;
};

}  // namespace

ProbeReport probe(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, milliseconds limit,
                  std::stop_token stop, const PictureOf& picture_of) {
  return Prober(config, std::move(egress), limit, std::move(stop), picture_of).run();
}

}  // namespace vigil::ingest
