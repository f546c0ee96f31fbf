#include "analyser/messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>

namespace vigil::analyser {
namespace {

model::Observation sample_observation() {
  model::Observation out;
  out.sequence = 77;
  out.pts = Ticks(-90000);
  out.captured = from_unix_seconds(1'700'000'000.5);
  out.width = 1920;
  out.height = 1080;
  out.detected = true;
  out.motion_score = 0.25;
  out.motion_area = 5000;
  out.motion = {{1, 2, 3, 4}, {-5, 0, 7, 8}};
  out.model = "yolox@1";
  out.device = "cpu";
  out.times.queued = Nanos(1);
  out.times.total = Nanos(9);
  model::SeenObject object;
  object.track_id = 12;
  object.state = model::TrackState::Coasting;
  object.label = "persona móvil";
  object.class_id = 0;
  object.confidence = 0.5F;
  object.box = {1, 2, 30, 40};
  object.detected = model::Box{1.5F, 2, 30, 40};
  object.stationary = true;
  object.mask = model::Mask{4, 4, {3, 5, 8}};
  object.attributes = {{"upper_colour", "red", 0.9F, "attributes@1"}};
  object.appearance = std::make_shared<const model::Appearance>(model::Appearance{"osnet@1", {0.6F, 0, -0.8F}});
  object.subject_id = 3;
  out.objects = {object, {}};
  out.scene = model::Scene{"day", "In good light: one person.", 0.8F, ""};
  return out;
}

pipeline::FrameNote sample_note() {
  pipeline::FrameNote note;
  note.sequence = 5;
  note.pts = Ticks(4500);
  note.captured = from_unix_seconds(1000);
  note.format = media::PixelFormat::I422;
  note.full_range = true;
  note.width = 641;
  note.height = 481;
  note.bytes = picture_bytes(note.format, note.width, note.height);
  return note;
}

FrameBody sample_frame() {
  FrameBody body;
  body.note = sample_note();
  body.planes[0] = {0, 704};
  body.planes[1] = {704 * 481, 352};
  body.planes[2] = {704 * 481 + 352 * 481, 352};
  body.file_bytes = 704 * 481 + 2 * 352 * 481;
  return body;
}

CameraBody sample_camera() {
  CameraBody camera;
  camera.id = "door";
  camera.analysis.motion.sensitivity = 70;
  camera.analysis.motion.masks = {{{0, 0}, {0.5, 0}, {0, 0.5}}};
  camera.analysis.analysis.enabled = true;
  camera.analysis.analysis.model = "yolox";
  camera.analysis.analysis.classes = {"person", "car"};
  camera.analysis.analysis.class_confidence = {{"person", 0.4}};
  camera.analysis.analysis.rate.mode = model::RateMode::Economic;
  camera.analysis.analysis.masks = {{{0, 0}, {1, 0}, {1, 1}}};
  camera.analysis.analysis.plates = true;
  camera.kept_bytes = 48u << 20;
  camera.kept_ms = 5000;
  return camera;
}

TEST(Messages, AnObservationComesBackAsItWas) {
  const auto out = sample_observation();
  const auto in = read_observation(write(out));
  ASSERT_TRUE(in.ok()) << in.error().message;
  EXPECT_EQ(write(*in), write(out)) << "the same again";
  EXPECT_EQ(in->sequence, 77u);
  EXPECT_EQ(in->motion_area, 5000);
  ASSERT_EQ(in->objects.size(), 2u);
  const auto& object = in->objects[0];
  EXPECT_EQ(object.label, "persona móvil");
  EXPECT_EQ(object.detected, out.objects[0].detected);
  EXPECT_EQ(object.mask, out.objects[0].mask);
  EXPECT_EQ(object.attributes, out.objects[0].attributes);
  EXPECT_FALSE(in->objects[1].detected);
  ASSERT_NE(object.appearance, nullptr);
  EXPECT_EQ(*object.appearance, *out.objects[0].appearance);
  EXPECT_EQ(in->objects[1].appearance, nullptr);
  EXPECT_EQ(in->scene, out.scene);
  EXPECT_EQ(object.subject_id, 0u) << "a child knows one camera only";
  EXPECT_EQ(in->camera_id, "") << "the server knows better whose it is";
}

TEST(Messages, WhatAModelInventsDoesNotCostTheProcess) {
  auto out = sample_observation();
  out.objects[0].confidence = std::numeric_limits<float>::quiet_NaN();
  out.objects[0].box.width = -std::numeric_limits<float>::infinity();
  out.objects[0].label = "two\nlines\xff";
  out.motion_score = 7;
  const auto in = read_observation(write(out));
  ASSERT_TRUE(in.ok());
  EXPECT_EQ(in->objects[0].confidence, 0);
  EXPECT_EQ(in->objects[0].label, "two?lines?");
  EXPECT_EQ(in->motion_score, 1);
}

TEST(Messages, WhatIsNoAppearanceIsNotSent) {
  const auto sent = [](std::vector<float> values) {
    auto out = sample_observation();
    out.objects[0].appearance = std::make_shared<const model::Appearance>(model::Appearance{"m", std::move(values)});
    const auto in = read_observation(write(out));
    EXPECT_TRUE(in.ok());
    return in.ok() && in->objects[0].appearance != nullptr;
  };
  EXPECT_TRUE(sent({1, 0}));
  EXPECT_FALSE(sent({}));
  EXPECT_FALSE(sent({1, 1}));
  EXPECT_FALSE(sent({std::numeric_limits<float>::quiet_NaN(), 1}));
  EXPECT_FALSE(sent(std::vector<float>(4097, 1 / std::sqrt(4097.F))));
  EXPECT_TRUE(sent(std::vector<float>(4096, 1 / 64.F)));
}

TEST(Messages, AnAppearanceThatIsNoneIsRefused) {
  auto out = sample_observation();
  auto bytes = write(out);
  const float length = -0.8F;
  const auto* wanted = reinterpret_cast<const std::uint8_t*>(&length);
  const auto at = std::search(bytes.begin(), bytes.end(), wanted, wanted + sizeof length);
  ASSERT_NE(at, bytes.end());
  const auto with = [&](float value) {
    std::memcpy(&*at, &value, sizeof value);
    return read_observation(bytes).ok();
  };
  EXPECT_TRUE(with(0.8F));
  EXPECT_FALSE(with(0.9F)) << "not of unit length";
  EXPECT_FALSE(with(std::numeric_limits<float>::infinity()));
  EXPECT_FALSE(with(std::numeric_limits<float>::max()));
}

// The longest message is two mebibytes, whatever models find.
TEST(Messages, MasksAndAppearancesBeyondWhatOneMessageCarriesAreLeftOut) {
  auto out = sample_observation();
  model::SeenObject rich = out.objects[0];
  rich.mask = model::Mask{4096, 4096, std::vector<std::uint32_t>(60'000, 1)};
  rich.appearance =
      std::make_shared<const model::Appearance>(model::Appearance{"m", std::vector<float>(4096, 1 / 64.F)});
  out.objects.assign(100, rich);
  const auto bytes = write(out);
  EXPECT_LT(bytes.size(), kMaxToServer);
  const auto in = read_observation(bytes);
  ASSERT_TRUE(in.ok());
  EXPECT_EQ(in->objects.size(), 100u);
  EXPECT_TRUE(in->objects[1].mask && in->objects[31].appearance);
  EXPECT_FALSE(in->objects[2].mask || in->objects[32].appearance);
}

TEST(Messages, TheOthersComeBackAsTheyWere) {
  const Welcome welcome{kProtocol,
                        4,
                        true,
                        1ull << 32,
                        {{"yolox", "/models/yolox", ""}, {"", "classic", ""}, {"shop", "", "there is none"}},
                        {true, false, true},
                        {{"find_plates", "/models/plates"}, {"appearance", "/models/osnet"}}};
  EXPECT_EQ(*read_welcome(write(welcome)), welcome);
  Hello hello;
  hello.sandbox = {true, 7, true, true, false, "oom_score_adj: read-only"};
  hello.problems = {"no such model"};
  EXPECT_EQ(*read_hello(write(hello)), hello);
  EXPECT_EQ(*read_camera(write(sample_camera())), sample_camera());
  media::CodecParams params;
  params.codec = media::Codec::H265;
  params.width = 3840;
  params.height = 2160;
  params.reorder_depth = 2;
  params.extradata = {1, 2, 3};
  EXPECT_EQ(*read_params(write(params)), params);
  media::CodecParams heard;
  heard.kind = media::TrackKind::Audio;
  heard.codec = media::Codec::Aac;
  heard.sample_rate = 16000;
  heard.channels = 2;
  heard.extradata = {0x14, 0x10};
  EXPECT_EQ(*read_params(write(heard)), heard);
  const Credit credit{64, 2000, 8u << 20};
  EXPECT_EQ(*read_credit(write(credit)), credit);
  const OnceBody once{-1, 100, 12};
  EXPECT_EQ(*read_once(write(once)), once);
  const AnswerBody answer{false, 3, "no such picture", 2};
  EXPECT_EQ(*read_answer(write(answer)), answer);
  EXPECT_EQ(*read_sequences(write_sequences({1, 5, 9})), (std::vector<std::uint64_t>{1, 5, 9}));
  EXPECT_EQ(*read_notes(write_notes({sample_note()})), std::vector{sample_note()});
  EXPECT_EQ(*read_text(write_text("a\tb")), "a?b");
  vision::TrackSeed seed;
  seed.id = 9;
  seed.box = {1, 2, 3, 4};
  seed.last_seen = Nanos(55);
  const auto tracks = read_tracks(write(Tracks{10, {seed}, {{9, {{"hat", "yes", 0.5F, "m"}}}}}));
  ASSERT_TRUE(tracks.ok());
  EXPECT_EQ(tracks->next_id, 10u);
  EXPECT_EQ(tracks->seeds.at(0).box, seed.box);
  EXPECT_EQ(tracks->recognised.at(9).at(0), (model::Attribute{"hat", "yes", 0.5F, "m"}));
  EXPECT_EQ(tracks->seeds.at(0).last_seen, seed.last_seen);
  const auto frame = read_frame(write(sample_frame()));
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->note, sample_note());
  pipeline::AnalysisFigures figures;
  figures.fps = 12.5;
  figures.looks = 17;
  figures.look_ms = 40.5;
  figures.degraded = "too slow";
  const auto told = read_figures(write(figures));
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->degraded, "too slow");
  EXPECT_EQ(told->looks, 17u);
  EXPECT_EQ(told->look_ms, 40.5);
  const auto head = write(PacketHead{1, 2, 3});
  EXPECT_EQ(head.size(), kPacketHeadBytes);
  EXPECT_FALSE(read_packet_head(head).ok()) << "a packet has bytes";
}

// Each of these would make the server read beyond the memory file.
TEST(Messages, APacketOfARenditionComesBackAsItWas) {
  const Bytes data{1, 2, 3};
  RenderedBody body;
  body.head = {9000, 9000, 1'700'000'000'000'000};
  body.params.emplace();
  body.params->codec = media::Codec::H264;
  body.params->width = 640;
  body.params->extradata = {1, 2, 3, 4};
  for (const bool with_params : {true, false}) {
    if (!with_params) body.params.reset();
    const auto bytes = write(body, data);
    const auto read = read_rendered(bytes);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read->params.has_value(), with_params);
    if (with_params) {
      EXPECT_EQ(read->params->extradata, body.params->extradata);
    }
    EXPECT_EQ(read->head.pts, 9000);
    EXPECT_EQ(Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(read->data_at), bytes.end()), data);
    for (std::size_t size = 0; size + data.size() <= bytes.size(); ++size) {
      EXPECT_FALSE(read_rendered(View(bytes).first(size)).ok()) << size;
    }
  }
  body.params.emplace();
  body.params->codec = media::Codec::H265;
  EXPECT_FALSE(read_rendered(write(body, data)).ok());
}

TEST(Messages, PlanesBeyondTheirFileAreRefused) {
  const auto spoilt = [](const std::function<void(FrameBody&)>& spoil) {
    auto body = sample_frame();
    spoil(body);
    return !read_frame(write(body)).ok();
  };
  EXPECT_FALSE(spoilt([](FrameBody&) {}));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.file_bytes = 0; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.file_bytes = ~0ull; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.file_bytes -= 100; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.planes[2].offset += 100; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.planes[1].offset = ~0ull - 5; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.planes[0].stride = 640; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.planes[0].stride = ~0u; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.note.width = 0; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.note.height = -1; }));
  EXPECT_TRUE(spoilt([](FrameBody& b) { b.note.width = b.note.height = 65000; }));
}

TEST(Messages, CutOffBodiesAndRestsAreRefused) {
  const auto all = [](const Bytes& whole, const std::function<bool(View)>& reads) {
    ASSERT_TRUE(reads(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(reads(View(whole).first(size))) << size;
    auto longer = whole;
    longer.push_back(0);
    EXPECT_FALSE(reads(longer));
  };
  all(write(sample_observation()), [](View v) { return read_observation(v).ok(); });
  all(write(sample_camera()), [](View v) { return read_camera(v).ok(); });
  all(write(sample_frame()), [](View v) { return read_frame(v).ok(); });
  all(write(Hello{}), [](View v) { return read_hello(v).ok(); });
  all(write(Welcome{}), [](View v) { return read_welcome(v).ok(); });
  all(write_notes({sample_note()}), [](View v) { return read_notes(v).ok(); });
  all(write(Tracks{10, {{}}}), [](View v) { return read_tracks(v).ok(); });
  all(write(AnswerBody{}), [](View v) { return read_answer(v).ok(); });
}

// A count is believed only as far as there are bytes for it: four bytes must not cost gigabytes.
TEST(Messages, AHugeCountCostsNothing) {
  const Bytes huge = {0xff, 0xff, 0xff, 0xff};
  EXPECT_FALSE(read_sequences(huge).ok());
  EXPECT_FALSE(read_notes(huge).ok());
  EXPECT_FALSE(read_text(huge).ok());
}

TEST(Messages, WhatGetsThroughIsWithinBounds) {
  std::mt19937 random(7);
  const auto good = write(sample_observation());
  int through = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = good;
    for (int n = 0; n < 3; ++n) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    const auto read = read_observation(bytes);
    if (!read.ok()) continue;
    ++through;
    ASSERT_GT(read->width, 0);
    ASSERT_GE(read->motion_score, 0);
    for (const auto& object : read->objects) {
      ASSERT_GE(object.confidence, 0);
      ASSERT_LE(object.confidence, 1);
      ASSERT_EQ(object.label.find('\n'), std::string::npos);
    }
  }
  EXPECT_GT(through, 100);
}

}  // namespace
}  // namespace vigil::analyser
