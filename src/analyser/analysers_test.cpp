#include "analyser/analysers.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "analyser/faulty_decoder_fake.h"
#include "analyser/listener_fake.h"
#include "base/ids.h"
#include "sandbox/sandbox.h"

namespace vigil::analyser {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t kPicture = pipeline::FakeDecoders::kPicture;

class AnalysersTest : public testing::Test {
 protected:
  static Config config() {
    Config out;
    out.arguments = {"analyser_test", "analyse"};
    out.threads = 2;
    out.silent_after = 1500ms;
    out.stuck_after = 1500ms;
    return out;
  }

  static media::PacketPtr packet(std::uint64_t sequence, std::uint8_t what = kPicture, bool key = true,
                                 std::size_t bytes = 100) {
    static const auto params = [] {
      auto made = std::make_shared<media::CodecParams>();
      made->codec = media::Codec::H264;
      made->width = 64;
      made->height = 36;
      return made;
    }();
    auto out = std::make_shared<media::Packet>();
    out->sequence = sequence;
    out->pts = Ticks(static_cast<std::int64_t>(sequence) * 9000);
    out->received = from_unix_seconds(1'700'000'000 + static_cast<double>(sequence) / 10);
    out->key = key;
    out->params = params;
    std::vector<std::uint8_t> data(bytes, 255);
    data[0] = what;
    out->data = media::SharedBytes(std::move(data));
    return out;
  }

  static pipeline::AnalystConfig camera(std::string id) {
    pipeline::AnalystConfig out;
    out.camera_id = std::move(id);
    out.analysis.motion.enabled = false;
    return out;
  }
  static pipeline::AnalystConfig analysed(std::string id) {
    auto out = camera(std::move(id));
    out.analysis.analysis.enabled = true;
    out.analysis.analysis.model = "fake";
    out.analysis.analysis.rate.mode = model::RateMode::EveryFrame;
    out.analysis.analysis.motion_gate = false;
    return out;
  }

  int only_pid() {
    EXPECT_TRUE(eventually([&] { return analysers_.figures().children.size() == 1; }));
    const auto figures = analysers_.figures();
    return figures.children.empty() ? 0 : figures.children[0].pid;
  }

  bus::Bus bus_;
  Analysers analysers_{config(), &bus_, system_clock()};
};

TEST_F(AnalysersTest, NobodyNeedsAChildSoThereIsNone) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  analyst->interrupt(true);
  EXPECT_TRUE(analyst->fetch({1, 2}, 1s)->empty());
  EXPECT_EQ(analysers_.figures().started, 0u);
}

TEST_F(AnalysersTest, PacketsGoInAndTheirOutcomesComeBackInOrder) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  for (std::uint64_t n = 1; n <= 20; ++n) {
    const auto what = n == 7 ? pipeline::FakeDecoders::kBroken : kPicture;
    ASSERT_TRUE(send(*analyst, listener, packet(n, what, n == 1), {.epoch = 3}));
  }
  ASSERT_TRUE(listener.wait_done(20));
  const auto outcomes = listener.outcomes();
  for (std::uint64_t n = 1; n <= 20; ++n) {
    EXPECT_EQ(outcomes[n - 1].sequence, n);
    EXPECT_EQ(outcomes[n - 1].epoch, 3u);
    EXPECT_EQ(outcomes[n - 1].failed, n == 7);
    ASSERT_EQ(outcomes[n - 1].pictures.size(), n == 7 ? 0u : 1u);
    if (n == 7) continue;
    EXPECT_EQ(outcomes[n - 1].pictures[0].width, 64);
    EXPECT_EQ(outcomes[n - 1].pictures[0].captured, packet(n)->received);
  }
  EXPECT_EQ(analysers_.figures().started, 1u);
}

TEST_F(AnalysersTest, KeptPicturesAreFetchedAndWantedOnesComeByThemselves) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  ASSERT_TRUE(send(*analyst, listener, packet(1), {.keep = true}));
  ASSERT_TRUE(send(*analyst, listener, packet(2), {.keep = true, .send = true}));
  ASSERT_TRUE(listener.wait_done(2));
  EXPECT_FALSE(listener.outcomes()[0].wanted);
  const auto wanted = listener.outcomes()[1].wanted;
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->sequence, 2u);
  const auto frames = analyst->fetch({1, 2, 3}, kLong);
  ASSERT_TRUE(frames.ok()) << frames.error().message;
  ASSERT_EQ(frames->size(), 2u);
  const auto& frame = *frames->front();
  EXPECT_EQ(frame.sequence, 1u);
  EXPECT_EQ(frame.format, media::PixelFormat::Gray);
  EXPECT_EQ(frame.luma().data[0], 90);
  EXPECT_EQ(frame.luma().data[frame.luma().stride * 35 + 63], 90 + 63 * 80 / 64);
  analyst->interrupt(true);
  EXPECT_TRUE(eventually([&] { return analyst->fetch({1}, kLong)->empty(); })) << "forgotten";
}

TEST_F(AnalysersTest, ALargePacketGoesThroughInPieces) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  ASSERT_TRUE(send(*analyst, listener, packet(1, kPicture, true, 20u << 20)));
  ASSERT_TRUE(send(*analyst, listener, packet(2)));
  ASSERT_TRUE(listener.wait_done(2));
  EXPECT_FALSE(listener.outcomes()[0].failed);
  ASSERT_TRUE(send(*analyst, listener, packet(3, kPicture, true, 25u << 20)));
  ASSERT_TRUE(listener.wait_done(3));
  EXPECT_TRUE(listener.outcomes()[2].failed) << "larger than anything that is sent";
}

TEST_F(AnalysersTest, NoMoreThanTwoSecondsAreUnderWay) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  ASSERT_TRUE(send(*analyst, listener, packet(1, kSlow)));
  int taken = 0;
  while (analyst->send(packet(static_cast<std::uint64_t>(2 + taken), kSlow), {})) ++taken;
  EXPECT_LE(taken, 21) << "ten a second";
  EXPECT_GE(taken, 10);
  EXPECT_TRUE(listener.wait_ready_beyond(listener.readies())) << "and it is told when there is room again";
}

TEST_F(AnalysersTest, ADecodingOfItsOwnGivesTheLastPictures) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  std::vector<media::PacketPtr> group;
  for (std::uint64_t n = 1; n <= 12; ++n) group.push_back(packet(n, kPicture, n == 1, 1u << 20));
  const auto never = [] { return false; };
  auto frames = analyst->decode(group, {.until = packet(9)->received, .count = 4, .bytes = 1 << 20}, never);
  ASSERT_TRUE(frames.ok()) << frames.error().message;
  ASSERT_EQ(frames->size(), 4u);
  EXPECT_EQ(frames->front()->sequence, 6u);
  EXPECT_EQ(frames->back()->sequence, 9u);
  frames = analyst->decode({packet(1, kPicture, false)}, {}, never);
  ASSERT_FALSE(frames.ok());
  EXPECT_EQ(frames.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(analyst->decode(group, {}, [] { return true; }).error().kind, ErrorKind::Cancelled);
  EXPECT_TRUE(listener.outcomes().empty()) << "it is nobody else's business";
}

TEST_F(AnalysersTest, WhereThereIsTooMuchToDoTheNewestPictureIsLookedAtAndNotEach) {
  auto narrow = config();
  narrow.threads = 1;
  Analysers analysers(narrow, nullptr, system_clock());
  Listener listener;
  const auto analyst = analysers.open(analysed("a"), listener);
  // While the first one is decoded, the others come in.
  ASSERT_TRUE(send(*analyst, listener, packet(1, kSlow), {.analyse = true}));
  for (std::uint64_t n = 2; n <= 20; ++n) ASSERT_TRUE(send(*analyst, listener, packet(n), {.analyse = true}));
  ASSERT_TRUE(listener.wait_done(20));
  ASSERT_TRUE(eventually([&] { return !listener.seen().empty() && listener.seen().back().sequence == 20; }));
  EXPECT_LT(listener.seen().size(), 10u);
}

TEST_F(AnalysersTest, PicturesOfThePastAreForgottenOnceTheyWereHandedOver) {
  if (sandbox::is_sanitized()) GTEST_SKIP() << "a sanitizer keeps what is freed";
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  auto large = std::make_shared<media::CodecParams>(*packet(1)->params);
  large->width = 1280;
  large->height = 720;
  const auto look_back = [&](int times) {
    for (int i = 0; i < times; ++i) {
      auto one = std::make_shared<media::Packet>(*packet(1));
      one->params = large;
      ASSERT_TRUE(analyst->decode({one}, {.until = one->received, .bytes = 1 << 20}, [] { return false; }).ok());
    }
  };
  const auto megabytes = [&] {
    std::ifstream file("/proc/" + std::to_string(only_pid()) + "/statm");
    std::size_t size = 0, resident = 0;
    file >> size >> resident;
    return static_cast<double>(resident) * 4096 / 1e6;
  };
  look_back(10);
  const auto before = megabytes();
  look_back(100);
  EXPECT_LT(megabytes() - before, 20) << "a hundred pictures are 92 MB";
}

TEST_F(AnalysersTest, RenditionsAreEncodedInTheChild) {
  Listener listener;
  const auto analyst = analysers_.open(analysed("a"), listener);
  const pipeline::Order order{.analyse = true, .renditions = {.annotated = true, .h264 = true}};
  for (std::uint64_t n = 1; n <= 8; ++n) ASSERT_TRUE(send(*analyst, listener, packet(n), order));
  analyst->interrupt(false);  // lets out what waits for an observation
  ASSERT_TRUE(listener.wait_rendered(16));
  std::map<model::Rendition, std::vector<media::Packet>> by;
  for (const auto& [rendition, each] : listener.rendered()) by[rendition].push_back(each);
  for (const auto rendition : model::kRenditions) {
    ASSERT_EQ(by[rendition].size(), 8u) << to_string(rendition);
    for (std::uint64_t n = 1; n <= 8; ++n) {
      const auto& each = by[rendition][n - 1];
      EXPECT_EQ(each.pts, packet(n)->pts);
      EXPECT_EQ(each.key, n == 1);
      EXPECT_EQ(each.discontinuity, n == 1);
      ASSERT_TRUE(each.params);
      EXPECT_EQ(each.params->width, 64);
      EXPECT_EQ(each.params->height, 36);
      EXPECT_EQ(each.params, by[rendition][0].params);
    }
  }
  // Not asked for any more: nothing comes, and the child goes on.
  ASSERT_TRUE(send(*analyst, listener, packet(9), {}));
  ASSERT_TRUE(send(*analyst, listener, packet(10), {}));
  ASSERT_TRUE(listener.wait_done(10));
  EXPECT_EQ(listener.rendered().size(), 16u);
  EXPECT_EQ(analysers_.figures().started, 1u);
}

TEST_F(AnalysersTest, WhatIsSeenComesBack) {
  Listener listener;
  const auto analyst = analysers_.open(analysed("a"), listener);
  std::size_t sent = 0;
  while (sent < 10) {
    ASSERT_TRUE(send(*analyst, listener, packet(++sent), {.analyse = true}));
    ASSERT_TRUE(listener.wait_seen(sent));
  }
  const auto last = listener.seen().back();
  EXPECT_EQ(last.sequence, 10u);
  EXPECT_EQ(last.model, "fake");
  ASSERT_EQ(last.objects.size(), 1u);
  EXPECT_EQ(last.objects[0].label, "person");
  EXPECT_EQ(last.objects[0].state, model::TrackState::Confirmed);
}

TEST_F(AnalysersTest, AKilledChildIsReplacedAndItsTracksGoOn) {
  constexpr int kCameras = 8;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::unique_ptr<pipeline::Analyst>> analysts;
  for (int i = 0; i < kCameras; ++i) {
    listeners.push_back(std::make_unique<Listener>());
    analysts.push_back(analysers_.open(analysed("cam" + std::to_string(i)), *listeners.back()));
  }
  std::uint64_t sequence = 0;
  const auto step = [&] {
    ++sequence;
    for (int i = 0; i < kCameras; ++i) {
      const auto n = static_cast<std::size_t>(i);
      const auto before = listeners[n]->seen().size();
      ASSERT_TRUE(send(*analysts[n], *listeners[n], packet(sequence), {.analyse = true}));
      ASSERT_TRUE(listeners[n]->wait_seen(before + 1));
    }
  };
  for (int i = 0; i < 8; ++i) step();
  const auto id = listeners[3]->seen().back().objects.at(0).track_id;
  const auto pid = only_pid();
  ASSERT_EQ(::kill(pid, SIGKILL), 0);
  const auto killed = std::chrono::steady_clock::now();
  for (auto& listener : listeners) ASSERT_TRUE(listener->wait_lost(1));
  step();
  const auto took = std::chrono::steady_clock::now() - killed;
  EXPECT_LT(took, 1s * (sandbox::is_sanitized() ? 10 : 1));
  EXPECT_NE(only_pid(), pid);
  for (int i = 0; i < 4; ++i) step();
  for (const auto& listener : listeners) {
    EXPECT_EQ(listener->seen().back().objects.at(0).track_id, id) << "the same track, the same id";
    EXPECT_EQ(listener->lost_calls(), std::vector<std::uint64_t>{0}) << "who was killed from outside blames nobody";
  }
}

TEST_F(AnalysersTest, APacketThatEndsTwoProcessesIsPoison) {
  Listener listener, other;
  const auto analyst = analysers_.open(camera("bad"), listener);
  const auto bystander = analysers_.open(camera("good"), other);
  ASSERT_TRUE(send(*bystander, other, packet(1)));
  ASSERT_TRUE(other.wait_done(1));
  ASSERT_TRUE(send(*analyst, listener, packet(5, kCrash)));
  ASSERT_TRUE(listener.wait_lost(1));
  ASSERT_TRUE(send(*bystander, other, packet(2)));
  ASSERT_TRUE(other.wait_done(2));
  ASSERT_TRUE(send(*analyst, listener, packet(5, kCrash)));
  ASSERT_TRUE(listener.wait_lost(2));
  EXPECT_EQ(listener.lost_calls(), (std::vector<std::uint64_t>{0, 5}));
  ASSERT_TRUE(other.wait_lost(2));
  EXPECT_EQ(other.lost_calls(), (std::vector<std::uint64_t>{0, 0}));
  ASSERT_TRUE(send(*analyst, listener, packet(6)));
  ASSERT_TRUE(listener.wait_done(1));
  EXPECT_EQ(analysers_.figures().died, 2u);
}

TEST_F(AnalysersTest, APoisonPacketIsKeptForAReport) {
  const auto folder = std::filesystem::temp_directory_path() / ("vigil-poison-" + random_hex(6));
  auto keeping = config();
  keeping.poison_dir = folder.string();
  {
    Analysers analysers(keeping, nullptr, system_clock());
    Listener listener;
    const auto analyst = analysers.open(camera("bad"), listener);
    for (std::size_t n = 1; n <= 2; ++n) {
      EXPECT_FALSE(std::filesystem::exists(folder)) << "one death may be anybody's fault";
      ASSERT_TRUE(send(*analyst, listener, packet(5, kCrash)));
      ASSERT_TRUE(listener.wait_lost(n));
    }
  }
  std::vector<std::filesystem::path> kept(std::filesystem::directory_iterator(folder), {});
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_NE(kept[0].string().find("-bad-5.packet"), std::string::npos);
  std::ifstream file(kept[0], std::ios::binary);
  std::string line, bytes;
  std::getline(file, line);
  std::getline(file, bytes, '\0');
  EXPECT_EQ(bytes.size(), 100u);
  EXPECT_EQ(static_cast<std::uint8_t>(bytes[0]), kCrash);
  std::filesystem::remove_all(folder);
}

TEST_F(AnalysersTest, ACameraThatEndsEveryProcessIsSuspendedAndOthersAreNot) {
  auto events = bus_.subscribe("test", 10);
  Listener listener, other;
  const auto analyst = analysers_.open(camera("bad"), listener);
  const auto bystander = analysers_.open(camera("good"), other);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    ASSERT_TRUE(send(*analyst, listener, packet(n, kCrash)));
    ASSERT_TRUE(listener.wait_lost(n));
  }
  ASSERT_TRUE(send(*bystander, other, packet(1)));
  ASSERT_TRUE(other.wait_done(1));
  const auto lost_by_other = other.lost_calls().size();
  ASSERT_TRUE(send(*analyst, listener, packet(4, kCrash)));
  ASSERT_TRUE(listener.wait_lost(4));
  EXPECT_EQ(other.lost_calls().size(), lost_by_other) << "the bad one was alone by then";
  const auto event = events->pop({}, kLong);
  ASSERT_TRUE(event);
  EXPECT_EQ((*event)->camera_id, "bad");
  EXPECT_STREQ(model::type_name(**event), "analysis.suspended");
  EXPECT_FALSE(analyst->send(packet(5), {}));
  EXPECT_EQ(analyst->decode({packet(5)}, {}, [] { return false; }).error().kind, ErrorKind::Unavailable);
  ASSERT_TRUE(send(*bystander, other, packet(2)));
  ASSERT_TRUE(other.wait_done(2));
  EXPECT_TRUE(eventually([&] { return analysers_.figures().suspended == 1; }));
}

TEST_F(AnalysersTest, AStoppedChildIsNoticedAndReplaced) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  ASSERT_TRUE(send(*analyst, listener, packet(1)));
  ASSERT_TRUE(listener.wait_done(1));
  ASSERT_EQ(::kill(only_pid(), SIGSTOP), 0);
  ASSERT_TRUE(analyst->send(packet(2), {}));
  ASSERT_TRUE(listener.wait_lost(1));
  ASSERT_TRUE(send(*analyst, listener, packet(3)));
  EXPECT_TRUE(listener.wait_done(2));
}

TEST_F(AnalysersTest, ADecoderThatNeverComesBackIsNoticedAndBlamed) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  for (std::size_t n = 1; n <= 2; ++n) {
    ASSERT_TRUE(send(*analyst, listener, packet(2, kHang)));
    ASSERT_TRUE(listener.wait_lost(n));
  }
  EXPECT_EQ(listener.lost_calls().back(), 2u);
}

TEST_F(AnalysersTest, AChildThatTalksNonsenseIsEnded) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  ASSERT_TRUE(send(*analyst, listener, packet(1, kForge)));
  ASSERT_TRUE(listener.wait_lost(1));
  ASSERT_TRUE(send(*analyst, listener, packet(2)));
  EXPECT_TRUE(listener.wait_done(1));
}

TEST_F(AnalysersTest, AChildCannotOpenFiles) {
  if (sandbox::is_sanitized()) GTEST_SKIP() << "built with a sanitizer: there is no sandbox";
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  ASSERT_TRUE(send(*analyst, listener, packet(1, kEscape)));
  ASSERT_TRUE(listener.wait_done(1));
  EXPECT_TRUE(listener.outcomes()[0].failed) << "it opened one";
}

// Giving back the heap of a thread makes glibc look into /proc; so does much else in libraries.
TEST_F(AnalysersTest, GivingBackMemoryDoesNotEndAChild) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  for (std::uint64_t n = 1; n <= 8; ++n) ASSERT_TRUE(send(*analyst, listener, packet(n, kChurn)));
  ASSERT_TRUE(listener.wait_done(8));
  EXPECT_TRUE(listener.lost_calls().empty());
}

TEST(AnalyserMemory, AChildThatTakesTooMuchIsEnded) {
  if (sandbox::is_sanitized()) GTEST_SKIP() << "built with a sanitizer: there is no memory limit";
  Config config;
  config.arguments = {"analyser_test", "analyse"};
  config.memory_bytes = 512u << 20;
  Analysers analysers(config, nullptr, system_clock());
  Listener listener;
  const auto analyst =
      analysers.open({.camera_id = "a", .analysis = {.motion = {.enabled = false}, .analysis = {}}}, listener);
  auto made = std::make_shared<media::Packet>();
  auto params = std::make_shared<media::CodecParams>();
  params->codec = media::Codec::H264;
  params->width = params->height = 16;
  made->sequence = 1;
  made->key = true;
  made->params = params;
  made->data = media::SharedBytes(std::vector<std::uint8_t>{kEat, 0});
  const auto frames = analyst->decode({made}, {}, [] { return false; });
  EXPECT_FALSE(frames.ok());
  EXPECT_GE(analysers.figures().died, 1u);
}

TEST_F(AnalysersTest, SixteenCamerasShareAChildAndTheNextGetsAnother) {
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::unique_ptr<pipeline::Analyst>> analysts;
  for (int i = 0; i < 17; ++i) {
    listeners.push_back(std::make_unique<Listener>());
    analysts.push_back(analysers_.open(camera("cam" + std::to_string(i)), *listeners.back()));
    ASSERT_TRUE(send(*analysts.back(), *listeners.back(), packet(1)));
    ASSERT_TRUE(listeners.back()->wait_done(1));
  }
  EXPECT_TRUE(eventually([&] { return analysers_.figures().children.size() == 2; }));
}

TEST_F(AnalysersTest, AnotherModelComesWithAnotherChild) {
  Listener listener;
  const auto analyst = analysers_.open(camera("a"), listener);
  ASSERT_TRUE(send(*analyst, listener, packet(1)));
  ASSERT_TRUE(listener.wait_done(1));
  analyst->configure(analysed("a").analysis);
  ASSERT_TRUE(listener.wait_lost(1));
  ASSERT_TRUE(send(*analyst, listener, packet(2), {.analyse = true}));
  ASSERT_TRUE(listener.wait_seen(1));
  EXPECT_EQ(listener.seen()[0].model, "fake");
}

TEST_F(AnalysersTest, TheReportSaysWhatHoldsAChildIn) {
  const auto report = analysers_.try_out();
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_TRUE(report->no_new_privileges);
  EXPECT_TRUE(report->dies_first) << report->remark;
  if (sandbox::is_sanitized()) {
    EXPECT_FALSE(report->complete());
    EXPECT_NE(report->remark.find("sanitizer"), std::string::npos);
  } else {
    EXPECT_TRUE(report->seccomp) << report->remark;
    EXPECT_TRUE(report->memory_limit);
  }
}

TEST(AnalyserSandbox, WithoutItAChildIsRefusedWhereItIsRequired) {
  Config config;
  config.arguments = {"analyser_test", "analyse"};
  config.sandbox = false;
  config.sandbox_required = true;
  Analysers analysers(config, nullptr, system_clock());
  const auto report = analysers.try_out();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().kind, ErrorKind::FailedPrecondition);
}

// What somebody would try who took over a decoder.
class SandboxProbe : public testing::TestWithParam<const char*> {};

TEST_P(SandboxProbe, IsRefusedOrFatal) {
  if (sandbox::is_sanitized()) GTEST_SKIP() << "built with a sanitizer: there is no sandbox";
  const auto pid = ::fork();
  if (pid == 0) {
    ::execl("/proc/self/exe", "analyser_test", "probe", GetParam(), nullptr);
    ::_exit(99);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  if (WIFSIGNALED(status)) {
    EXPECT_EQ(WTERMSIG(status), SIGSYS);
  } else {
    EXPECT_EQ(WEXITSTATUS(status), 0) << "it got out";
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, SandboxProbe,
                         testing::Values("open", "write", "socket", "execve", "ptrace", "fork", "kill", "mmap"),
                         [](const auto& way) { return std::string(way.param); });

}  // namespace
}  // namespace vigil::analyser
