#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "media/frame.h"

namespace vigil::vision {

struct Colour {
  std::uint8_t y, u, v;
};
constexpr Colour kBlack{16, 128, 128};

// A copy of a picture, as I420, that is drawn upon: rows are filled, never single dots where it can be helped. Whatever
// lies outside is left out.
class Sheet {
 public:
  // Chroma of other layouts is sampled; a grey picture gets grey chroma.
  explicit Sheet(const media::Frame& from);

  int width() const { return frame_->width; }
  int height() const { return frame_->height; }

  // Columns x0 to x1 and rows y0 to y1, without the last ones.
  void fill(int x0, int y0, int x1, int y1, Colour colour);
  // The same, half of it shining through.
  void tint(int x0, int y0, int x1, int y1, Colour colour);
  // So many dots thick.
  void line(int x0, int y0, int x1, int y1, int thickness, Colour colour);

  media::FramePtr take() { return std::move(frame_); }

 private:
  struct Span {
    int x0, y0, x1, y1;
  };
  template <class Row>
  void rows(Span span, Colour colour, Row row);
  std::uint8_t* at(std::size_t plane, int x, int y) {
    return rows_[plane] + static_cast<std::ptrdiff_t>(y) * frame_->planes[plane].stride + x;
  }
  void copy(const media::Plane& from, int plane);

  std::shared_ptr<media::Frame> frame_;
  std::array<std::uint8_t*, 3> rows_{};
};

}  // namespace vigil::vision
