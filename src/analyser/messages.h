#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyser/wire.h"
#include "base/result.h"
#include "media/codec.h"
#include "media/packet.h"
#include "model/observation.h"
#include "pipeline/analyst.h"
#include "sandbox/sandbox.h"
#include "vision/tracker.h"

// The bodies of messages. Each is written by write() and read by its read_…(), which takes nothing for granted: an
// error (DataLoss) means that the other side is broken or not ours any more.

namespace vigil::analyser {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

using SandboxReport = sandbox::Report;

// What settings call a model, and where it is: as DetectorFactory::make() has it. Nowhere: `problem` says why.
struct ModelPlace {
  std::string name, place, problem;
  bool operator==(const ModelPlace&) const = default;
};

struct Welcome {
  std::uint16_t protocol = kProtocol;
  std::uint16_t threads = 1;
  bool sandbox = true;
  std::uint64_t memory_bytes = 0;  // 0: no limit
  std::vector<ModelPlace> models;  // loaded before the sandbox closes, and so is what recognition needs
  pipeline::RecognitionWanted recognition;
  pipeline::RecogniserPlaces recognisers;
  bool operator==(const Welcome&) const = default;
};

struct Hello {
  std::uint16_t protocol = kProtocol;
  SandboxReport sandbox;
  std::vector<std::string> problems;  // models that could not be loaded, and why
  bool operator==(const Hello&) const = default;
};

struct CameraBody {
  std::string id;
  pipeline::AnalysisConfig analysis;
  std::uint64_t kept_bytes = 0;
  std::uint32_t kept_ms = 0;
  std::uint64_t next_track_id = 1;
  bool operator==(const CameraBody&) const = default;
};

// What comes before the packet's bytes.
struct PacketHead {
  std::int64_t pts = 0, dts = 0;  // ticks
  std::int64_t received_us = 0;
};
constexpr std::size_t kPacketHeadBytes = 24;

// A packet of a rendition. Parameters only where they are others than those of the last one.
struct RenderedBody {
  std::optional<media::CodecParams> params;
  PacketHead head;
  std::size_t data_at = 0;  // where the packet's bytes begin, to the end of the body; set by the reader
};

// A packet of Opus; the rest of the body is its bytes.
struct SoundedBody {
  PacketHead head;
  std::uint8_t channels = 1;  // or 2
};
constexpr std::size_t kSoundedHeadBytes = kPacketHeadBytes + 1;

struct Credit {
  std::uint32_t packets = 0;  // that may be under way
  std::uint32_t media_ms = 0;
  std::uint32_t bytes = 0;
  bool operator==(const Credit&) const = default;
};

struct OnceBody {
  std::int64_t until_us = 0;
  std::uint64_t bytes = 0;
  std::uint32_t count = 0;
  bool operator==(const OnceBody&) const = default;
};

struct Tracks {
  std::uint64_t next_id = 1;
  std::vector<vision::TrackSeed> seeds;
  pipeline::Recognised recognised;  // to a child only
};

struct PlaneBody {
  std::uint64_t offset = 0;
  std::uint32_t stride = 0;
  bool operator==(const PlaneBody&) const = default;
};
struct FrameBody {
  pipeline::FrameNote note;
  PlaneBody planes[3];  // as many as the format has
  std::uint64_t file_bytes = 0;
};

struct AnswerBody {
  bool ok = true;
  std::uint8_t kind = 0;  // ErrorKind
  std::string message;
  std::uint32_t pictures = 0;  // that were sent for it
  bool operator==(const AnswerBody&) const = default;
};

Bytes write(const Welcome& body);
Bytes write(const Hello& body);
Bytes write(const CameraBody& body);
Bytes write(const media::CodecParams& body);
Bytes write(const PacketHead& body);  // kPacketHeadBytes
Bytes write(const RenderedBody& body, View data);
Bytes write(const SoundedBody& body, View data);
Bytes write(const Credit& body);
Bytes write(const OnceBody& body);
Bytes write(const Tracks& body);
Bytes write(const FrameBody& body);
Bytes write(const AnswerBody& body);
Bytes write(const pipeline::AnalysisFigures& body);
Bytes write_sequences(const std::vector<std::uint64_t>& sequences);
Bytes write_notes(const std::vector<pipeline::FrameNote>& notes);
Bytes write_text(const std::string& text);
// Without the camera's id and who somebody is: the server knows.
Bytes write(const model::Observation& body);

Result<Welcome> read_welcome(View bytes);
Result<Hello> read_hello(View bytes);
Result<CameraBody> read_camera(View bytes);
Result<media::CodecParams> read_params(View bytes);
// The rest of the bytes is the packet's.
Result<PacketHead> read_packet_head(View bytes);
// DataLoss also on parameters that are not H.264's, and on a packet without bytes.
Result<RenderedBody> read_rendered(View bytes);
// DataLoss also on what cannot be one packet of Opus.
Result<SoundedBody> read_sounded(View bytes);
Result<Credit> read_credit(View bytes);
Result<OnceBody> read_once(View bytes);
Result<Tracks> read_tracks(View bytes);
Result<FrameBody> read_frame(View bytes);
Result<AnswerBody> read_answer(View bytes);
Result<pipeline::AnalysisFigures> read_figures(View bytes);
Result<std::vector<std::uint64_t>> read_sequences(View bytes);
Result<std::vector<pipeline::FrameNote>> read_notes(View bytes);
Result<std::string> read_text(View bytes);
Result<model::Observation> read_observation(View bytes);

// The sides of a plane of such a picture; {0, 0} where the format has no such plane.
struct Sides {
  int width = 0, height = 0;
};
Sides plane_sides(media::PixelFormat format, int width, int height, int plane);
// Bytes of such a picture without padding.
std::size_t picture_bytes(media::PixelFormat format, int width, int height);

}  // namespace vigil::analyser
