#include <cstddef>
#include <vector>

#include "pipeline/recognition.h"

namespace vigil::pipeline {
namespace {

constexpr int kWidth = 640, kHeight = 480;
constexpr model::Box kPlate{200, 200, 208, 44};

// Gray, with a white plate and black strokes on it: enough for every step of reading to have something to do.
media::FramePtr picture() {
  constexpr std::size_t kLuma = std::size_t{kWidth} * kHeight;
  auto samples = std::make_shared<std::vector<std::uint8_t>>(kLuma + kLuma / 2, 128);
  auto fill = [&](int left, int top, int width, int height, std::uint8_t value) {
    for (int y = top; y < top + height; ++y) {
      for (int x = left; x < left + width; ++x) (*samples)[static_cast<std::size_t>(y) * kWidth + x] = value;
    }
  };
  fill(200, 200, 208, 44, 235);
  for (int i = 0; i < 7; ++i) {
    const int left = 210 + 28 * i;
    fill(left, 207, 5, 30, 16);
    fill(left + 12, 207, 5, 30, 16);
    fill(left, 220, 17, 5, 16);
  }
  auto frame = std::make_shared<media::Frame>();
  frame->width = kWidth;
  frame->height = kHeight;
  frame->planes[0] = {samples->data(), kWidth, kWidth, kHeight};
  frame->planes[1] = {samples->data() + kLuma, kWidth / 2, kWidth / 2, kHeight / 2};
  frame->planes[2] = {samples->data() + kLuma + kLuma / 4, kWidth / 2, kWidth / 2, kHeight / 2};
  frame->bytes = samples->size();
  frame->owner = std::move(samples);
  return frame;
}

}  // namespace

// What they find is of no interest, and neither is an error: it comes again with the first real picture.
void warm_up(RecognitionTools& tools) {
  const auto frame = picture();
  const model::Box person{100, 50, 200, 400};
  if (tools.plate_finder) static_cast<void>(tools.plate_finder->find(*frame, {}));
  if (tools.plate_reader) {
    vision::PlateSpot spot;
    spot.box = kPlate;
    spot.corners = {{{kPlate.x, kPlate.y},
                     {kPlate.x + kPlate.width, kPlate.y},
                     {kPlate.x + kPlate.width, kPlate.y + kPlate.height},
                     {kPlate.x, kPlate.y + kPlate.height}}};
    if (const auto text = tools.plate_reader->read(*frame, spot); text) static_cast<void>(tools.formats.fit(*text));
  }
  for (const auto& reader : tools.persons) static_cast<void>(reader->read(*frame, person));
  if (tools.embedder) static_cast<void>(tools.embedder->embed(*frame, person));
  if (tools.colours) static_cast<void>(vision::colours(*frame, person, "person"));
}

}  // namespace vigil::pipeline
