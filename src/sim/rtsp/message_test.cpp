#include "sim/rtsp/message.h"

#include <gtest/gtest.h>

namespace vigil::sim::rtsp {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Result<std::optional<RequestParser::Message>> parse(std::string_view text) {
  RequestParser parser;
  parser.feed(bytes(text));
  return parser.next();
}

TEST(RtspMessage, RequestIsTakenApart) {
  auto message = parse("SETUP rtsp://h/cam1 RTSP/1.0\r\ncseq: 3\r\nTransport:  RTP/AVP/TCP \r\n\r\n");
  ASSERT_TRUE(message.ok() && message->has_value());
  const auto& request = std::get<Request>(**message);
  EXPECT_EQ(request.method, "SETUP");
  EXPECT_EQ(request.uri, "rtsp://h/cam1");
  EXPECT_EQ(request.version, "RTSP/1.0");
  ASSERT_NE(request.header("CSeq"), nullptr);
  EXPECT_EQ(*request.header("CSeq"), "3");
  EXPECT_EQ(*request.header("transport"), "RTP/AVP/TCP");
  EXPECT_EQ(request.header("Session"), nullptr);
}

TEST(RtspMessage, BytesMayComeOneByOneAndMixedWithInterleavedFrames) {
  std::string wire = "\r\nGET_PARAMETER * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc";
  wire += std::string("$\x01\x00\x02xy", 6);
  wire += "OPTIONS * RTSP/1.0\nCSeq: 2\n\n";
  RequestParser parser;
  std::vector<RequestParser::Message> got;
  for (char c : wire) {
    parser.feed(bytes(std::string_view(&c, 1)));
    auto message = parser.next();
    ASSERT_TRUE(message.ok());
    if (message->has_value()) got.push_back(**message);
  }
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(std::get<Request>(got[0]).body, "abc");
  EXPECT_EQ(std::get<Interleaved>(got[1]).channel, 1);
  EXPECT_EQ(std::get<Interleaved>(got[1]).payload, (std::vector<std::uint8_t>{'x', 'y'}));
  EXPECT_EQ(std::get<Request>(got[2]).method, "OPTIONS");
}

TEST(RtspMessage, NonsenseIsRefused) {
  for (auto text : {"hello\r\n\r\n", "OPTIONS RTSP/1.0\r\n\r\n", "OPT IONS  RTSP/1.0 x\x01\r\n\r\n",
                    "O * RTSP/1.0\r\nno colon\r\n\r\n", "O * RTSP/1.0\r\n: x\r\n\r\n",
                    "O * RTSP/1.0\r\nContent-Length: -1\r\n\r\n", "O * RTSP/1.0\r\nContent-Length: 1x\r\n\r\n",
                    "O * RTSP/1.0\r\nX: a\x02\r\n\r\n", "\x16\x03\x01 tls hello\n\n"}) {
    auto message = parse(text);
    ASSERT_FALSE(message.ok()) << text;
    EXPECT_EQ(message.error().kind, ErrorKind::MalformedRequest);
  }
}

TEST(RtspMessage, SizeIsBounded) {
  auto endless = parse("OPTIONS * RTSP/1.0\r\nX: " + std::string(20000, 'a'));
  ASSERT_FALSE(endless.ok());
  EXPECT_EQ(endless.error().kind, ErrorKind::PayloadTooLarge);
  auto big = parse("OPTIONS * RTSP/1.0\r\nContent-Length: 1000000\r\n\r\n");
  ASSERT_FALSE(big.ok());
  EXPECT_EQ(big.error().kind, ErrorKind::PayloadTooLarge);
  std::string many = "OPTIONS * RTSP/1.0\r\n";
  for (int i = 0; i < 65; ++i) many += "a: b\r\n";
  EXPECT_FALSE(parse(many + "\r\n").ok());
}

TEST(RtspMessage, ResponseCarriesLengthAndSequence) {
  auto text = to_text({200, {{"Content-Type", "application/sdp"}}, "v=0\r\n"}, "7");
  EXPECT_EQ(text.substr(0, 26), "RTSP/1.0 200 OK\r\nCSeq: 7\r\n");
  EXPECT_NE(text.find("Content-Length: 5\r\n\r\nv=0\r\n"), std::string::npos);
}

}  // namespace
}  // namespace vigil::sim::rtsp
