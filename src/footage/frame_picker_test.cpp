#include "footage/frame_picker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "blob/memory.h"
#include "footage/footage_fake.h"
#include "media/image.h"
#include "store/temp_dir_fake.h"

namespace vigil::footage {
namespace {

using namespace std::chrono_literals;

class FramePickerTest : public testing::Test {
 protected:
  FramePickerTest() {
    asset_.id = "a1";
    asset_.key = "originals/a1";
    config_.program = {"/proc/self/exe", {"footage_test", "extract"}};
    film_ = video(dir_.path() + "/film.mp4", 100);
    put(film_);
  }
  void put(const std::string& bytes) { ASSERT_TRUE(blobs_->put(*blob::Key::parse("originals/a1"), bytes).ok()); }
  Result<jobs::AssetPicture> at(std::chrono::milliseconds time, int width = 0) {
    FramePicker picker(config_, fetching_opener(*blobs_, dir_.path() + "/scratch"), system_clock());
    return picker.at(asset_, time, width, {});
  }

  store::TempDir dir_;
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store();
  model::Asset asset_;
  FramePickerConfig config_;
  std::string film_;
};

TEST_F(FramePickerTest, ThePictureIsTheOneThatIsShownThere) {
  const auto picture = at(2550ms, 32);
  ASSERT_TRUE(picture.ok()) << picture.error().message;
  EXPECT_EQ(picture->time, 2500ms);
  EXPECT_EQ(picture->width, 32);
  const auto info =
      media::inspect_image({reinterpret_cast<const std::uint8_t*>(picture->jpeg.data()), picture->jpeg.size()});
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->width, 32);
  EXPECT_EQ(at(0ms)->time, 0ms);
  EXPECT_EQ(at(9999ms)->time, 9900ms);
  EXPECT_EQ(at(2550ms, 32)->jpeg, picture->jpeg);
}

TEST_F(FramePickerTest, BehindTheEndThereIsNone) {
  const auto none = at(10000ms);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, "frame.beyond_end");
  EXPECT_EQ(none.error().kind, ErrorKind::NotFound);
  EXPECT_NE(none.error().message.find("10.000 s"), std::string::npos) << none.error().message;
}

TEST_F(FramePickerTest, AFileThatIsNoVideoSaysWhatIsWrong) {
  put("#EXTM3U\n/etc/passwd\n");
  EXPECT_EQ(at(0ms).error().code, "media.format");
}

TEST_F(FramePickerTest, ADecoderThatDiesIsTheVideosFault) {
  config_.program = {"/proc/self/exe", {"footage_test", "crash"}};
  EXPECT_EQ(at(0ms).error().code, "extract.crashed");
}

TEST_F(FramePickerTest, NoMoreThanSoManyAreTakenOutAtOnceAndOthersAreSentAway) {
  config_.at_once = 1;
  config_.waiting = 1;
  config_.patience = std::chrono::hours(1);
  std::promise<void> inside, go_on;
  auto gate = go_on.get_future().share();
  std::atomic<int> opened{0};
  const auto open = fetching_opener(*blobs_, dir_.path() + "/scratch");
  FramePicker picker(
      config_,
      [&](const blob::Key& key) {
        if (++opened == 1) inside.set_value();
        gate.wait();
        return open(key);
      },
      system_clock());
  auto first = std::async(std::launch::async, [&] { return picker.at(asset_, 0ms, 0, {}); });
  inside.get_future().wait();
  // One waits until it is told that nobody wants it any more; meanwhile there is no place for another.
  std::stop_source gone;
  auto second = std::async(std::launch::async, [&] { return picker.at(asset_, 0ms, 0, gone.get_token()); });
  std::stop_source impatient;
  impatient.request_stop();
  auto third = picker.at(asset_, 0ms, 0, impatient.get_token());
  while (third.error().kind == ErrorKind::Cancelled) {
    std::this_thread::yield();
    third = picker.at(asset_, 0ms, 0, impatient.get_token());
  }
  EXPECT_EQ(third.error().code, "frame.busy");
  EXPECT_EQ(opened, 1);
  gone.request_stop();
  EXPECT_EQ(second.get().error().kind, ErrorKind::Cancelled);
  go_on.set_value();
  const auto done = first.get();
  ASSERT_TRUE(done.ok()) << done.error().message;
}

}  // namespace
}  // namespace vigil::footage
