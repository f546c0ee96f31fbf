#include <gtest/gtest.h>

#include "ingest/loopback_fake.h"
#include "ingest/mjpeg.h"
#include "ingest/picture_fake.h"
#include "ingest/snapshot.h"

// MJPEG and snapshot sources against scripted cameras.

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

const auto kAnywhere = std::make_shared<const EgressPolicy>();
constexpr const char* kMixed = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=--b\r\n\r\n";

SourceConfig config_of(const std::string& url) {
  SourceConfig config;
  config.stream.url = parse_url(url).value();
  config.poll_interval_s = 0.05;
  config.connect_timeout = seconds(5);
  config.read_timeout = seconds(5);
  return config;
}

std::string part(const std::string& picture) {
  return "--b\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(picture.size()) + "\r\n\r\n" + picture +
         "\r\n";
}

TEST(MjpegSource, MakesAPacketOfEveryPart) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send(kMixed + part(fake_jpeg(64, 48)) + part("some text") + part(fake_jpeg(64, 48)) + part(fake_jpeg(32, 16)));
  });
  MjpegSource source(config_of(server.url("http", "/stream")), kAnywhere);
  ASSERT_TRUE(source.open().ok());
  auto first = source.read(), second = source.read(), third = source.read();
  ASSERT_TRUE(first.ok() && second.ok() && third.ok());
  EXPECT_EQ(first.value().params->codec, media::Codec::Mjpeg);
  EXPECT_EQ(first.value().params->width, 64);
  EXPECT_EQ(first.value().pts.count(), 0);
  EXPECT_TRUE(first.value().discontinuity);
  EXPECT_EQ(second.value().params, first.value().params);
  EXPECT_GT(second.value().dts, first.value().dts);
  EXPECT_EQ(third.value().params->width, 32);
  EXPECT_EQ(third.value().data.size(), fake_jpeg(32, 16).size());
  auto end = source.read();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.failure().reason, FailureReason::Ended);
}

FailureReason after(const std::string& stream, int packets) {
  LoopbackServer server([&](LoopbackPeer& peer) {
    peer.read_request();
    peer.send(kMixed + stream);
    peer.hold();
  });
  auto config = config_of(server.url("http", "/"));
  config.read_timeout = milliseconds(200);
  MjpegSource source(config, kAnywhere);
  if (!source.open().ok()) return FailureReason::Internal;
  for (int i = 0; i < packets; ++i) {
    if (!source.read().ok()) return FailureReason::Internal;
  }
  auto last = source.read();
  return last.ok() ? FailureReason::None : last.failure().reason;
}

TEST(MjpegSource, TellsNoVideoFromStalled) {
  EXPECT_EQ(after("", 0), FailureReason::NoVideo);
  EXPECT_EQ(after("--b\r\nContent-Length: 3\r\n\r\ntxt\r\n", 0), FailureReason::NoVideo);
  EXPECT_EQ(after(part(fake_jpeg(8, 8)), 1), FailureReason::Stalled);
}

TEST(MjpegSource, GivesUpOnACameraThatSendsNothingButJunk) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send(kMixed);
    while (peer.send(std::string(4096, 'j'))) continue;
  });
  auto config = config_of(server.url("http", "/"));
  config.read_timeout = milliseconds(200);
  MjpegSource source(config, kAnywhere);
  ASSERT_TRUE(source.open().ok());
  auto packet = source.read();
  ASSERT_FALSE(packet.ok());
  EXPECT_EQ(packet.failure().reason, FailureReason::NoVideo);
}

TEST(MjpegSource, GivesUpOnEndlessTextsAndOnHugeParts) {
  std::string texts;
  for (int i = 0; i < 101; ++i) texts += part("text");
  EXPECT_EQ(after(texts, 0), FailureReason::Protocol);
  EXPECT_EQ(after("--b\r\nContent-Length: 20000000\r\n\r\nxxxxxxxxxx", 0), FailureReason::NoVideo);
}

TEST(MjpegSource, SaysSoWhenThePathIsAWebPage) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send(http_ok("text/html; charset=utf-8", "<html>"));
  });
  MjpegSource source(config_of(server.url("http", "/")), kAnywhere);
  auto opened = source.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.failure().reason, FailureReason::Protocol);
}

LoopbackServer::Script camera_with(std::function<std::string(int)> answer) {
  auto count = std::make_shared<std::atomic<int>>(0);
  return [answer = std::move(answer), count](LoopbackPeer& peer) {
    while (!peer.read_request().empty() && peer.send(answer((*count)++))) continue;
  };
}

TEST(MjpegSource, PollsACameraThatAnswersWithOnePicture) {
  LoopbackServer server(camera_with([](int) { return http_ok("image/jpeg", fake_jpeg(64, 48)); }));
  MjpegSource source(config_of(server.url("http", "/")), kAnywhere);
  ASSERT_TRUE(source.open().ok());
  EXPECT_TRUE(source.read().ok());
  EXPECT_TRUE(source.read().ok());
}

TEST(SnapshotSource, PollsOverOneConnection) {
  LoopbackServer server(camera_with([](int) { return http_ok("image/jpeg", fake_jpeg(64, 48)); }));
  SnapshotSource source(config_of(server.url("http", "/snap.jpg")), kAnywhere);
  auto opened = source.open();
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened.value().tracks[0]->width, 64) << "known at once, since open() fetches the first picture";
  auto first = source.read(), second = source.read(), third = source.read();
  ASSERT_TRUE(first.ok() && second.ok() && third.ok());
  EXPECT_EQ(first.value().pts.count(), 0);
  EXPECT_GT(second.value().pts, first.value().pts);
  EXPECT_GT(third.value().pts, second.value().pts);
  EXPECT_EQ(server.connections(), 1);
}

TEST(SnapshotSource, ForgivesTwoFailuresInARow) {
  LoopbackServer server(camera_with([](int n) {
    return n == 1 || n == 2 ? std::string("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
                            : http_ok("image/jpeg", fake_jpeg(64, 48));
  }));
  SnapshotSource source(config_of(server.url("http", "/")), kAnywhere);
  ASSERT_TRUE(source.open().ok());
  EXPECT_TRUE(source.read().ok());
  EXPECT_TRUE(source.read().ok());
}

TEST(SnapshotSource, EndsAtTheThirdFailureAndAtOnceWhenSignedOut) {
  auto ends = [](const std::string& status) {
    std::atomic<int> requests = 0;
    LoopbackServer server(camera_with([&](int n) {
      ++requests;
      return n == 0 ? http_ok("image/jpeg", fake_jpeg(64, 48)) : "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
    }));
    SnapshotSource source(config_of(server.url("http", "/")), kAnywhere);
    EXPECT_TRUE(source.open().ok());
    EXPECT_TRUE(source.read().ok());
    auto end = source.read();
    return std::pair(end.ok() ? FailureReason::None : end.failure().reason, requests.load());
  };
  EXPECT_EQ(ends("503 Busy"), std::pair(FailureReason::Busy, 4));
  EXPECT_EQ(ends("401 Unauthorized"), std::pair(FailureReason::Auth, 2));
}

TEST(SnapshotSource, SaysProtocolAboutWhatIsNoPicture) {
  LoopbackServer server(camera_with([](int) { return http_ok("image/jpeg", "<html>not found</html>"); }));
  SnapshotSource source(config_of(server.url("http", "/")), kAnywhere);
  auto opened = source.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.failure().reason, FailureReason::Protocol);
}

template <typename S>
void expect_interruptible(LoopbackServer::Script script) {
  std::unique_ptr<S> source;  // outlives the server, whose thread interrupts it
  LoopbackServer server([&](LoopbackPeer& peer) {
    script(peer);
    source->interrupt();
    peer.hold();
  });
  auto config = config_of(server.url("http", "/"));
  config.connect_timeout = config.read_timeout = seconds(60);
  source = std::make_unique<S>(config, kAnywhere);
  auto opened = source->open();
  auto reason = opened.ok() ? FailureReason::None : opened.failure().reason;
  while (reason == FailureReason::None) {
    auto packet = source->read();
    if (!packet.ok()) reason = packet.failure().reason;
  }
  EXPECT_EQ(reason, FailureReason::Stopped);
}

TEST(PictureSources, InterruptEndsEveryState) {
  expect_interruptible<MjpegSource>([](LoopbackPeer&) {});
  expect_interruptible<MjpegSource>([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send(kMixed + part(fake_jpeg(8, 8)));
  });
  expect_interruptible<MjpegSource>([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send(http_ok("image/jpeg", fake_jpeg(8, 8)));
  });
  expect_interruptible<SnapshotSource>([](LoopbackPeer&) {});
  expect_interruptible<SnapshotSource>([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send(http_ok("image/jpeg", fake_jpeg(8, 8)));
    peer.read_request();
  });
}

}  // namespace
}  // namespace vigil::ingest
