#include "pipeline/recognition.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/sync.h"
#include "pipeline/analysis.h"
#include "pipeline/detector_fake.h"

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
  Recognition recognition("cam", std::move(tools), nullptr);
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
  Recognition recognition("cam", std::move(tools), nullptr);
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

TEST(Recognition, WhoComesBackIsTheSameSubject) {
  struct Same final : vision::Embedder {
    Result<std::vector<float>> embed(const media::Frame&, const model::Box&) override {
      return std::vector<float>{0, 1};
    }
    const std::string& name() const override { return name_; }
    std::string name_ = "same";
  };
  RecognitionTools tools;
  tools.embedder = std::make_unique<Same>();
  tools.gallery = std::make_shared<vision::Gallery>(vision::GalleryConfig{});
  Recognition recognition("cam", std::move(tools), nullptr);
  auto first = one("person", 1), second = one("person", 2);
  recognition.see(frame(seconds(0)), first);
  recognition.see(frame(seconds(10)), second);
  EXPECT_EQ(first[0].subject_id, 1U);
  EXPECT_EQ(second[0].subject_id, 1U);
  EXPECT_NEAR(second[0].subject_similarity, 1, 1e-5);
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
    Recognition recognition("cam", std::move(tools), scheduler.open());
    std::vector<model::SeenObject> objects;
    for (int i = 0; i < 50; ++i) recognition.see(frame(seconds(i)), objects = one("person"));
    EXPECT_TRUE(objects[0].attributes.empty()) << "the first look is still under way";
    gate.wait_for_reader();
    for (int i = 50; i < 100; ++i) recognition.see(frame(seconds(i)), objects = one("person"));
    gate.open();
  }
  EXPECT_EQ(reads, 1);
}

}  // namespace
}  // namespace vigil::pipeline
