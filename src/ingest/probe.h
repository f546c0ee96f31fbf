#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/egress.h"
#include "ingest/source.h"
#include "media/frame.h"
#include "media/packet.h"

namespace vigil::ingest {

struct ProbeStep {
  std::string name;  // "resolve", "connect", "open", "media", "picture"
  bool ok = false;
  int milliseconds = 0;
  std::string detail;
};

struct ProbeTrack {
  std::string kind;   // "video", "audio"
  std::string codec;  // "h264", …
  int width = 0, height = 0;
  double fps = 0;
  double gop_seconds = 0;  // 0: fewer than two key frames were seen
  int sample_rate = 0, channels = 0;
};

// What a source turned out to be, or why it failed; in order of the steps tried.
struct ProbeReport {
  bool ok = false;
  model::FailureReason reason = model::FailureReason::None;
  std::string detail;
  std::string transport;
  std::vector<ProbeStep> steps;
  std::vector<ProbeTrack> tracks;
  double bits_per_second = 0;
  std::vector<std::uint8_t> snapshot;  // JPEG, at most 1280 wide; empty without a picture
  std::vector<std::string> advice;     // for people: "key frames every 10 s: live view starts late; set 1 to 2 s"
};

// Decodes the last picture of a group of packets that begins with a key frame. Foreign pictures are not decoded here.
using PictureOf = std::function<Result<media::FramePtr>(const std::vector<media::PacketPtr>& group)>;

// Opens the source, watches it for up to about three seconds after the first picture, closes it. Blocks at most
// `limit`, and for as long as `picture_of` does.
ProbeReport probe(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                  std::chrono::milliseconds limit, std::stop_token stop, const PictureOf& picture_of);

}  // namespace vigil::ingest
