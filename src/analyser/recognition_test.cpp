#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>

#include "analyser/analysers.h"
#include "analyser/listener_fake.h"
#include "sandbox/sandbox.h"
#include "vision/recognise_fake.h"

// What is recognised in a child, with its sandbox closed.

namespace vigil::analyser {
namespace {

using namespace std::chrono_literals;

class RecognitionInAChild : public testing::Test {
 protected:
  void SetUp() override {
    auto picture = vision::read_file(vision::test_data() / "plates/openalpr_eu/test_004.jpg", 1u << 24);
    if (!picture) GTEST_SKIP() << "no test data: " << picture.error().message;
    if (auto finder = vision::make_classic_plate_finder(); !finder) GTEST_SKIP() << finder.error().message;
    picture_ = std::vector<std::uint8_t>(picture->begin(), picture->end());
    params_->codec = media::Codec::Mjpeg;
  }

  static Config config() {
    Config out;
    out.arguments = {"analyser_test", "recognise"};
    out.threads = 2;
    out.stuck_after = 1500ms;
    return out;
  }
  static pipeline::AnalystConfig camera(bool plates) {
    pipeline::AnalystConfig out;
    out.camera_id = "gate";
    out.analysis.motion.enabled = false;
    auto& analysis = out.analysis.analysis;
    analysis.enabled = true;
    analysis.model = "fake";
    analysis.rate.mode = model::RateMode::EveryFrame;
    analysis.motion_gate = false;
    analysis.plates = plates;
    return out;
  }

  // Two a second.
  media::PacketPtr next() {
    auto out = std::make_shared<media::Packet>();
    out->sequence = ++sequence_;
    out->pts = Ticks(static_cast<std::int64_t>(sequence_) * 45'000);
    out->received = from_unix_seconds(1'700'000'000 + static_cast<double>(sequence_) / 2);
    out->key = true;
    out->params = params_;
    out->data = media::SharedBytes(picture_);
    return out;
  }
  // Shows pictures until something is seen that is as it should be.
  bool show(pipeline::Analyst& analyst, Listener& listener,
            const std::function<bool(const model::Observation&)>& as_wanted) {
    const auto deadline = std::chrono::steady_clock::now() + kLong;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto before = listener.seen().size();
      if (!send(analyst, listener, next(), {.analyse = true}) || !listener.wait_seen(before + 1)) return false;
      const auto seen = listener.seen().back();
      if (as_wanted(seen)) return true;
    }
    return false;
  }
  static std::string value(const model::Observation& seen, std::string_view name) {
    for (const auto& object : seen.objects) {
      for (const auto& each : object.attributes) {
        if (each.name == name) return each.value;
      }
    }
    return {};
  }

  std::vector<std::uint8_t> picture_;
  std::shared_ptr<media::CodecParams> params_ = std::make_shared<media::CodecParams>();
  std::uint64_t sequence_ = 0;
};

TEST_F(RecognitionInAChild, ReadsPlatesWithTheSandboxClosed) {
  Analysers analysers(config(), nullptr, system_clock());
  Listener listener;
  const auto analyst = analysers.open(camera(true), listener);
  // The cascade cuts the first two characters off.
  EXPECT_TRUE(show(*analyst, listener, [](const auto& seen) { return value(seen, "plate").ends_with("115AN"); }))
      << value(listener.seen().back(), "plate");
  EXPECT_TRUE(listener.lost_calls().empty()) << "something in there wants what the sandbox forbids";
  Figures figures;
  ASSERT_TRUE(eventually([&] {
    figures = analysers.figures();
    return figures.children.size() == 1 && figures.children[0].ready;
  }));
  EXPECT_TRUE(figures.children[0].recognition.plates);
  EXPECT_TRUE(sandbox::is_sanitized() || figures.children[0].sandbox.complete()) << figures.children[0].sandbox.remark;
  EXPECT_EQ(figures.died, 0u);
  EXPECT_NE(analysers.processes().at(0).state.find("plates"), std::string::npos);
}

TEST_F(RecognitionInAChild, WhoAsksForMoreGetsAnotherChildAndWhoAsksForLessDoesNot) {
  Analysers analysers(config(), nullptr, system_clock());
  Listener listener;
  const auto analyst = analysers.open(camera(false), listener);
  ASSERT_TRUE(show(*analyst, listener, [](const auto& seen) { return !seen.objects.empty(); }));
  EXPECT_FALSE(analysers.figures().children.at(0).recognition.any()) << "nothing is loaded that nobody wants";
  analyst->configure(camera(true).analysis);
  ASSERT_TRUE(listener.wait_lost(1));
  EXPECT_TRUE(show(*analyst, listener, [](const auto& seen) { return !value(seen, "plate").empty(); }));
  analyst->configure(camera(false).analysis);
  EXPECT_TRUE(show(*analyst, listener, [](const auto& seen) { return value(seen, "plate").empty(); }));
  EXPECT_TRUE(eventually([&] { return analysers.figures().started == 2; }));
  EXPECT_EQ(listener.lost_calls().size(), 1u);
}

TEST_F(RecognitionInAChild, WhatWasReadIsKnownToTheNextChild) {
  Analysers analysers(config(), nullptr, system_clock());
  Listener listener;
  const auto analyst = analysers.open(camera(true), listener);
  ASSERT_TRUE(show(*analyst, listener, [](const auto& seen) { return !value(seen, "plate").empty(); }));
  const auto plate = value(listener.seen().back(), "plate");
  ASSERT_EQ(::kill(analysers.figures().children.at(0).pid, SIGKILL), 0);
  ASSERT_TRUE(listener.wait_lost(1));
  ASSERT_TRUE(show(*analyst, listener, [](const auto& seen) { return !seen.objects.empty(); }));
  EXPECT_EQ(value(listener.seen().back(), "plate"), plate)
      << "with its first observation, before it could read anything";
}

TEST_F(RecognitionInAChild, AReaderThatNeverComesBackIsNoticed) {
  auto with_hang = config();
  with_hang.find_recognisers = [](const pipeline::RecognitionWanted&) {
    return pipeline::RecogniserPlaces{{"hang", "/"}};
  };
  Analysers analysers(with_hang, nullptr, system_clock());
  Listener listener;
  const auto analyst = analysers.open(camera(true), listener);
  // Pictures go on being looked at, and afterwards no answer is owed; the process is replaced all the same.
  ASSERT_TRUE(show(*analyst, listener, [](const auto& seen) { return seen.sequence >= 6; }));
  EXPECT_TRUE(listener.wait_lost(1));
}

}  // namespace
}  // namespace vigil::analyser
