#include "screening/messages.h"

#include <gtest/gtest.h>

namespace vigil::screening {
namespace {

Begin full_begin() {
  Begin out;
  out.request.analysis.enabled = true;
  out.request.analysis.model = "yolox-nano";
  out.request.analysis.rate = {model::RateMode::FixedFps, 1, 2.5};
  out.request.analysis.classes = {"person", "car"};
  out.request.analysis.plates = true;
  out.request.annotate = true;
  out.request.max_duration = std::chrono::hours(1);
  out.places = {"/models/yolox-nano/1", {{"find_plates", "/models/plates/2"}}};
  out.size = 1ull << 33;
  out.distant = true;
  out.memory_bytes = 1u << 30;
  out.threads = 3;
  out.sandbox = false;
  return out;
}

TEST(ScreeningMessages, ComeBackAsTheyWere) {
  EXPECT_EQ(*read_begin(write(full_begin())), full_begin());
  const Bytes bytes = {1, 2, 3};
  const auto message = write(VideoPiece{77, bytes});
  const auto piece = read_video(message);
  ASSERT_TRUE(piece.ok());
  EXPECT_EQ(piece->offset, 77u);
  EXPECT_EQ(Bytes(piece->bytes.begin(), piece->bytes.end()), bytes);
  End end;
  end.summary = {100, 50, 40, 1, 2, true, "broken off", "no such class"};
  const auto back = read_end(write(end));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->summary, end.summary);
  EXPECT_FALSE(back->error);
  end.error = make_error(ErrorKind::NotFound, "There is no model x.", "model.not_found");
  EXPECT_EQ(read_end(write(end))->error->code, "model.not_found");
}

TEST(ScreeningMessages, WhatIsCutOffOrTooLongIsRefused) {
  const Bytes bytes(100, 1);
  for (const auto& whole : {write(full_begin()), write(VideoPiece{1, bytes}), write(End{})}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const View part(whole.data(), size);
      EXPECT_FALSE(read_begin(part).ok() && read_video(part).ok() && read_end(part).ok());
    }
    auto longer = whole;
    longer.push_back(0);
    EXPECT_FALSE(read_begin(longer).ok() || read_video(longer).ok() || read_end(longer).ok());
  }
  EXPECT_FALSE(read_video(write(VideoPiece{0, {}})).ok()) << "nothing";
  EXPECT_FALSE(read_video(write(VideoPiece{0, Bytes(kMostPiece + 1, 0)})).ok());
  EXPECT_FALSE(read_video(write(VideoPiece{UINT64_MAX, bytes})).ok());
}

}  // namespace
}  // namespace vigil::screening
