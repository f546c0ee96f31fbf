#include "pipeline/rendition_streams.h"

#include <utility>
#include <vector>

namespace vigil::pipeline {
namespace {

// Players join at the newest key frame, which comes every two seconds.
constexpr stream::Limits kLimits{16u << 20, std::chrono::seconds(10)};

}  // namespace

HeldStream RenditionStreams::open(model::Rendition rendition) {
  MutexLock lock(mutex_);
  auto& one = streams_[rendition];
  if (!one.stream) one.stream = std::make_shared<stream::Stream>(kLimits);
  if (closed_) one.stream->close();
  return {one.stream, one.hold.take(clock_.steady())};
}

model::Renditions RenditionStreams::wanted() {
  std::vector<std::shared_ptr<stream::Stream>> over;
  model::Renditions out;
  {
    MutexLock lock(mutex_);
    const auto now = clock_.steady();
    for (auto& [rendition, one] : streams_) {
      if (!one.stream) continue;
      const bool on = one.hold.is_held(now, linger_);
      out.set(rendition, on);
      if (!on) over.push_back(std::exchange(one.stream, nullptr));
    }
  }
  for (const auto& stream : over) stream->close();
  return out;
}

model::Renditions RenditionStreams::running() const {
  MutexLock lock(mutex_);
  model::Renditions out;
  for (const auto& [rendition, one] : streams_) out.set(rendition, one.stream != nullptr);
  return out;
}

void RenditionStreams::publish(model::Rendition rendition, media::Packet packet) {
  std::shared_ptr<stream::Stream> stream;
  {
    MutexLock lock(mutex_);
    stream = streams_[rendition].stream;
  }
  // A stream has one writer, but pictures and sound come from two threads.
  MutexLock lock(publishing_);
  if (stream) stream->publish(std::move(packet));
}

void RenditionStreams::publish_audio(const media::Packet& packet) {
  for (const auto rendition : model::kRenditions) {
    if (running().has(rendition)) publish(rendition, packet);
  }
}

void RenditionStreams::close() {
  MutexLock lock(mutex_);
  closed_ = true;
  for (auto& [rendition, one] : streams_) {
    if (one.stream) one.stream->close();
  }
}

}  // namespace vigil::pipeline
