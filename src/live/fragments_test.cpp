#include "live/fragments.h"

#include <gtest/gtest.h>

#include "live/outputs.h"
#include "live/packets_fake.h"

namespace vigil::live {
namespace {

using State = Fragments::State;

class FragmentsTest : public testing::Test {
 protected:
  FragmentsTest() {
    fragments->on_work([this] { ++asked; });
  }
  void pictures(int count) {
    for (int i = 0; i < count; ++i) stream->publish(camera.picture());
  }
  void later(std::chrono::milliseconds time) {
    clock.advance(time);
    fragments->tick();
  }
  int readers() const { return stream->figures().readers; }

  ManualClock clock;
  CameraFake camera;
  std::shared_ptr<stream::Stream> stream = std::make_shared<stream::Stream>();
  int opened = 0, asked = 0, woken = 0;
  std::optional<Error> refused;
  std::shared_ptr<Fragments> fragments = std::make_shared<Fragments>(
      [this]() -> Result<Source> {
        ++opened;
        if (refused) return *refused;
        return Source{stream, nullptr};
      },
      FragmentsConfig(), clock);
};

TEST_F(FragmentsTest, NobodyThereCostsNothing) {
  pictures(50);
  fragments->tick();
  EXPECT_EQ(opened, 0);
  EXPECT_EQ(readers(), 0);
  EXPECT_EQ(fragments->figures().state, State::Idle);
}

TEST_F(FragmentsTest, GoesThroughItsFourStates) {
  int id = fragments->join([] {});
  EXPECT_EQ(asked, 1);
  fragments->work();
  EXPECT_EQ(fragments->figures().state, State::Starting);
  EXPECT_EQ(readers(), 1);
  pictures(3);
  EXPECT_GT(asked, 1);
  fragments->work();
  EXPECT_EQ(fragments->figures().state, State::Running);
  fragments->leave(id);
  later(std::chrono::milliseconds(250));
  EXPECT_EQ(fragments->figures().state, State::Closing);
  EXPECT_EQ(readers(), 1);
  id = fragments->join([] {});
  later(std::chrono::milliseconds(250));
  EXPECT_EQ(fragments->figures().state, State::Running);
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(fragments->figures().joins, 2u);
  fragments->leave(id);
  later(std::chrono::milliseconds(250));
  later(std::chrono::seconds(10));
  EXPECT_EQ(fragments->figures().state, State::Idle);
  EXPECT_EQ(readers(), 0);
}

TEST_F(FragmentsTest, AJoinerGetsTheCachedGroupAtOnce) {
  pictures(40);
  fragments->join([] {});
  fragments->work();
  Fragments::Position position;
  auto first = std::get<FragmentPtr>(fragments->next(position));
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(first->key);
  EXPECT_EQ(first->before, 25u);
  int more = 0;
  while (std::get<FragmentPtr>(fragments->next(position))) ++more;
  EXPECT_EQ(more, 14);
}

TEST_F(FragmentsTest, ReadersShareTheBytes) {
  pictures(2);
  fragments->join([] {});
  fragments->join([] {});
  fragments->work();
  Fragments::Position one, two;
  EXPECT_EQ(std::get<FragmentPtr>(fragments->next(one)), std::get<FragmentPtr>(fragments->next(two)));
}

TEST_F(FragmentsTest, WhoIsLateGoesOnAtTheNewestKeyFrameAndIsTold) {
  pictures(10);
  fragments->join([] {});
  fragments->work();
  Fragments::Position slow;
  for (int i = 0; i < 5; ++i) ASSERT_NE(std::get<FragmentPtr>(fragments->next(slow)), nullptr);
  pictures(25 * 8 - 10 + 3);
  fragments->work();
  auto skipped = fragments->next(slow);
  ASSERT_TRUE(std::holds_alternative<Fragments::Skipped>(skipped));
  EXPECT_EQ(std::get<Fragments::Skipped>(skipped).pictures, 200u - 5u);
  auto next = std::get<FragmentPtr>(fragments->next(slow));
  EXPECT_TRUE(next->key);
  EXPECT_EQ(next->before, 200u);
  EXPECT_EQ(fragments->figures().skipped, 195u);
}

TEST_F(FragmentsTest, ALongGroupIsNotBeingLate) {
  camera = CameraFake(40, 1000);
  pictures(400);  // 16 s since the key frame
  fragments->join([] {});
  fragments->work();
  Fragments::Position position;
  int got = 0;
  for (;;) {
    auto next = fragments->next(position);
    ASSERT_FALSE(std::holds_alternative<Fragments::Skipped>(next));
    if (!std::get<FragmentPtr>(next)) break;
    ++got;
  }
  EXPECT_EQ(got, 400);
}

TEST_F(FragmentsTest, GoesOnWhenTheStreamIsReplaced) {
  pictures(30);
  fragments->join([this] { ++woken; });
  fragments->work();
  EXPECT_EQ(woken, 1);
  Fragments::Position position;
  FragmentPtr last;
  while (auto next = std::get<FragmentPtr>(fragments->next(position))) last = next;
  stream->close();
  fragments->work();
  stream = std::make_shared<stream::Stream>();
  camera.restart_group();
  camera.camera_clock = 0;
  pictures(3);
  later(std::chrono::milliseconds(500));
  EXPECT_EQ(opened, 1) << "not over and over";
  later(std::chrono::milliseconds(600));
  EXPECT_EQ(opened, 2);
  auto next = std::get<FragmentPtr>(fragments->next(position));
  ASSERT_NE(next, nullptr);
  EXPECT_TRUE(next->discontinuity);
  EXPECT_TRUE(next->key);
  EXPECT_GT(next->start, last->start);
  EXPECT_EQ(next->init, last->init);
}

TEST_F(FragmentsTest, SaysWhyThereIsNothing) {
  refused = make_error(ErrorKind::FailedPrecondition, "off", "camera.disabled");
  fragments->watch_parts([this] { ++woken; });
  fragments->touch("anna");
  EXPECT_EQ(asked, 1);
  fragments->work();
  ASSERT_TRUE(fragments->trouble().has_value());
  EXPECT_EQ(fragments->trouble()->code, "camera.disabled");
  EXPECT_EQ(woken, 1);
  refused.reset();
  pictures(60);
  later(std::chrono::seconds(2));
  EXPECT_EQ(fragments->trouble(), std::nullopt);
}

TEST_F(FragmentsTest, SaysThatTheCodecIsNotForIt) {
  auto packet = camera.picture();
  media::CodecParams jpeg;
  jpeg.codec = media::Codec::Mjpeg;
  packet.params = std::make_shared<const media::CodecParams>(jpeg);
  stream->publish(packet);
  fragments->touch("anna");
  fragments->work();
  ASSERT_TRUE(fragments->trouble().has_value());
  EXPECT_EQ(fragments->trouble()->code, "live.codec");
}

TEST_F(FragmentsTest, ReadersOfHlsAreThoseWhoKeepAsking) {
  pictures(60);
  fragments->touch("anna");
  fragments->work();
  EXPECT_EQ(fragments->figures().hls_readers, 1);
  later(std::chrono::seconds(15));
  fragments->touch("anna");
  fragments->touch("bert");
  later(std::chrono::seconds(15));
  EXPECT_EQ(fragments->figures().hls_readers, 2);
  EXPECT_EQ(fragments->figures().joins, 2u);
  later(std::chrono::seconds(21));
  EXPECT_EQ(fragments->figures().state, State::Closing);
  later(std::chrono::seconds(10));
  EXPECT_EQ(fragments->figures().state, State::Idle);
  EXPECT_FALSE(fragments->look([](const Segments&, const std::string&) {}));
}

TEST_F(FragmentsTest, SegmentsAreFoundByTheirNames) {
  pictures(60);
  fragments->touch("anna");
  fragments->work();
  std::string run;
  std::vector<std::size_t> sizes;
  ASSERT_TRUE(fragments->look([&](const Segments& segments, const std::string& name) {
    run = name;
    for (const auto& segment : segments.complete()) sizes.push_back(segment.bytes);
  }));
  auto size = [&](MediaName name) -> std::size_t {
    auto found = fragments->find(name);
    std::size_t sum = 0;
    if (found) {
      for (const auto& piece : *found) sum += piece.size();
    }
    return sum;
  };
  ASSERT_EQ(sizes.size(), 2u);
  EXPECT_EQ(size({MediaName::Kind::Segment, run, 0, 0}), sizes[0]);
  EXPECT_EQ(size({MediaName::Kind::Segment, run, 1, 0}), sizes[1]);
  EXPECT_GT(size({MediaName::Kind::Part, run, 1, 4}), 0u);
  EXPECT_GT(size({MediaName::Kind::Part, run, 2, 0}), 0u);
  EXPECT_GT(size({MediaName::Kind::Init, run, 1, 0}), 0u);
  EXPECT_EQ(fragments->find({MediaName::Kind::Segment, run, 2, 0}), std::nullopt) << "it is not complete";
  EXPECT_EQ(fragments->find({MediaName::Kind::Segment, run, 9, 0}), std::nullopt);
  EXPECT_EQ(fragments->find({MediaName::Kind::Part, run, 1, 99}), std::nullopt);
  EXPECT_EQ(fragments->find({MediaName::Kind::Init, run, 2, 0}), std::nullopt);
  EXPECT_EQ(fragments->find({MediaName::Kind::Segment, "00000000", 0, 0}), std::nullopt);
}

TEST_F(FragmentsTest, NumbersGoOnAfterAPause) {
  pictures(60);
  fragments->touch("anna");
  fragments->work();
  later(std::chrono::seconds(25));
  later(std::chrono::seconds(25));
  ASSERT_EQ(fragments->figures().state, State::Idle);
  fragments->touch("anna");
  fragments->work();
  ASSERT_TRUE(fragments->look(
      [](const Segments& segments, const std::string&) { EXPECT_EQ(segments.complete().front().number, 3u); }));
}

// Publisher, reader and the thread of the outputs at once: for the thread sanitizer, and nothing may be lost.
TEST(Outputs, MakeWhatReadersWantAsLongAsTheyWantIt) {
  // Holds all that will come: nothing is lost before the outputs have begun.
  auto stream = std::make_shared<stream::Stream>(stream::Limits{64u << 20, std::chrono::hours(1)});
  std::atomic<int> opened{0};
  Outputs outputs(
      [&](const std::string& camera, const std::string& name) -> Result<Source> {
        EXPECT_EQ(camera + name, "doormain");
        ++opened;
        return Source{stream, nullptr};
      },
      {}, system_clock());
  auto fragments = outputs.of("door", "main");
  EXPECT_EQ(outputs.of("door", "main"), fragments);
  Mutex mutex;
  CondVar came;
  bool news = false;
  const int id = fragments->join([&] {
    MutexLock lock(mutex);
    news = true;
    came.notify_all();
  });
  std::jthread publisher([&] {
    CameraFake camera;
    for (int i = 0; i < 500; ++i) stream->publish(camera.picture());
  });
  Fragments::Position position;
  std::uint64_t got = 0, skipped = 0;
  while (got + skipped < 500) {
    auto next = fragments->next(position);
    if (auto lost = std::get_if<Fragments::Skipped>(&next)) {
      skipped += lost->pictures;
    } else if (auto fragment = std::get<FragmentPtr>(next)) {
      if (got + skipped == 0) skipped = fragment->before;
      ++got;
    } else {
      MutexLock lock(mutex);
      ASSERT_TRUE(came.wait_for(lock, std::chrono::seconds(30), [&] { return std::exchange(news, false); }));
    }
  }
  EXPECT_EQ(opened, 1);
  fragments->leave(id);
  ASSERT_EQ(outputs.figures().size(), 1u);
  EXPECT_EQ(outputs.figures()[0].fragments.fragments, 500u);
  outputs.stop();
  EXPECT_EQ(stream->figures().readers, 0);
}

}  // namespace
}  // namespace vigil::live
