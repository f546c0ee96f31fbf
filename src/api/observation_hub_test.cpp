#include "api/observation_hub.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

namespace vigil::api {
namespace {

using testing::HasSubstr;
using testing::Not;

model::Observation seen(const std::string& camera, std::uint64_t sequence) {
  model::Observation out;
  out.camera_id = camera;
  out.sequence = sequence;
  out.width = 640;
  out.height = 480;
  model::SeenObject sure, unsure;
  sure.track_id = 1;
  sure.state = model::TrackState::Confirmed;
  sure.label = "person";
  unsure.track_id = 2;
  unsure.label = "ghost";
  out.objects = {sure, unsure};
  return out;
}

// Waits for texts of a viewer, as a connection does.
class Reader {
 public:
  explicit Reader(std::shared_ptr<ObservationViewer> viewer) : viewer_(std::move(viewer)) {
    viewer_->on_news([this] {
      std::lock_guard lock(mutex_);
      ++news_;
      changed_.notify_all();
    });
  }
  std::string read() {
    for (;;) {
      if (auto text = viewer_->next()) return *text;
      std::unique_lock lock(mutex_);
      if (!changed_.wait_for(lock, std::chrono::seconds(10), [this] { return news_ > taken_; })) return "nothing";
      taken_ = news_;
    }
  }

 private:
  std::shared_ptr<ObservationViewer> viewer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int news_ = 0, taken_ = 0;
};

TEST(ObservationHub, ViewersGetWhatTheirCameraSeesAndNothingElse) {
  bus::Observations topic;
  ObservationHub hub(topic);
  Reader yard(hub.join("yard", false)), door(hub.join("door", true));
  topic.publish(seen("door", 1));
  topic.publish(seen("yard", 2));
  topic.publish(seen("street", 3));
  EXPECT_THAT(yard.read(), HasSubstr("\"sequence\":2"));
  EXPECT_THAT(door.read(), HasSubstr("\"sequence\":1"));
  topic.publish(seen("yard", 4));
  EXPECT_THAT(yard.read(), HasSubstr("\"sequence\":4"));
}

TEST(ObservationHub, TentativeTracksAreForThoseWhoAskForThem) {
  bus::Observations topic;
  ObservationHub hub(topic);
  Reader careful(hub.join("yard", false)), curious(hub.join("yard", true));
  topic.publish(seen("yard", 1));
  EXPECT_THAT(careful.read(), testing::AllOf(HasSubstr("person"), Not(HasSubstr("ghost"))));
  EXPECT_THAT(curious.read(), testing::AllOf(HasSubstr("person"), HasSubstr("ghost")));
}

TEST(ObservationHub, NobodyIsWokenAfterItStopped) {
  bus::Observations topic;
  ObservationHub hub(topic);
  auto viewer = hub.join("yard", false);
  bool woken = false;
  viewer->on_news([&] { woken = true; });
  hub.stop();
  topic.publish(seen("yard", 1));
  EXPECT_FALSE(woken);
  EXPECT_EQ(viewer->next(), nullptr);
}

TEST(ObservationViewer, WhoIsLateLosesTheOldestAndIsTold) {
  ObservationViewer viewer(false, 2);
  auto text = [](const char* words) { return std::make_shared<const std::string>(words); };
  for (const char* words : {"a", "b", "c", "d"}) viewer.push(text(words));
  EXPECT_EQ(*viewer.next(), R"({"lost":2})");
  EXPECT_EQ(*viewer.next(), "c");
  EXPECT_EQ(*viewer.next(), "d");
  EXPECT_EQ(viewer.next(), nullptr);
  viewer.push(text("e"));
  EXPECT_EQ(*viewer.next(), "e");
}

TEST(ObservationViewer, WakesOncePerEmptyQueue) {
  ObservationViewer viewer(false);
  int woken = 0;
  viewer.on_news([&] { ++woken; });
  viewer.push(std::make_shared<const std::string>("a"));
  viewer.push(std::make_shared<const std::string>("b"));
  EXPECT_EQ(woken, 1);
  viewer.next();
  viewer.next();
  viewer.push(std::make_shared<const std::string>("c"));
  EXPECT_EQ(woken, 2);
}

}  // namespace
}  // namespace vigil::api
