#include "extract/messages.h"

#include <gtest/gtest.h>

#include <limits>

#include "extract/facts.h"

namespace vigil::extract {
namespace {

Begin full_begin() {
  Begin out;
  out.request.cadence = Cadence::Times;
  out.request.times = {std::chrono::milliseconds(5), std::chrono::milliseconds(70000)};
  out.request.format = PictureFormat::Png;
  out.request.max_width = 640;
  out.request.after = Ticks(12345);
  out.request.preview = true;
  out.size = 1ull << 33;
  out.distant = true;
  out.memory_bytes = 1u << 30;
  out.threads = 3;
  out.sandbox = false;
  return out;
}

VideoFacts full_facts() {
  VideoFacts out;
  out.format = "mov";
  out.codec = "h264";
  out.width = 1920;
  out.height = 1080;
  out.rotation = 90;
  out.fps = 29.97;
  out.duration_ms = 60000;
  out.audio = AudioFacts{"aac", 48000, 2};
  out.created = "2026-01-01T00:00:00.000Z";
  out.tags = {{"title", "Straße"}};
  return out;
}

TEST(ExtractMessages, ComeBackAsTheyWere) {
  EXPECT_EQ(*read_begin(write(full_begin())), full_begin());
  EXPECT_EQ(*read_facts(write(full_facts())), full_facts());
  const PictureNote note{PictureKind::Best, Ticks(-7), 41, true, 640, 360};
  const Bytes bytes = {1, 2, 3};
  const auto message = write(note, bytes);
  const auto picture = read_picture(message);
  ASSERT_TRUE(picture.ok());
  EXPECT_EQ(picture->note, note);
  EXPECT_TRUE(std::equal(picture->bytes.begin(), picture->bytes.end(), bytes.begin(), bytes.end()));
  EXPECT_EQ(*read_progress(write_progress(0.25)), 0.25);
  EXPECT_EQ(*read_want(write_want(1ull << 40)), 1ull << 40);
  EXPECT_EQ(*read_given(write(BlockRun{7, 8})), (BlockRun{7, 8}));
  End end;
  end.summary.pictures = 9;
  end.summary.ended = "broken off";
  end.error = make_error(ErrorKind::UnsupportedMedia, "No video.", "media.no_video");
  const auto back = read_end(write(end));
  ASSERT_TRUE(back.ok() && back->error);
  EXPECT_EQ(back->summary, end.summary);
  EXPECT_EQ(back->error->code, "media.no_video");
}

TEST(ExtractMessages, WhatIsCutOffOrTooLongIsRefused) {
  for (const auto& whole : {write(full_begin()), write(full_facts()), write(PictureNote{}, Bytes{1}), write(End{})}) {
    for (std::size_t size = 0; size <= whole.size() + 1; ++size) {
      if (size == whole.size()) continue;
      Bytes bytes = whole;
      bytes.resize(size);
      EXPECT_FALSE(read_begin(bytes).ok() && size < whole.size() && whole == write(full_begin()));
      EXPECT_FALSE(read_facts(bytes).ok() && whole == write(full_facts()));
      EXPECT_FALSE(read_end(bytes).ok() && whole == write(End{}));
    }
  }
}

TEST(ExtractMessages, ATakenOverChildCannotSayWhatMakesNoSense) {
  auto facts = full_facts();
  facts.width = 0;
  EXPECT_FALSE(read_facts(write(facts)).ok());
  facts = full_facts();
  facts.fps = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(read_facts(write(facts)).ok());
  facts = full_facts();
  facts.tags.assign(kMaxTags + 1, {"a", "b"});
  EXPECT_FALSE(read_facts(write(facts)).ok());
  EXPECT_FALSE(read_picture(write(PictureNote{.width = 640, .height = 70000}, Bytes{1})).ok());
  EXPECT_FALSE(read_picture(write(PictureNote{.width = 640, .height = 480}, Bytes{})).ok());
  EXPECT_FALSE(read_progress(write_progress(1.5)).ok());
  EXPECT_FALSE(read_want(Bytes(7)).ok());
  EXPECT_FALSE(read_want(Bytes(9)).ok());
  EXPECT_FALSE(read_given(write(BlockRun{7, 0})).ok());
  End end;
  end.error = make_error(ErrorKind::Internal, "x", "Not A Code");
  EXPECT_FALSE(read_end(write(end)).ok());
}

TEST(ExtractMessages, AHeaderAnnouncesNoMoreThanMayCome) {
  auto bytes = encode(Header{Type::Picture, kMaxBody});
  EXPECT_EQ(*decode_header(bytes), (Header{Type::Picture, kMaxBody}));
  EXPECT_FALSE(decode_header(encode(Header{Type::Picture, kMaxBody + 1})).ok());
  EXPECT_FALSE(decode_header(encode(Header{static_cast<Type>(77), 0})).ok());
  bytes[0] ^= 1;
  EXPECT_FALSE(decode_header(bytes).ok());
}

TEST(VideoFacts, AreCleanedOfWhatAForeignFileMaySay) {
  media::ClipInfo info;
  info.width = 640;
  info.height = 480;
  info.turns = 1;
  info.tags = {{"Title",
                "a\x01"
                "b\n" +
                    std::string(1000, 'x')},
               {"location", "+52.5+13.4/"},
               {"com.apple.quicktime.location.ISO6709", "+52.5+13.4/"},
               {"creation_time", "2026-03-01T10:00:00Z"},
               {"handler_name", "VideoHandler"},
               {"comment", "caf\xe9"},
               {"title", "another"},
               {"empty", " \t "}};
  const auto facts = facts_of(info, false);
  EXPECT_EQ(facts.width, 480);
  EXPECT_EQ(facts.rotation, 90);
  ASSERT_EQ(facts.tags.size(), 2u);
  EXPECT_EQ(facts.tags[0].first, "title");
  EXPECT_EQ(facts.tags[0].second.substr(0, 5), "a b x");
  EXPECT_EQ(facts.tags[0].second.size(), kMaxTagText);
  EXPECT_EQ(facts.tags[1].second, "caf?");
  EXPECT_TRUE(facts.had_location);
  EXPECT_EQ(facts.created, "2026-03-01T10:00:00.000Z");
  EXPECT_EQ(facts_of(info, true).tags.size(), 4u);
  // Whatever is in there, the other side takes it.
  EXPECT_TRUE(read_facts(write(facts)).ok() || facts.format.empty());
}

}  // namespace
}  // namespace vigil::extract
