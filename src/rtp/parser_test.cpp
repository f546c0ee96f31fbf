#include "rtp/parser.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vigil::rtp {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Result<std::optional<MessageParser::Message>> parse(std::string_view text) {
  MessageParser parser;
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
  MessageParser parser;
  std::vector<MessageParser::Message> got;
  std::string frame;
  for (char c : wire) {
    parser.feed(bytes(std::string_view(&c, 1)));
    auto message = parser.next();
    ASSERT_TRUE(message.ok());
    if (!message->has_value()) continue;
    if (const auto* interleaved = std::get_if<Interleaved>(&**message)) {
      frame = static_cast<char>(interleaved->channel) +
              std::string(interleaved->payload.begin(), interleaved->payload.end());
    }
    got.push_back(**message);
  }
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(std::get<Request>(got[0]).body, "abc");
  EXPECT_EQ(frame, "\x01xy");
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
  auto text = to_text(Response{200, {{"Content-Type", "application/sdp"}}, "v=0\r\n"}, "7", "Vigil");
  EXPECT_EQ(text.substr(0, 26), "RTSP/1.0 200 OK\r\nCSeq: 7\r\n");
  EXPECT_NE(text.find("Content-Length: 5\r\n\r\nv=0\r\n"), std::string::npos);
  EXPECT_EQ(to_text(Request{"OPTIONS", "rtsp://h/\r\nX: y", "", {{"A", "b\nc"}}, ""}, 3),
            "OPTIONS rtsp://h/X: y RTSP/1.0\r\nCSeq: 3\r\nA: bc\r\n\r\n");
}

TEST(RtspMessage, AnswersAreTakenApart) {
  auto message =
      parse("RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno");
  ASSERT_TRUE(message.ok() && message->has_value());
  const auto& response = std::get<Response>(**message);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(*response.header("www-authenticate"), "Basic");
  EXPECT_EQ(response.body, "no");
  EXPECT_EQ(std::get<Response>(**parse("RTSP/1.0 200\r\n\r\n")).status, 200) << "without a phrase";
  for (auto text : {"RTSP/1.0 OK\r\n\r\n", "RTSP/1.0 20x OK\r\n\r\n", "RTSP/1.0 99 No\r\n\r\n", "RTSP/1.0\r\n\r\n"}) {
    EXPECT_FALSE(parse(text).ok()) << text;
  }
}

TEST(RtspMessage, StrayBytesBetweenFramesArePassedOverOnTheClientSide) {
  MessageParser parser(MessageParser::Mode::Lenient);
  const std::string wire = std::string("\x00\x81$\xff\x00\x01", 6) + "garbage" + std::string("$\x00\x00\x01z", 5) +
                           "\r\nWEIRD nonsense\r\nRTSP/1.0 200 OK\r\nCSeq: 9\r\nbroken field\r\n\r\n";
  int frames = 0, answers = 0;
  for (char c : wire) {
    parser.feed(bytes(std::string_view(&c, 1)));
    auto message = parser.next();
    ASSERT_TRUE(message.ok());
    if (!message->has_value()) continue;
    if (const auto* frame = std::get_if<Interleaved>(&**message)) {
      EXPECT_EQ(frame->payload[0], 'z');
      ++frames;
    } else {
      EXPECT_EQ(*std::get<Response>(**message).header("CSeq"), "9");
      ++answers;
    }
  }
  EXPECT_EQ(frames, 1);
  EXPECT_EQ(answers, 1);
  EXPECT_GT(parser.skipped(), 10u);
}

TEST(RtspMessage, StrayBytesHaveAnEnd) {
  MessageParser parser(MessageParser::Mode::Lenient);
  const std::vector<std::uint8_t> noise(64 << 10, 0x81);
  bool refused = false;
  for (int i = 0; i < 6 && !refused; ++i) {
    parser.feed(noise);
    refused = !parser.next().ok();
  }
  EXPECT_TRUE(refused);
}

TEST(RtspMessage, NonsenseInCapitalLettersIsLookedAtOnce) {
  // Each letter could begin a message. Looking for its line anew at each of them takes minutes here.
  MessageParser parser(MessageParser::Mode::Lenient);
  const std::string wire = std::string(60000, 'Z') + std::string("$\x00\x00\x01z", 5);
  int frames = 0;
  for (int i = 0; i < 500; ++i) {
    parser.feed(bytes(wire));
    for (auto message = parser.next(); message.ok() && message->has_value(); message = parser.next()) ++frames;
  }
  EXPECT_EQ(frames, 500);
}

TEST(RtspMessage, AMessageBehindALongLineOfNonsenseIsFound) {
  for (std::size_t length : {2040u, 2043u, 2044u, 2048u, 5000u}) {
    MessageParser parser(MessageParser::Mode::Lenient);
    parser.feed(bytes(std::string(length, 'Z') + std::string(length, 'Q') + "\r\nRTSP/1.0 200 OK\r\nCSeq: 9\r\n\r\n"));
    auto message = parser.next();
    ASSERT_TRUE(message.ok() && message->has_value()) << length;
    EXPECT_EQ(*std::get<Response>(**message).header("CSeq"), "9");
  }
}

TEST(RtspMessage, AFewStrayBytesNowAndThenMayGoOnForEver) {
  MessageParser parser(MessageParser::Mode::Lenient);
  const std::string wire = std::string("\x81\x82\x83\x84$\x00\x00\x01z", 9);
  for (int i = 0; i < 100000; ++i) {
    parser.feed(bytes(wire));
    auto message = parser.next();
    ASSERT_TRUE(message.ok() && message->has_value()) << i;
  }
  EXPECT_EQ(parser.skipped(), 400000u);
}

TEST(RtspMessage, FramesOfEverySizeComeThroughInPieces) {
  MessageParser parser(MessageParser::Mode::Lenient);
  std::vector<std::uint8_t> wire;
  const std::vector<std::size_t> sizes = {0, 1, 1400, 65535, 12, 40000};
  for (auto size : sizes) {
    wire.insert(wire.end(), {'$', 2, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size & 0xff)});
    wire.insert(wire.end(), size, static_cast<std::uint8_t>(size));
  }
  std::vector<std::size_t> got;
  for (std::size_t at = 0; at < wire.size();) {
    auto room = parser.room();
    auto count = std::min({room.size(), wire.size() - at, std::size_t{1447}});
    std::copy_n(wire.begin() + static_cast<std::ptrdiff_t>(at), count, room.begin());
    parser.received(count);
    at += count;
    for (auto message = parser.next(); message.ok() && message->has_value(); message = parser.next()) {
      auto payload = std::get<Interleaved>(**message).payload;
      got.push_back(payload.size());
      EXPECT_TRUE(std::all_of(payload.begin(), payload.end(),
                              [&](auto b) { return b == static_cast<std::uint8_t>(payload.size()); }));
    }
  }
  EXPECT_EQ(got, sizes);
}

}  // namespace
}  // namespace vigil::rtp
