#include <unistd.h>

#include <cstdio>
#include <memory>
#include <thread>
#include <utility>

#include "extract/attended.h"
#include "media/clip.h"
#include "media/image.h"
#include "media/video_writer.h"

namespace vigil::extract {
namespace {

media::FramePtr grey_picture() {
  constexpr int kSide = 64;
  auto pixels = std::make_shared<Bytes>(kSide * kSide, 128);
  auto frame = std::make_shared<media::Frame>();
  frame->format = media::PixelFormat::Gray;
  frame->width = frame->height = kSide;
  frame->planes[0] = {pixels->data(), kSide, kSide, kSide};
  frame->owner = std::move(pixels);
  return frame;
}

}  // namespace

void exit_without_memory() {
  ::_exit(kNoMemory);
}

void warm_up_child(bool encoder) {
  std::fputs("\n", stdout);
  std::fflush(stdout);
  std::thread([] {}).join();  // the first one sets up a handler of signals
  media::warm_up_clips();
  const auto picture = grey_picture();
  if (const auto jpeg = media::encode_jpeg(*picture, {.max_width = 32}); jpeg) {
    static_cast<void>(media::decode_image(*jpeg));
  }
  static_cast<void>(media::encode_png(*picture));
  if (!encoder) return;
  if (auto video = media::make_memory_video(32, 32, 5); video) {
    static_cast<void>((*video)->write(picture));
    static_cast<void>((*video)->finish());
  }
}

}  // namespace vigil::extract
