#include "pipeline/recognition.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/sync.h"
#include "pipeline/analysis.h"
#include "pipeline/detector_fake.h"
#include "pipeline/scheduler.h"

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Says what it is told to, one after the other, and the last one for ever.
class ScriptedReader final : public vision::PlateReader {
 public:
  explicit ScriptedReader(std::vector<std::string> texts) : texts_(std::move(texts)) {}
  Result<vision::PlateText> read(const media::Frame&, const vision::PlateSpot&) override {
    const auto text = texts_[std::min(reads_++, texts_.size() - 1)];
    return vision::PlateText{text, std::vector<float>(text.size(), 0.8F), 0.8F};
  }
  const std::string& name() const override { return name_; }

 private:
  std::vector<std::string> texts_;
  std::size_t reads_ = 0;
  std::string name_ = "scripted";
};

class OneSpot final : public vision::PlateFinder {
 public:
  Result<std::vector<vision::PlateSpot>> find(const media::Frame&, const vision::Region& within) override {
    vision::PlateSpot spot;
    spot.box = {static_cast<float>(within.x), static_cast<float>(within.y), 100, 20};
    return std::vector{spot};
  }
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "one";
};

using Reads = std::atomic<int>;

// Lets nobody through until it is opened.
class Gate {
 public:
  void pass() VIGIL_NO_THREAD_SAFETY_ANALYSIS {
    MutexLock lock(mutex_);
    there_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for_reader() VIGIL_NO_THREAD_SAFETY_ANALYSIS {
    MutexLock lock(mutex_);
    changed_.wait(lock, [&] { return there_; });
  }
  void open() VIGIL_NO_THREAD_SAFETY_ANALYSIS {
    MutexLock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool there_ = false, open_ = false;
};

// Counts, and says the same of everybody.
class Reader final : public vision::AttributeReader {
 public:
  explicit Reader(Reads& reads, Gate* gate = nullptr) : reads_(reads), gate_(gate) {}
  Result<std::vector<model::Attribute>> read(const media::Frame&, const model::Box&) override {
    if (gate_ != nullptr) gate_->pass();
    ++reads_;
    return std::vector<model::Attribute>{{"hat", "yes", 0.9F, "reader"}, {"bag", "yes", 0.51F, "reader"}};
  }
  const std::string& name() const override { return name_; }

 private:
  Reads& reads_;
  Gate* gate_;
  std::string name_ = "reader";
};

// Finds that everybody looks alike.
class Same final : public vision::Embedder {
 public:
  Result<std::vector<float>> embed(const media::Frame&, const model::Box&) override { return std::vector<float>{0, 1}; }
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "same";
};

media::FramePtr frame(Nanos at) {
  auto out = std::make_shared<media::Frame>();
  out->width = 640;
  out->height = 480;
  out->captured = WallTime(std::chrono::duration_cast<WallTime::duration>(at + seconds(1000)));
  return out;
}

std::vector<model::SeenObject> one(const std::string& label, std::uint64_t id = 7) {
  model::SeenObject object;
  object.track_id = id;
  object.label = label;
  object.state = model::TrackState::Confirmed;
  object.box = {100, 100, 200, 200};
  object.detected = object.box;
  object.confidence = 0.9F;
  return {object};
}

constexpr RecognitionWanted kAll{true, true, true};

RecognitionToolsPtr shared(RecognitionTools tools) {
  return std::make_shared<RecognitionTools>(std::move(tools));
}

std::string value(const std::vector<model::SeenObject>& objects, const std::string& name) {
  for (const auto& each : objects.at(0).attributes) {
    if (each.name == name) return each.value;
  }
  return "";
}

TEST(Recognition, APlateIsVotedOnWhileTheVehicleIsThere) {
  RecognitionTools tools;
  tools.plate_finder = std::make_unique<OneSpot>();
  tools.plate_reader = std::make_unique<ScriptedReader>(std::vector<std::string>{"MA81234", "MAB1234", "MAB1234"});
  Recognition recognition("cam", kAll, shared(std::move(tools)), nullptr);
  auto objects = one("car");
  recognition.see(frame(seconds(0)), objects);
  EXPECT_EQ(value(objects, "plate"), "MA81234");
  EXPECT_EQ(value(objects, "vehicle_type"), "car");
  for (int i = 1; i <= 3; ++i) recognition.see(frame(seconds(i)), objects = one("car"));
  EXPECT_EQ(value(objects, "plate"), "MAB1234");
  auto other = one("car", 8);
  other[0].detected.reset();
  recognition.see(frame(seconds(5)), other);
  EXPECT_EQ(value(other, "plate"), "") << "not seen in this frame: nothing to read";
}

TEST(Recognition, ATrackIsLookedAtAFewTimesAndNotInEveryFrame) {
  Reads reads = 0;
  RecognitionTools tools;
  tools.persons.push_back(std::make_unique<Reader>(reads));
  Recognition recognition("cam", kAll, shared(std::move(tools)), nullptr);
  std::vector<model::SeenObject> objects;
  for (int i = 0; i < 10; ++i) recognition.see(frame(milliseconds(i * 40)), objects = one("person"));
  EXPECT_EQ(reads, 2);
  EXPECT_EQ(value(objects, "hat"), "yes");
  EXPECT_EQ(value(objects, "bag"), "unknown");
  for (int i = 1; i < 100; ++i) recognition.see(frame(seconds(i)), objects = one("person"));
  EXPECT_EQ(reads, 8);
  recognition.see(frame(seconds(200)), objects = one("chair", 9));
  EXPECT_EQ(reads, 8);
  EXPECT_TRUE(objects[0].attributes.empty());
}

TEST(Recognition, HowSomebodyLooksIsToldOnceForEachLook) {
  RecognitionTools tools;
  tools.embedder = std::make_unique<Same>();
  Recognition recognition("cam", kAll, shared(std::move(tools)), nullptr);
  auto objects = one("person");
  recognition.see(frame(seconds(0)), objects);
  ASSERT_NE(objects[0].appearance, nullptr);
  EXPECT_EQ(objects[0].appearance->model, "same");
  EXPECT_EQ(objects[0].appearance->values, (std::vector<float>{0, 1}));
  EXPECT_EQ(objects[0].subject_id, 0U) << "who it is is not for one camera to say";
  recognition.see(frame(milliseconds(40)), objects = one("person"));
  EXPECT_EQ(objects[0].appearance, nullptr);
  recognition.see(frame(seconds(1)), objects = one("person"));
  EXPECT_NE(objects[0].appearance, nullptr);
}

TEST(Recognition, CamerasThatShareToolsGetWhatEachAskedFor) {
  Reads reads = 0;
  RecognitionTools tools;
  tools.plate_finder = std::make_unique<OneSpot>();
  tools.plate_reader = std::make_unique<ScriptedReader>(std::vector<std::string>{"MAB1234"});
  tools.persons.push_back(std::make_unique<Reader>(reads));
  tools.embedder = std::make_unique<Same>();
  tools.missing = {"no plates", "no attributes", "no appearance"};
  const auto both = shared(std::move(tools));
  Recognition plates("gate", {.plates = true}, both, nullptr), persons("door", {.attributes = true}, both, nullptr);
  auto objects = one("person");
  plates.see(frame(seconds(0)), objects);
  EXPECT_EQ(reads, 0);
  EXPECT_TRUE(objects[0].attributes.empty());
  EXPECT_EQ(objects[0].appearance, nullptr);
  persons.see(frame(seconds(0)), objects = one("person"));
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(objects[0].appearance, nullptr);
  persons.see(frame(seconds(0)), objects = one("car", 8));
  EXPECT_EQ(value(objects, "plate"), "");
  EXPECT_EQ(plates.missing(), "no plates");
  EXPECT_EQ(persons.missing(), "no attributes");
}

TEST(Recognition, WhatWasAgreedOnGoesOnWithTheTrackElsewhere) {
  const auto reads_plate = [](const char* text) {
    RecognitionTools tools;
    tools.plate_finder = std::make_unique<OneSpot>();
    tools.plate_reader = std::make_unique<ScriptedReader>(std::vector<std::string>{text});
    return tools;
  };
  Reads reads = 0;
  auto tools = reads_plate("MAB1234");
  tools.persons.push_back(std::make_unique<Reader>(reads));
  Recognition before("cam", kAll, shared(std::move(tools)), nullptr);
  auto objects = one("car");
  objects.push_back(one("person", 8)[0]);
  for (int i = 0; i < 4; ++i) before.see(frame(seconds(i)), objects);

  tools = reads_plate("XXX9999");
  Recognition after("cam", kAll, shared(std::move(tools)), nullptr);
  after.remember(before.recognised());
  after.see(frame(seconds(5)), objects = one("car"));
  EXPECT_EQ(value(objects, "plate"), "MAB1234") << "one other reading does not change it";
  after.see(frame(seconds(5)), objects = one("person", 8));
  EXPECT_EQ(value(objects, "hat"), "yes");
  EXPECT_EQ(value(objects, "bag"), "") << "that nobody was sure is no opinion";
  for (int i = 6; i < 20; ++i) after.see(frame(seconds(i)), objects = one("car"));
  EXPECT_EQ(value(objects, "plate"), "XXX9999") << "many do";

  Recognition less("cam", {.attributes = true}, shared(reads_plate("XXX9999")), nullptr);
  less.remember(before.recognised());
  less.see(frame(seconds(5)), objects = one("car"));
  EXPECT_EQ(value(objects, "plate"), "") << "nobody asked for it";
}

TEST(Recognition, EverythingIsUsedOnceToWarmUp) {
  Reads reads = 0;
  RecognitionTools tools;
  tools.persons.push_back(std::make_unique<Reader>(reads));
  tools.colours = true;
  warm_up(tools);
  EXPECT_EQ(reads, 1);
  RecognitionTools none;
  warm_up(none);
}

TEST(Recognition, WhereNobodyCanItIsSaid) {
  FakeDetectors detectors;
  Analysis analysis("cam", detectors);
  AnalysisConfig config;
  config.analysis.enabled = true;
  config.analysis.model = "fake";
  config.analysis.plates = true;
  ASSERT_TRUE(analysis.adopt(config).ok());
  EXPECT_NE(analysis.figures().degraded.find("plates"), std::string::npos);
  config.analysis.plates = false;
  ASSERT_TRUE(analysis.adopt(config).ok());
  EXPECT_EQ(analysis.figures().degraded, "");
}

TEST(Recognition, ASlowLookNeitherDelaysFramesNorQueuesUp) {
  Reads reads;
  Gate gate;
  Scheduler scheduler(1);
  {
    RecognitionTools tools;
    tools.persons.push_back(std::make_unique<Reader>(reads, &gate));
    auto beside = [lane = std::shared_ptr(scheduler.open())](std::uint64_t, std::function<void()> work) {
      lane->post(WallTime::max(), std::move(work));
    };
    Recognition recognition("cam", kAll, shared(std::move(tools)), beside);
    std::vector<model::SeenObject> objects;
    for (int i = 0; i < 50; ++i) recognition.see(frame(seconds(i)), objects = one("person"));
    EXPECT_TRUE(objects[0].attributes.empty()) << "the first look is still under way";
    gate.wait_for_reader();
    for (int i = 50; i < 100; ++i) recognition.see(frame(seconds(i)), objects = one("person"));
    gate.open();
  }
  EXPECT_EQ(reads, 1);
}

TEST(Recognition, WhatHasNotBegunWhenItEndsIsLeftOut) {
  Reads reads = 0;
  std::vector<std::function<void()>> pieces;
  {
    RecognitionTools tools;
    tools.persons.push_back(std::make_unique<Reader>(reads));
    Recognition recognition("cam", kAll, shared(std::move(tools)),
                            [&](std::uint64_t, std::function<void()> work) { pieces.push_back(std::move(work)); });
    auto objects = one("person", 1);
    objects.push_back(one("person", 2)[0]);
    recognition.see(frame(seconds(0)), objects);
    ASSERT_EQ(pieces.size(), 2U) << "one for each track";
    pieces[0]();
    recognition.see(frame(seconds(1)), objects);
    EXPECT_EQ(pieces.size(), 2U) << "one of them is still under way";
    EXPECT_EQ(recognition.figures().looks, 1U);
  }
  pieces[1]();
  EXPECT_EQ(reads, 1);
}

}  // namespace
}  // namespace vigil::pipeline
