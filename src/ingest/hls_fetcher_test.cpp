#include "ingest/hls_fetcher.h"

#include <gtest/gtest.h>

#include "ingest/loopback_fake.h"
#include "ingest/picture_fake.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;

const auto kAnywhere = std::make_shared<const EgressPolicy>();

LoopbackServer::Script serve(std::string answer) {
  return [answer = std::move(answer)](LoopbackPeer& peer) {
    while (!peer.read_request().empty() && peer.send(answer)) continue;
  };
}

std::string read_all(media::ByteReader& reader) {
  std::string text;
  std::array<std::uint8_t, 7> buffer{};
  for (;;) {
    auto got = reader.read(buffer);
    if (!got.ok()) return kind_name(got.error().kind);
    if (*got == 0) return text;
    text.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*got));
  }
}

class HlsFetcherTest : public testing::Test {
 protected:
  HlsFetcher make(const std::string& base, std::shared_ptr<const EgressPolicy> policy = kAnywhere) {
    return HlsFetcher(parse_url(base).value(), std::move(policy), milliseconds(2000), {});
  }
  static FailureReason reason(const HlsFetcher& fetcher) {
    return fetcher.failure().value_or(Failure{FailureReason::None, ""}).reason;
  }
};

TEST_F(HlsFetcherTest, FetchesOverKeptConnections) {
  LoopbackServer server(serve(http_ok("video/mp2t", "a segment of some bytes")));
  auto fetcher = make(server.url("http", "/live.m3u8"));
  for (int i = 0; i < 3; ++i) {
    auto reader = fetcher.open(server.url("http", "/segment.ts"));
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(read_all(**reader), "a segment of some bytes");
    EXPECT_EQ((*reader)->location(), server.url("http", "/segment.ts"));
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_FALSE(fetcher.ended());
}

TEST_F(HlsFetcherTest, ReadsAlongInPlaylistsOnly) {
  std::string end = "#EXT-X-ENDLIST\n";
  LoopbackServer playlist(serve(http_ok("x", "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n" + end)));
  LoopbackServer segment(serve(http_ok("x", end)));
  auto fetcher = make(playlist.url("http", "/live.m3u8"));
  read_all(**fetcher.open(segment.url("http", "/")));
  EXPECT_FALSE(fetcher.ended());
  read_all(**fetcher.open(playlist.url("http", "/")));
  EXPECT_TRUE(fetcher.ended());
}

TEST_F(HlsFetcherTest, OpensNoOtherSchemeAndNoForbiddenAddress) {
  auto fetcher = make("http://127.0.0.1/live.m3u8");
  for (const char* url :
       {"file:///etc/passwd", "tcp://127.0.0.1:22", "rtmp://127.0.0.1/x", "http://169.254.169.254/key"}) {
    EXPECT_FALSE(fetcher.open(url).ok()) << url;
    EXPECT_EQ(reason(fetcher), FailureReason::Blocked) << url;
  }
  EXPECT_FALSE(fetcher.open("concat:a|b").ok());
  EXPECT_EQ(reason(fetcher), FailureReason::Protocol);
  fetcher.packet_came();
  EXPECT_EQ(reason(fetcher), FailureReason::None);
}

TEST_F(HlsFetcherTest, SignsInAtTheCameraOnly) {
  std::atomic<int> signed_in = 0;
  auto script = [&](LoopbackPeer& peer) {
    for (;;) {
      auto request = peer.read_request();
      if (request.empty()) return;
      if (request.find("Authorization: Basic") != std::string::npos) {
        ++signed_in;
        peer.send(http_ok("x", "in"));
      } else {
        peer.send("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
      }
    }
  };
  LoopbackServer camera(script), other(script);
  auto fetcher = make("http://admin:pw@" + camera.url("http", "/live.m3u8").substr(7));
  EXPECT_TRUE(fetcher.open(camera.url("http", "/live.m3u8")).ok());
  EXPECT_EQ(signed_in, 1);
  EXPECT_FALSE(fetcher.open(other.url("http", "/segment.ts")).ok());
  EXPECT_EQ(signed_in, 1);
  EXPECT_EQ(reason(fetcher), FailureReason::Auth);
}

TEST_F(HlsFetcherTest, CapsPlaylists) {
  LoopbackServer server(serve(http_ok("x", "#EXTM3U\n" + std::string(3u << 20, '#'))));
  auto fetcher = make(server.url("http", "/"));
  auto reader = fetcher.open(server.url("http", "/"));
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(read_all(**reader), kind_name(ErrorKind::Unavailable));
  EXPECT_EQ(reason(fetcher), FailureReason::Protocol);
}

}  // namespace
}  // namespace vigil::ingest
