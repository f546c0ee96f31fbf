#include "ingest/rtmp_server.h"

#include <gtest/gtest.h>

#include "ingest/rtmp/encoder_fake.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using rtmp::fake::Bytes;
using rtmp::fake::Client;
using std::chrono::seconds;

constexpr std::string_view kKey = "the-right-key-of-yard";

class RtmpServerTest : public testing::Test {
 protected:
  void serve(RtmpServerConfig config = {}) {
    config.port = 0;
    config.after_refusal = seconds(0);
    server_ = std::make_unique<RtmpServer>(
        std::move(config),
        [this](const Secret& key) -> Result<Publication> {
          if (key.reveal() != kKey) return make_error(ErrorKind::NotFound, "no camera has this stream key");
          return Publication{"yard", source_};
        },
        system_clock());
    auto started = server_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }

  std::shared_ptr<PublishSource> source_ = std::make_shared<PublishSource>(seconds(60));
  std::unique_ptr<RtmpServer> server_;
};

TEST_F(RtmpServerTest, TwoCodecsArriveAsTheyWereSent) {
  serve();
  for (auto codec : {media::Codec::H264, media::Codec::H265}) {
    const auto sent = rtmp::fake::pictures(codec, 5);
    ASSERT_EQ(sent.size(), 5u);
    const bool avc = codec == media::Codec::H264;
    Client client(server_->port());
    ASSERT_TRUE(client.begin(kKey));
    ASSERT_TRUE(client.await("NetStream.Publish.Start")) << client.heard();
    Bytes said =
        rtmp::fake::at(0, rtmp::kVideo, avc ? rtmp::fake::avc_config(sent[0]) : rtmp::fake::hvc_config(sent[0]));
    std::uint32_t time = 0;
    for (const auto& one : sent) {
      rtmp::fake::append(
          said, rtmp::fake::at(time, rtmp::kVideo, avc ? rtmp::fake::avc_frame(one) : rtmp::fake::hvc_frame(one)));
      time += 40;
    }
    ASSERT_TRUE(client.send(said));
    ASSERT_TRUE(source_->open().ok());
    for (const auto& one : sent) {
      auto read = source_->read();
      ASSERT_TRUE(read.ok()) << read.failure().detail;
      EXPECT_EQ(read.value().params->codec, codec);
      EXPECT_TRUE(std::ranges::equal(read.value().data.view(), one.data.view()));
    }
    ASSERT_TRUE(client.send(
        rtmp::fake::command({rtmp::Amf::of("deleteStream"), rtmp::Amf::of(4.0), rtmp::Amf(), rtmp::Amf::of(1.0)})));
    client.drain();
    auto end = source_->read();
    ASSERT_FALSE(end.ok());
    EXPECT_EQ(end.failure().reason, FailureReason::Ended);
  }
}

TEST_F(RtmpServerTest, AWrongKeyIsRefusedAndTheNextEncoderIsNotDisturbed) {
  serve();
  Client wrong(server_->port());
  ASSERT_TRUE(wrong.begin("another-key"));
  wrong.drain();
  EXPECT_NE(wrong.heard().find("NetStream.Publish.BadName"), std::string::npos);
  EXPECT_EQ(wrong.heard().find("another-key"), std::string::npos);
  Client right(server_->port());
  ASSERT_TRUE(right.begin(kKey));
  EXPECT_TRUE(right.await("NetStream.Publish.Start"));
}

TEST_F(RtmpServerTest, ASecondEncoderEndsTheFirst) {
  serve();
  const auto sent = rtmp::fake::pictures(media::Codec::H264, 1);
  ASSERT_FALSE(sent.empty());
  Bytes said = rtmp::fake::at(0, rtmp::kVideo, rtmp::fake::avc_config(sent[0]));
  rtmp::fake::append(said, rtmp::fake::at(0, rtmp::kVideo, rtmp::fake::avc_frame(sent[0])));
  Client first(server_->port()), second(server_->port());
  ASSERT_TRUE(first.begin(kKey) && first.await("NetStream.Publish.Start"));
  ASSERT_TRUE(second.begin(kKey) && second.await("NetStream.Publish.Start"));
  ASSERT_TRUE(first.send(said));
  first.drain();  // ends, because the server closes
  ASSERT_TRUE(second.send(said));
  ASSERT_TRUE(source_->open().ok());
  EXPECT_TRUE(source_->read().ok());
}

TEST_F(RtmpServerTest, WhatMisbehavesIsClosedAndServesNobodyWorse) {
  RtmpServerConfig config;
  config.patience = seconds(1);
  serve(config);
  std::vector<Bytes> said;
  said.push_back({'G', 'E', 'T', ' ', '/', '\n'});
  said.push_back(Bytes(100000, 0xff));
  said.push_back({});  // says nothing at all
  Bytes half = rtmp::fake::hello();
  half.resize(700);
  said.push_back(half);
  Bytes junk = rtmp::fake::hello();
  rtmp::fake::append(junk, rtmp::fake::echo());
  rtmp::fake::append(junk, Bytes(5000, 0xc5));
  said.push_back(junk);
  Bytes silent = rtmp::fake::hello();
  rtmp::fake::append(silent, rtmp::fake::echo());
  rtmp::fake::append(silent, rtmp::fake::connect());
  said.push_back(silent);
  for (const auto& bytes : said) {
    Client client(server_->port());
    (void)client.send(bytes);
    client.drain();  // ends: the server closes it
  }
  Client codec(server_->port());
  ASSERT_TRUE(codec.begin(kKey) && codec.await("NetStream.Publish.Start"));
  (void)codec.send(rtmp::fake::at(0, rtmp::kVideo, {0x12, 0, 0}));
  codec.drain();
  Client good(server_->port());
  ASSERT_TRUE(good.begin(kKey));
  EXPECT_TRUE(good.await("NetStream.Publish.Start"));
}

TEST_F(RtmpServerTest, NoMoreAreTakenThanAreAllowed) {
  RtmpServerConfig config;
  config.max_publishers = 1;
  serve(config);
  Client first(server_->port());
  ASSERT_TRUE(first.begin(kKey) && first.await("NetStream.Publish.Start"));
  Client second(server_->port());
  (void)second.begin(kKey);
  second.drain();
  EXPECT_TRUE(second.heard().empty());
}

TEST_F(RtmpServerTest, StoppingEndsWhoeverPublishes) {
  serve();
  Client client(server_->port());
  ASSERT_TRUE(client.begin(kKey) && client.await("NetStream.Publish.Start"));
  ASSERT_TRUE(source_->open().ok());
  server_->stop();
  client.drain();
  auto end = source_->read();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.failure().reason, FailureReason::Stopped);
}

TEST(RtmpServer, SaysWhatIsWrongWithItsAddress) {
  RtmpServerConfig config;
  config.address = "no.such.name";
  RtmpServer server(
      config, [](const Secret&) -> Result<Publication> { return Publication(); }, system_clock());
  EXPECT_EQ(server.start().error().kind, ErrorKind::InvalidArgument);
}

}  // namespace
}  // namespace vigil::ingest
