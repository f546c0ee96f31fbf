#include "analyser/messages.h"

#include "analyser/attribute_message.h"
#include "media/opus.h"
#include "sandbox/bytes.h"
#include "sandbox/reading.h"

namespace vigil::analyser {
namespace {

using namespace sandbox;

constexpr std::size_t kMaxLabel = 100;  // as model cards have it
constexpr std::size_t kMaxList = 4096;
constexpr std::size_t kMaxSeeds = 4096;
constexpr std::size_t kMaxRecognised = 1000, kMaxAttributes = 16;
constexpr std::size_t kMaxParams = 1u << 20;
constexpr std::int32_t kMaxSampleRate = 1 << 20, kMaxChannels = 255;

void put(Writer& out, const std::vector<std::string>& list) {
  out.count(list.size());
  for (const auto& each : list) put_shown(out, each);
}

std::vector<std::string> list_from(Reader& in) {
  std::vector<std::string> out(in.count(kMaxList, 4));
  for (auto& each : out) each = shown_text(in);
  return out;
}

}  // namespace

Bytes write(const Welcome& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.protocol);
  out.put(body.threads);
  out.put(static_cast<std::uint8_t>(body.sandbox));
  out.put(body.memory_bytes);
  out.count(body.models.size());
  for (const auto& model : body.models) {
    out.text(model.name);
    out.text(model.place);
    put_shown(out, model.problem);
  }
  for (const bool on : {body.recognition.plates, body.recognition.attributes, body.recognition.appearance}) {
    out.put(static_cast<std::uint8_t>(on));
  }
  out.count(body.recognisers.size());
  for (const auto& [task, place] : body.recognisers) {
    out.text(task);
    out.text(place);
  }
  return bytes;
}

Result<Welcome> read_welcome(View bytes) {
  Reader in(bytes);
  Welcome body;
  body.protocol = in.get<std::uint16_t>();
  body.threads = in.within<std::uint16_t>(1, 256);
  body.sandbox = in.flag();
  body.memory_bytes = in.get<std::uint64_t>();
  body.models.resize(in.count(kMaxList, 12));
  for (auto& model : body.models) {
    model.name = in.text(kMaxText);
    model.place = in.text(kMaxText);
    model.problem = shown_text(in);
  }
  for (bool* on : {&body.recognition.plates, &body.recognition.attributes, &body.recognition.appearance}) {
    *on = in.flag();
  }
  for (auto left = in.count(kMaxList, 8); left > 0; --left) {
    auto task = in.text(kMaxText);
    body.recognisers[std::move(task)] = in.text(kMaxText);
  }
  return finished(in, std::move(body), "welcome");
}

Bytes write(const Hello& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.protocol);
  out.put(static_cast<std::uint8_t>(body.sandbox.no_new_privileges));
  out.put(static_cast<std::int32_t>(body.sandbox.landlock));
  out.put(static_cast<std::uint8_t>(body.sandbox.seccomp));
  out.put(static_cast<std::uint8_t>(body.sandbox.memory_limit));
  out.put(static_cast<std::uint8_t>(body.sandbox.dies_first));
  put_shown(out, body.sandbox.remark);
  put(out, body.problems);
  return bytes;
}

Result<Hello> read_hello(View bytes) {
  Reader in(bytes);
  Hello body;
  body.protocol = in.get<std::uint16_t>();
  body.sandbox.no_new_privileges = in.flag();
  body.sandbox.landlock = in.within<std::int32_t>(0, 1000);
  body.sandbox.seccomp = in.flag();
  body.sandbox.memory_limit = in.flag();
  body.sandbox.dies_first = in.flag();
  body.sandbox.remark = shown_text(in);
  body.problems = list_from(in);
  return finished(in, std::move(body), "hello");
}

Bytes write(const media::CodecParams& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(static_cast<std::uint8_t>(body.codec));
  out.put(static_cast<std::int32_t>(body.width));
  out.put(static_cast<std::int32_t>(body.height));
  out.put(static_cast<std::int32_t>(body.reorder_depth));
  out.put(static_cast<std::uint8_t>(body.kind == media::TrackKind::Audio));
  out.put(static_cast<std::int32_t>(body.sample_rate));
  out.put(static_cast<std::int32_t>(body.channels));
  out.bytes(body.extradata);
  return bytes;
}

Result<media::CodecParams> read_params(View bytes) {
  Reader in(bytes);
  media::CodecParams body;
  body.codec = static_cast<media::Codec>(in.within<std::uint8_t>(0, static_cast<std::uint8_t>(media::Codec::Other)));
  body.width = in.within<std::int32_t>(0, kMaxSide);
  body.height = in.within<std::int32_t>(0, kMaxSide);
  body.reorder_depth = in.within<std::int32_t>(0, 64);
  body.kind = in.flag() ? media::TrackKind::Audio : media::TrackKind::Video;
  body.sample_rate = in.within<std::int32_t>(0, kMaxSampleRate);
  body.channels = in.within<std::int32_t>(0, kMaxChannels);
  const auto extradata = in.view(kMaxParams);
  body.extradata.assign(extradata.begin(), extradata.end());
  return finished(in, std::move(body), "codec parameters");
}

Bytes write(const PacketHead& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.pts);
  out.put(body.dts);
  out.put(body.received_us);
  return bytes;
}

Result<PacketHead> read_packet_head(View bytes) {
  Reader in(bytes);
  PacketHead body;
  body.pts = in.get<std::int64_t>();
  body.dts = in.get<std::int64_t>();
  body.received_us = in.get<std::int64_t>();
  if (!in.ok() || in.left() == 0) return nonsense("packet");
  return body;
}

Bytes write(const RenderedBody& body, View data) {
  Bytes bytes;
  Writer out(bytes);
  out.bytes(body.params ? write(*body.params) : Bytes());
  out.put(body.head.pts);
  out.put(body.head.dts);
  out.put(body.head.received_us);
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

Result<RenderedBody> read_rendered(View bytes) {
  Reader in(bytes);
  RenderedBody body;
  const auto params = in.view(kMaxParams);
  const auto head = in.left();
  if (!in.ok() || head > bytes.size()) return nonsense("rendition");
  if (!params.empty()) {
    VIGIL_ASSIGN(body.params, read_params(params));
    if (body.params->codec != media::Codec::H264 || body.params->kind != media::TrackKind::Video) {
      return nonsense("rendition");
    }
  }
  VIGIL_ASSIGN(body.head, read_packet_head(bytes.subspan(bytes.size() - head)));
  body.data_at = bytes.size() - head + kPacketHeadBytes;
  return body;
}

Bytes write(const SoundedBody& body, View data) {
  auto bytes = write(body.head);
  bytes.push_back(body.channels);
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

Result<SoundedBody> read_sounded(View bytes) {
  if (bytes.size() <= kSoundedHeadBytes || bytes.size() > kSoundedHeadBytes + media::kMostOpusBytes) {
    return nonsense("sound");
  }
  SoundedBody body;
  VIGIL_ASSIGN(body.head, read_packet_head(bytes));
  body.channels = bytes[kPacketHeadBytes];
  if (body.channels < 1 || body.channels > 2 || body.head.pts != body.head.dts) return nonsense("sound");
  return body;
}

Bytes write(const Credit& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.packets);
  out.put(body.media_ms);
  out.put(body.bytes);
  return bytes;
}

Result<Credit> read_credit(View bytes) {
  Reader in(bytes);
  Credit body;
  body.packets = in.within<std::uint32_t>(1, 4096);
  body.media_ms = in.within<std::uint32_t>(0, 60'000);
  body.bytes = in.within<std::uint32_t>(0, 256u << 20);
  return finished(in, body, "credit");
}

Bytes write(const Tracks& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.next_id);
  out.count(body.seeds.size());
  for (const auto& seed : body.seeds) {
    out.put(seed.id);
    out.put(static_cast<std::int32_t>(seed.class_id));
    for (const float value :
         {seed.score, seed.box.x, seed.box.y, seed.box.width, seed.box.height, seed.velocity_x, seed.velocity_y}) {
      out.put(value);
    }
    out.put(static_cast<std::int64_t>(seed.began.count()));
    out.put(static_cast<std::int64_t>(seed.last_seen.count()));
    put_shown(out, seed.label, kMaxLabel);
  }
  const auto most = std::min(body.recognised.size(), kMaxRecognised);
  out.count(most);
  auto left = most;
  for (const auto& [track, attributes] : body.recognised) {
    if (left-- == 0) break;
    out.put(track);
    put_attributes(out, attributes, kMaxAttributes);
  }
  return bytes;
}

Result<Tracks> read_tracks(View bytes) {
  Reader in(bytes);
  Tracks body;
  body.next_id = in.get<std::uint64_t>();
  body.seeds.resize(in.count(kMaxSeeds, 60));
  for (auto& seed : body.seeds) {
    seed.id = in.get<std::uint64_t>();
    seed.class_id = in.within<std::int32_t>(-1, 1 << 20);
    for (float* value : {&seed.score, &seed.box.x, &seed.box.y, &seed.box.width, &seed.box.height, &seed.velocity_x,
                         &seed.velocity_y}) {
      *value = in.get<float>();
    }
    seed.began = Nanos(in.get<std::int64_t>());
    seed.last_seen = Nanos(in.get<std::int64_t>());
    seed.label = shown_text(in, kMaxLabel);
  }
  for (auto left = in.count(kMaxRecognised, 12); left > 0; --left) {
    const auto track = in.get<std::uint64_t>();
    body.recognised[track] = attributes_from(in, kMaxAttributes);
  }
  return finished(in, std::move(body), "tracks");
}

Bytes write(const pipeline::AnalysisFigures& body) {
  Bytes bytes;
  Writer out(bytes);
  for (const auto number : {body.offered, body.analysed, body.detected, body.failed, body.looks}) out.put(number);
  out.put(body.fps);
  out.put(body.look_ms);
  put_shown(out, body.degraded);
  return bytes;
}

Result<pipeline::AnalysisFigures> read_figures(View bytes) {
  Reader in(bytes);
  pipeline::AnalysisFigures body;
  for (auto* number : {&body.offered, &body.analysed, &body.detected, &body.failed, &body.looks}) {
    *number = in.get<std::uint64_t>();
  }
  body.fps = in.within<double>(0, 100'000);
  body.look_ms = in.within<double>(0, 1e9);
  body.degraded = shown_text(in);
  return finished(in, std::move(body), "figures");
}

Bytes write_text(const std::string& text) {
  Bytes bytes;
  Writer out(bytes);
  put_shown(out, text);
  return bytes;
}

Result<std::string> read_text(View bytes) {
  Reader in(bytes);
  auto text = shown_text(in);
  return finished(in, std::move(text), "text");
}

}  // namespace vigil::analyser
