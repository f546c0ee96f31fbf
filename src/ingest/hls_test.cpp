#include "ingest/hls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "ingest/loopback_fake.h"
#include "ingest/picture_fake.h"
#include "ingest/transport_stream_fake.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

const auto kAnywhere = std::make_shared<const EgressPolicy>();

media::Sample sample() {
  media::SampleOptions options;
  options.width = 160;
  options.height = 120;
  options.frames = 10;
  auto made = media::encode_sample(options);
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

// A web server with files; counts what is asked for.
using Contents = std::map<std::string, std::string>;
class Files {
 public:
  explicit Files(Contents files) : files_(std::move(files)), server_([this](LoopbackPeer& peer) { serve(peer); }) {}
  std::string url(const std::string& path) const { return server_.url("http", path); }
  int connections() const { return server_.connections(); }

 private:
  void serve(LoopbackPeer& peer) {
    for (;;) {
      auto request = peer.read_request();
      if (request.empty()) return;
      auto path = request.substr(4, request.find(' ', 4) - 4);
      auto found = files_.find(path);
      peer.send(found != files_.end() ? http_ok("application/octet-stream", found->second)
                                      : "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    }
  }
  const Contents files_;
  LoopbackServer server_;
};

Contents stream_of_two_segments(const std::string& playlist_end) {
  TransportStreamWriter writer;
  auto pictures = sample();
  Contents files;
  files["/a/live.m3u8"] =
      "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
      "#EXTINF:0.4,\nseg0?id=1\n#EXTINF:0.4,\nseg1?id=2\n" +
      playlist_end;
  files["/a/seg0?id=1"] = writer.segment(pictures, Ticks(0));
  files["/a/seg1?id=2"] = writer.segment(pictures, Ticks(36000));
  return files;
}

SourceConfig config_of(const std::string& url) {
  SourceConfig config;
  config.type = model::SourceType::Hls;
  config.stream.url = parse_url(url).value();
  config.connect_timeout = seconds(5);
  config.read_timeout = seconds(1);
  return config;
}

struct Outcomes {
  FailureReason open = FailureReason::None, read = FailureReason::None;
  std::string detail;
  int packets = 0;
};

Outcomes play(const SourceConfig& config, std::shared_ptr<const EgressPolicy> policy = kAnywhere) {
  HlsSource source(config, std::move(policy));
  Outcomes result;
  auto opened = source.open();
  if (!opened.ok()) {
    result.open = opened.failure().reason;
    result.detail = opened.failure().detail;
    return result;
  }
  for (;; ++result.packets) {
    auto packet = source.read();
    if (packet.ok()) continue;
    result.read = packet.failure().reason;
    result.detail = packet.failure().detail;
    return result;
  }
}

TEST(HlsSource, PlaysAClosedPlaylistInRealTimeToItsEnd) {
  Files files(stream_of_two_segments("#EXT-X-ENDLIST\n"));
  auto begun = system_clock().steady();
  auto config = config_of(files.url("/a/live.m3u8"));
  config.read_timeout = seconds(20);
  auto result = play(config);
  EXPECT_EQ(result.open, FailureReason::None) << result.detail;
  EXPECT_EQ(result.read, FailureReason::Ended) << result.detail;
  EXPECT_EQ(result.packets, 20);
  EXPECT_GE(system_clock().steady() - begun, milliseconds(700)) << "paced";
}

TEST(HlsSource, BeginsAtTheNewestSegmentAndNoticesAPlaylistThatStandsStill) {
  Files files(stream_of_two_segments(""));
  auto result = play(config_of(files.url("/a/live.m3u8")));
  EXPECT_EQ(result.open, FailureReason::None) << result.detail;
  EXPECT_EQ(result.packets, 10);
  EXPECT_EQ(result.read, FailureReason::Stalled) << result.detail;
}

TEST(HlsSource, TellsWhyThePlaylistCannotBeHad) {
  Files files(Contents{{"/text.m3u8", "<html>this is a page</html>"}});
  EXPECT_EQ(play(config_of(files.url("/missing.m3u8"))).open, FailureReason::NotFound);
  EXPECT_EQ(play(config_of(files.url("/text.m3u8"))).open, FailureReason::Protocol);
  EXPECT_EQ(play(config_of("http://127.0.0.1:" + std::to_string(LoopbackServer::closed_port()) + "/x")).open,
            FailureReason::Refused);
  EXPECT_EQ(play(config_of("http://nonexistent.invalid/x.m3u8")).open, FailureReason::Dns);
  LoopbackServer refuses([](LoopbackPeer& peer) {
    while (!peer.read_request().empty()) peer.send("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
  });
  auto closed = play(config_of("http://admin:hunter2@" + refuses.url("http", "/x.m3u8").substr(7)));
  EXPECT_EQ(closed.open, FailureReason::Auth);
  EXPECT_EQ(closed.detail.find("hunter2"), std::string::npos);
}

TEST(HlsSource, FetchesNothingFromForbiddenPlaces) {
  LoopbackServer secret([](LoopbackPeer& peer) { peer.hold(); });
  auto policy = EgressPolicy::make({}, {"127.0.0.2/32"});
  auto no_second_host = std::make_shared<const EgressPolicy>(std::move(policy).value());
  auto inside = "http://127.0.0.2:" + std::to_string(secret.port());
  const std::string head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n";
  for (const auto& playlist : {
           head + "#EXTINF:1,\n" + inside + "/a.ts\n#EXT-X-ENDLIST\n",
           head + "#EXT-X-KEY:METHOD=AES-128,URI=\"" + inside + "/key\"\n#EXTINF:1,\nseg0\n#EXT-X-ENDLIST\n",
           head + "#EXT-X-MAP:URI=\"" + inside + "/init.mp4\"\n#EXTINF:1,\nseg0\n#EXT-X-ENDLIST\n",
           "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + inside + "/variant.m3u8\n",
           head + "#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
           head + "#EXTINF:1,\ntcp://127.0.0.2:" + std::to_string(secret.port()) + "\n#EXT-X-ENDLIST\n",
       }) {
    Files files(Contents{{"/live.m3u8", playlist}, {"/seg0", "x"}});
    auto config = config_of(files.url("/live.m3u8"));
    config.connect_timeout = milliseconds(1500);
    auto result = play(config, no_second_host);
    EXPECT_NE(result.open, FailureReason::None) << playlist;
  }
  EXPECT_EQ(secret.connections(), 0);
}

TEST(HlsSource, InterruptEndsEveryState) {
  auto files = stream_of_two_segments("");
  for (const char* silent_at : {"/a/live.m3u8", "/a/seg1", "nowhere"}) {
    std::unique_ptr<HlsSource> source;  // outlives the server, whose thread interrupts it
    std::atomic<int> playlists = 0;
    LoopbackServer server([&](LoopbackPeer& peer) {
      for (;;) {
        auto request = peer.read_request();
        if (request.empty()) return;
        bool waits_for_more = request.find("live.m3u8") != std::string::npos && ++playlists > 1;
        if (request.find(silent_at) != std::string::npos || waits_for_more) {
          source->interrupt();
          peer.hold();
          return;
        }
        auto path = request.substr(4, request.find(' ', 4) - 4);
        peer.send(http_ok("application/octet-stream", files[path]));
      }
    });
    auto config = config_of(server.url("http", "/a/live.m3u8"));
    config.connect_timeout = config.read_timeout = seconds(60);
    source = std::make_unique<HlsSource>(config, kAnywhere);
    auto begun = system_clock().steady();
    auto opened = source->open();
    auto reason = opened.ok() ? FailureReason::None : opened.failure().reason;
    while (reason == FailureReason::None) {
      auto packet = source->read();
      if (!packet.ok()) reason = packet.failure().reason;
    }
    EXPECT_EQ(reason, FailureReason::Stopped) << silent_at;
    EXPECT_LT(system_clock().steady() - begun, seconds(10)) << silent_at;
  }
}

}  // namespace
}  // namespace vigil::ingest
