#include "ingest/session.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/queue.h"
#include "ingest/loop.h"

namespace vigil::ingest {
namespace {

using model::CameraState;
using model::FailureReason;

media::Packet packet(std::uint8_t fill, bool key = true) {
  media::Packet p;
  p.key = key;
  p.params = std::make_shared<const media::CodecParams>(
      media::CodecParams{.codec = media::Codec::H264, .width = 640, .height = 360});
  p.data = media::SharedBytes(std::vector<std::uint8_t>(100, fill));
  p.received = system_clock().wall();
  return p;
}

// What the next connection does: fails to open, or delivers packets and then fails, or delivers and stays open.
struct Script {
  std::optional<Failure> open_failure;
  int packets = 0;
  std::optional<Failure> then;  // nothing: blocks until interrupted
};

class ScriptedSource final : public Source {
 public:
  explicit ScriptedSource(Script script) : script_(std::move(script)) {}
  Outcome<SourceInfo> open() override {
    if (script_.open_failure) return *script_.open_failure;
    return SourceInfo{"tcp", {}};
  }
  Outcome<media::Packet> read() override {
    if (sent_ < script_.packets) return packet(static_cast<std::uint8_t>(sent_++));
    if (script_.then) return *script_.then;
    (void)system_clock().sleep(std::chrono::hours(1), interrupted_.get_token());
    return Failure{FailureReason::Stopped, ""};
  }
  void interrupt() override { interrupted_.request_stop(); }

 private:
  Script script_;
  int sent_ = 0;
  std::stop_source interrupted_;
};

// The same for a session without a thread.
class ScriptedLoopSource final : public LoopSource, private Loop::Member {
 public:
  ScriptedLoopSource(Script script, Loop& loop, Receiver& receiver)
      : script_(std::move(script)), loop_(loop), receiver_(receiver) {}
  ~ScriptedLoopSource() override { loop_.leave(*this); }
  void start() override { loop_.wake_at(*this, system_clock().steady()); }

 private:
  void ready(int) override {}
  void due() override {
    if (script_.open_failure) return receiver_.ended(*script_.open_failure);
    receiver_.opened({"tcp", {}});
    for (int i = 0; i < script_.packets; ++i) {
      if (!receiver_.packet(packet(static_cast<std::uint8_t>(i)))) return;
    }
    if (script_.then) receiver_.ended(*script_.then);
  }

  const Script script_;
  Loop& loop_;
  Receiver& receiver_;
};

// Collects what a session reports as words; the test waits for them one after the other.
class Reports final : public SessionListener {
 public:
  void connected() override { words_.push("connected"); }
  void disconnected(const Failure& why) override {
    if (at_disconnect) at_disconnect();
    words_.push(std::string("disconnected ") + model::to_string(why.reason));
  }
  void received(const media::Packet& packet) override { words_.push("packet " + std::to_string(packet.sequence)); }
  std::function<void()> at_disconnect;  // on the session's thread
  std::string next() { return words_.pop({}, std::chrono::seconds(10)).value_or("nothing"); }

 private:
  BoundedQueue<std::string, WhenFull::DropNewest> words_{1000};
};

enum class Runs { OnAThread, OnALoop };

class SessionTest : public testing::TestWithParam<Runs> {
 protected:
  void start(std::vector<Script> scripts) {
    scripts_ = std::move(scripts);
    SessionConfig config{.name = "cam/main", .stream = "main"};
    if (GetParam() == Runs::OnAThread) {
      session_.emplace(
          config, [this] { return std::make_unique<ScriptedSource>(next_script()); }, stream_, reports_, limiter_,
          clock_);
    } else {
      config.backoff.delays = {std::chrono::milliseconds(1)};  // a loop waits in real time
      session_.emplace(
          config, thread_.loop(),
          [this](Loop& loop, Receiver& receiver) {
            return std::make_unique<ScriptedLoopSource>(next_script(), loop, receiver);
          },
          stream_, reports_, limiter_, clock_);
    }
    session_->start();
  }
  Script next_script() {
    auto turn = static_cast<std::size_t>(opened_++);
    return turn < scripts_.size() ? scripts_[turn] : Script{};
  }

  ManualClock clock_;  // waiting for the next try takes no time
  ConnectLimiter limiter_{1000, 1000, clock_};
  std::shared_ptr<stream::Stream> stream_ = std::make_shared<stream::Stream>();
  Reports reports_;
  std::vector<Script> scripts_;
  std::atomic<int> opened_{0};
  LoopThread thread_;
  std::optional<Session> session_;
};

INSTANTIATE_TEST_SUITE_P(, SessionTest, testing::Values(Runs::OnAThread, Runs::OnALoop),
                         [](const auto& runs) { return runs.param == Runs::OnAThread ? "OnAThread" : "OnALoop"; });

TEST_P(SessionTest, PublishesWhatTheSourceDeliversAndReportsIt) {
  start({{.packets = 2}});
  EXPECT_EQ(reports_.next(), "connected");
  EXPECT_EQ(reports_.next(), "packet 1");
  EXPECT_EQ(reports_.next(), "packet 2");
  auto figures = session_->figures();
  EXPECT_EQ(figures.state, CameraState::Connected);
  EXPECT_EQ(figures.frames, 2u);
  EXPECT_EQ(figures.bytes, 200u);
  EXPECT_EQ(figures.width, 640);
  EXPECT_EQ(figures.codec, "h264");
  auto group = stream_->open(stream::Start::OldestKeyFrame).try_next();
  EXPECT_TRUE(std::get<media::PacketPtr>(group)->discontinuity);
  session_->stop();
  EXPECT_EQ(reports_.next(), "disconnected stopped");
  EXPECT_EQ(session_->figures().state, CameraState::Idle);
}

TEST_P(SessionTest, TriesAgainUntilItConnectsAndCountsEachReason) {
  Failure refused{FailureReason::Refused, "nothing listens"};
  start({{.open_failure = refused},
         {.open_failure = refused},
         {.open_failure = Failure{FailureReason::Dns, ""}},
         {.packets = 1}});
  EXPECT_EQ(reports_.next(), "connected");
  auto figures = session_->figures();
  EXPECT_EQ(figures.failures[FailureReason::Refused], 2u);
  EXPECT_EQ(figures.failures[FailureReason::Dns], 1u);
  EXPECT_EQ(figures.connects, 1u);
}

TEST_P(SessionTest, ALostConnectionIsReportedWithItsReasonAndComesBack) {
  start({{.packets = 1, .then = Failure{FailureReason::Stalled, ""}}, {.packets = 1}});
  EXPECT_EQ(reports_.next(), "connected");
  EXPECT_EQ(reports_.next(), "packet 1");
  EXPECT_EQ(reports_.next(), "disconnected stalled");
  EXPECT_EQ(reports_.next(), "connected");
  EXPECT_EQ(reports_.next(), "packet 2");  // the stream goes on where it was
}

TEST_P(SessionTest, WhoHearsOfALostConnectionFindsTheReasonInTheFigures) {
  std::optional<model::StreamFigures> first;  // of the first time alone: it ends once more when the test stops it
  reports_.at_disconnect = [&] {
    if (!first) first = session_->figures();
  };
  start({{.packets = 1, .then = Failure{FailureReason::Stalled, "no packet for 10 s"}}, {.packets = 1}});
  EXPECT_EQ(reports_.next(), "connected");
  EXPECT_EQ(reports_.next(), "packet 1");
  EXPECT_EQ(reports_.next(), "disconnected stalled");
  session_->stop();  // before `first` goes
  ASSERT_TRUE(first);
  EXPECT_EQ(first->state, CameraState::Reconnecting);
  EXPECT_EQ(first->reason, FailureReason::Stalled);
  EXPECT_EQ(first->detail, "no packet for 10 s");
}

TEST_P(SessionTest, AConnectionWithoutAnyPacketHasNoVideoAndWasNeverConnected) {
  start({{.then = Failure{FailureReason::Stalled, ""}}, {.packets = 1}});
  EXPECT_EQ(reports_.next(), "connected");
  EXPECT_EQ(session_->figures().failures[FailureReason::NoVideo], 1u);
}

TEST_P(SessionTest, StopInterruptsASilentSource) {
  start({{}});
  while (opened_ == 0) std::this_thread::yield();
  session_->stop();
  EXPECT_EQ(session_->figures().state, CameraState::Idle);
}

TEST(SessionOnALoop, AConnectionWithoutAFullPictureIsGivenUp) {
  // Packets, but for ten seconds no full picture.
  class Slow final : public SessionListener {
   public:
    explicit Slow(ManualClock& clock) : clock_(clock) {}
    void connected() override {}
    void disconnected(const Failure& why) override { reason.push(model::to_string(why.reason)); }
    void received(const media::Packet&) override { clock_.advance(std::chrono::seconds(6)); }
    BoundedQueue<std::string, WhenFull::DropNewest> reason{10};

   private:
    ManualClock& clock_;
  };
  ManualClock clock;
  ConnectLimiter limiter(1000, 1000, clock);
  LoopThread thread;
  Slow slow(clock);
  SessionConfig config{.name = "cam/main", .stream = "main"};
  auto without_picture = [](Receiver& receiver) {
    receiver.opened({"tcp", {}});
    while (receiver.packet(packet(1, false))) continue;
  };
  class Delta final : public LoopSource, private Loop::Member {
   public:
    Delta(Loop& loop, Receiver& receiver, std::function<void(Receiver&)> send)
        : loop_(loop), receiver_(receiver), send_(std::move(send)) {}
    ~Delta() override { loop_.leave(*this); }
    void start() override { loop_.wake_at(*this, system_clock().steady()); }

   private:
    void ready(int) override {}
    void due() override { send_(receiver_); }
    Loop& loop_;
    Receiver& receiver_;
    const std::function<void(Receiver&)> send_;
  };
  Session session(
      config, thread.loop(),
      [&](Loop& loop, Receiver& receiver) { return std::make_unique<Delta>(loop, receiver, without_picture); },
      std::make_shared<stream::Stream>(), slow, limiter, clock);
  session.start();
  EXPECT_EQ(slow.reason.pop({}, std::chrono::seconds(10)).value_or("nothing"), "no_video");
}

TEST(SessionRetry, RetryNowEndsTheWaitingOnALoop) {
  auto stream = std::make_shared<stream::Stream>();
  Reports reports;
  ConnectLimiter limiter(1000, 1000, system_clock());
  std::atomic<int> opened{0};
  LoopThread thread;
  SessionConfig config{.name = "cam/main", .stream = "main", .backoff = {.delays = {std::chrono::hours(1)}}};
  Session session(
      config, thread.loop(),
      [&](Loop& loop, Receiver& receiver) {
        Script script{.packets = 1};
        if (opened++ == 0) script.open_failure = Failure{FailureReason::Refused, ""};
        return std::make_unique<ScriptedLoopSource>(script, loop, receiver);
      },
      stream, reports, limiter, system_clock());
  session.start();
  while (session.figures().state != CameraState::Connected) {
    session.retry_now();
    std::this_thread::yield();
  }
  EXPECT_EQ(reports.next(), "connected");
}

TEST(SessionRetry, RetryNowEndsTheWaiting) {
  auto stream = std::make_shared<stream::Stream>();
  Reports reports;
  ConnectLimiter limiter(1000, 1000, system_clock());
  std::atomic<int> opened{0};
  SessionConfig config{.name = "cam/main", .stream = "main", .backoff = {.delays = {std::chrono::hours(1)}}};
  Session session(
      config,
      [&] {
        Script script{.packets = 1};
        if (opened++ == 0) script.open_failure = Failure{FailureReason::Refused, ""};
        return std::make_unique<ScriptedSource>(script);
      },
      stream, reports, limiter, system_clock());
  session.start();
  while (!session.figures().next_try_at) std::this_thread::yield();
  // The waiting begins a moment after next_try_at is set; asking until it answers makes the test independent of that
  // moment.
  while (session.figures().state != CameraState::Connected) {
    session.retry_now();
    std::this_thread::yield();
  }
  EXPECT_EQ(reports.next(), "connected");
}

}  // namespace
}  // namespace vigil::ingest
