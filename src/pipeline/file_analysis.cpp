#include "pipeline/file_analysis.h"

#include <thread>
#include <utility>

#include "base/queue.h"

namespace vigil::pipeline {
namespace {

// Enough that neither thread waits for the other's odd long picture; a 4K picture is 12 MB.
constexpr std::size_t kAhead = 3;

struct Decoded {
  media::FramePtr frame;
  Nanos decode{0};
  SteadyTime began;
};
using Queue = BoundedQueue<Decoded, WhenFull::Block>;

// Decodes until the end; the error that ended it, if it did.
std::optional<Error> decode_all(media::VideoFile& file, Queue& queue, std::stop_token stop, WallTime begins,
                                Clock& clock) {
  std::uint64_t number = 0;
  while (!stop.stop_requested()) {
    const auto began = clock.steady();
    auto read = file.read();
    if (!read) return std::move(read).error();
    if (*read == nullptr) break;
    auto frame = std::make_shared<media::Frame>(**read);
    frame->sequence = ++number;
    frame->captured = begins + std::chrono::duration_cast<std::chrono::microseconds>(frame->pts);
    if (!queue.push({std::move(frame), clock.steady() - began, began}, stop)) break;
  }
  return std::nullopt;
}

}  // namespace

Result<FileFigures> analyse_file(
    media::VideoFile& file, Analysis& analysis,
    const std::function<Result<void>(const media::FramePtr&, const std::optional<model::Observation>&)>& each,
    std::stop_token stop, WallTime begins, Clock& clock, const std::function<void(model::Observation&)>& refine) {
  FileFigures figures;
  Queue queue(kAhead);
  std::optional<Error> decode_error;
  Result<void> outcome;
  {
    std::jthread decoder([&](std::stop_token ended) {
      decode_error = decode_all(file, queue, ended, begins, clock);
      queue.close();
    });
    int width = 0, height = 0;
    while (auto next = queue.pop(stop)) {
      const auto& frame = *next->frame;
      figures.sizes_changed |= width != 0 && (frame.width != width || frame.height != height);
      width = frame.width, height = frame.height;
      ++figures.frames;
      model::StageTimes so_far;
      so_far.decode = next->decode;
      so_far.total = clock.steady() - next->began;
      so_far.wait = so_far.total - so_far.decode;
      auto seen = analysis.see(next->frame, so_far);
      if (seen && refine) refine(*seen);
      outcome = each(next->frame, seen);
      if (!outcome.ok() || stop.stop_requested()) break;
    }
    decoder.request_stop();
  }
  if (!outcome.ok()) return std::move(outcome).error();
  figures.stopped = stop.stop_requested();
  // What was seen until then is not lost for a file that cannot be decoded any further.
  if (decode_error && figures.frames == 0) return std::move(*decode_error);
  figures.broken = file.trouble().broken;
  figures.ended = decode_error ? decode_error->message : file.trouble().ended;
  return figures;
}

}  // namespace vigil::pipeline
