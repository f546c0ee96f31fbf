#include <gtest/gtest.h>

#include "ingest/rtmp/dialogue.h"
#include "ingest/rtmp/encoder_fake.h"
#include "ingest/rtmp/tracks.h"

namespace vigil::ingest::rtmp {
namespace {

using fake::Bytes;

std::string text(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST(Amf, WhatIsWrittenIsReadBack) {
  Bytes bytes;
  write_amf(Amf::of("connect"), bytes);
  write_amf(Amf::of(1.5), bytes);
  write_amf(Amf(), bytes);
  write_amf(Amf::object({{"app", Amf::of("live")}, {"list", Amf::array({"a", "b"})}}), bytes);
  auto values = read_amf(bytes);
  ASSERT_TRUE(values.ok()) << values.error().message;
  ASSERT_EQ(values->size(), 4u);
  EXPECT_EQ((*values)[0].text, "connect");
  EXPECT_EQ((*values)[1].number, 1.5);
  EXPECT_EQ((*values)[2].kind, Amf::Kind::Null);
  EXPECT_EQ((*values)[3].text_of("app"), "live");
  ASSERT_NE((*values)[3].find("list"), nullptr);
  EXPECT_EQ((*values)[3].find("list")->members[1].value.text, "b");
  EXPECT_EQ((*values)[3].find("other"), nullptr);
}

TEST(Amf, ReadsWhatEncodersSendBesides) {
  // An ECMA array with one member that is undefined, a boolean, a date, a long string.
  const Bytes bytes = {8, 0, 0, 0, 9, 0, 1, 'x', 6, 0,  0, 9, 1, 1, 11, 0,
                       0, 0, 0, 0, 0, 0, 0, 0,   0, 12, 0, 0, 0, 1, 'y'};
  auto values = read_amf(bytes);
  ASSERT_TRUE(values.ok()) << values.error().message;
  ASSERT_EQ(values->size(), 4u);
  EXPECT_EQ((*values)[0].members.size(), 1u);
  EXPECT_TRUE((*values)[1].boolean);
  EXPECT_EQ((*values)[3].text, "y");
}

TEST(Amf, RefusesWhatIsCutOffTooDeepOrTooMuch) {
  EXPECT_EQ(read_amf(Bytes{2, 0, 5, 'a'}).error().kind, ErrorKind::DataLoss);
  EXPECT_EQ(read_amf(Bytes{0, 1}).error().kind, ErrorKind::DataLoss);
  EXPECT_EQ(read_amf(Bytes{3, 0, 1, 'a', 5}).error().kind, ErrorKind::DataLoss);
  EXPECT_EQ(read_amf(Bytes{42}).error().kind, ErrorKind::DataLoss);
  EXPECT_EQ(read_amf(Bytes{10, 0xff, 0xff, 0xff, 0xff}).error().kind, ErrorKind::DataLoss);
  Bytes deep;
  for (int i = 0; i < 20; ++i) fake::append(deep, {10, 0, 0, 0, 1});
  EXPECT_EQ(read_amf(deep).error().kind, ErrorKind::ResourceExhausted);
  EXPECT_EQ(read_amf(Bytes(5000, 5)).error().kind, ErrorKind::ResourceExhausted);
}

TEST(Chunks, MessagesComeBackHoweverTheBytesAreCut) {
  Message sent{kVideo, 1, 0, Bytes(1000)};
  for (std::size_t i = 0; i < sent.body.size(); ++i) sent.body[i] = static_cast<std::uint8_t>(i);
  Bytes bytes;
  write_message(6, sent, 128, bytes);
  write_message(4, {kAudio, 1, 0, {}}, 128, bytes);
  for (std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{129}, bytes.size()}) {
    ChunkReader reader;
    std::vector<Message> out;
    for (std::size_t from = 0; from < bytes.size(); from += step) {
      const auto count = std::min(step, bytes.size() - from);
      ASSERT_TRUE(reader.push(std::span(bytes).subspan(from, count), out).ok());
    }
    ASSERT_EQ(out.size(), 2u) << step;
    EXPECT_EQ(out[0].body, sent.body);
    EXPECT_TRUE(out[1].body.empty());
  }
}

TEST(Chunks, TimesAreDifferencesAndWrapAfterFortyNineDays) {
  ChunkReader reader;
  std::vector<Message> out;
  const Bytes bytes = {6,    0xff, 0xff, 0xff, 0,   0, 1, kVideo, 1,   0, 0, 0, 0xff, 0xff, 0xff, 0xf0, 'a',  // whole
                       0x46, 0,    0,    10,   0,   0, 1, kVideo, 'b',                 // difference 10
                       0x86, 0,    0,    20,   'c',                                    // difference 20
                       0xc6, 'd',                                                      // again 20
                       6,    0,    0,    50,   0,   0, 1, kVideo, 1,   0, 0, 0, 'e'};  // whole
  ASSERT_TRUE(reader.push(bytes, out).ok());
  ASSERT_EQ(out.size(), 5u);
  const std::int64_t first = 0xfffffff0;
  EXPECT_EQ(out[0].time_ms, first);
  EXPECT_EQ(out[1].time_ms, first + 10);
  EXPECT_EQ(out[2].time_ms, first + 30);
  EXPECT_EQ(out[3].time_ms, first + 50);
  EXPECT_EQ(out[4].time_ms, first + 16 + 50);
}

TEST(Chunks, RefusesWhatIsNoneOrTooMuch) {
  auto refused = [](const Bytes& bytes) {
    ChunkReader reader;
    std::vector<Message> out;
    auto result = reader.push(bytes, out);
    return result.ok() ? std::string("taken") : std::string(kind_name(result.error().kind));
  };
  EXPECT_EQ(refused({0xc6, 'x'}), kind_name(ErrorKind::DataLoss)) << "no header before";
  EXPECT_EQ(refused({2, 0, 0, 0, 0, 0, 4, kSetChunkSize, 0, 0, 0, 0, 0, 0, 0, 0}), kind_name(ErrorKind::DataLoss));
  Bytes many;
  for (int i = 0; i < 100; ++i) {
    fake::append(many, {0, static_cast<std::uint8_t>(i), 0, 0, 0, 0, 1, 0, kVideo, 1, 0, 0, 0});
    fake::append(many, Bytes(128));
  }
  EXPECT_EQ(refused(many), kind_name(ErrorKind::ResourceExhausted)) << "chunk streams";
  Bytes large = {2, 0, 0, 0, 0, 0, 4, kSetChunkSize, 0, 0, 0, 0, 0x00, 0xff, 0xff, 0xf0};
  for (int i = 3; i < 6; ++i) {
    fake::append(large, {static_cast<std::uint8_t>(i), 0, 0, 0, 0xff, 0xff, 0xff, kVideo, 1, 0, 0, 0});
    fake::append(large, Bytes(0xfffff0));
  }
  EXPECT_EQ(refused(large), kind_name(ErrorKind::ResourceExhausted)) << "held bytes";
}

TEST(Flv, OldAndEnhancedTagsAreTold) {
  const Bytes old = {0x17, 1, 0xff, 0xff, 0xf6, 'x'};
  auto tag = read_video_tag(old);
  ASSERT_TRUE(tag.ok());
  EXPECT_EQ(tag->content, Content::Frame);
  EXPECT_EQ(tag->codec, media::Codec::H264);
  EXPECT_EQ(tag->later_ms, -10);
  EXPECT_EQ(tag->payload.size(), 1u);
  const Bytes enhanced = {0x91, 'h', 'v', 'c', '1', 0, 0, 40, 'x'};
  tag = read_video_tag(enhanced);
  ASSERT_TRUE(tag.ok());
  EXPECT_EQ(tag->codec, media::Codec::H265);
  EXPECT_EQ(tag->later_ms, 40);
  EXPECT_EQ(tag->payload.size(), 1u);
  EXPECT_EQ(read_video_tag(Bytes{0x12, 0}).error().kind, ErrorKind::UnsupportedMedia) << "Sorenson";
  EXPECT_EQ(read_video_tag(Bytes{0x91, 'a', 'v', '0', '1', 0, 0, 0}).error().kind, ErrorKind::UnsupportedMedia);
  EXPECT_EQ(read_video_tag(Bytes{0x17, 1, 0}).error().kind, ErrorKind::DataLoss);
  EXPECT_EQ(read_video_tag(Bytes{0x91, 'h', 'v', 'c', '1', 0}).error().kind, ErrorKind::DataLoss);
  EXPECT_EQ(read_video_tag(Bytes{0x57, 1})->content, Content::Nothing) << "a command to players";
  EXPECT_EQ(read_audio_tag(Bytes{0xaf, 0, 0x12, 0x10})->content, Content::Config);
  EXPECT_EQ(read_audio_tag(Bytes{0x80, 1, 2})->codec, media::Codec::Pcmu);
  EXPECT_EQ(read_audio_tag(Bytes{0xb2, 1, 2}).error().kind, ErrorKind::UnsupportedMedia) << "Speex";
}

const Tracks::Arrival kNow{};

TEST(Tracks, PicturesComeOutAsPacketsOfTheirCodec) {
  for (auto codec : {media::Codec::H264, media::Codec::H265}) {
    const auto sent = fake::pictures(codec, 3);
    ASSERT_EQ(sent.size(), 3u);
    const bool avc = codec == media::Codec::H264;
    Tracks tracks;
    std::vector<media::Packet> out;
    ASSERT_FALSE(tracks.video(0, avc ? fake::avc_config(sent[0]) : fake::hvc_config(sent[0]), kNow, out));
    EXPECT_TRUE(out.empty());
    for (int i = 0; i < 3; ++i) {
      const auto& one = sent[static_cast<std::size_t>(i)];
      ASSERT_FALSE(tracks.video(40 * i, avc ? fake::avc_frame(one) : fake::hvc_frame(one), kNow, out));
    }
    ASSERT_EQ(out.size(), 3u);
    EXPECT_TRUE(out[0].key);
    EXPECT_FALSE(out[1].key);
    EXPECT_EQ(out[0].params->codec, codec);
    EXPECT_EQ(out[0].params->width, 64);
    EXPECT_EQ(out[2].pts - out[0].pts, Ticks(7200));
    EXPECT_TRUE(std::ranges::equal(out[1].data.view(), sent[1].data.view()));
  }
}

TEST(Tracks, AnotherPictureSizeInMidStreamIsAChangeOfParameters) {
  const auto small = fake::pictures(media::Codec::H264, 1), large = fake::pictures(media::Codec::H264, 1, 128);
  ASSERT_FALSE(small.empty() || large.empty());
  Tracks tracks;
  std::vector<media::Packet> out;
  std::int64_t time = 0;
  for (const auto* packets : {&small, &large}) {
    ASSERT_FALSE(tracks.video(time, fake::avc_config(packets->front()), kNow, out));
    ASSERT_FALSE(tracks.video(time, fake::avc_frame(packets->front()), kNow, out));
    time += 40;
  }
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].params->width, 64);
  EXPECT_EQ(out[1].params->width, 128);
}

TEST(Tracks, SoundIsTakenAndSoundThatCannotBeReadIsLeftOut) {
  Tracks tracks;
  std::vector<media::Packet> out;
  ASSERT_FALSE(tracks.audio(0, Bytes{0xaf, 1, 1, 2, 3}, kNow, out));
  EXPECT_TRUE(out.empty()) << "no configuration yet";
  ASSERT_FALSE(tracks.audio(0, Bytes{0xaf, 0, 0x12, 0x10}, kNow, out));
  ASSERT_FALSE(tracks.audio(20, Bytes{0xaf, 1, 1, 2, 3}, kNow, out));
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].track, 1);
  EXPECT_EQ(out[0].params->codec, media::Codec::Aac);
  EXPECT_EQ(out[0].params->sample_rate, 44100);
  EXPECT_FALSE(tracks.audio(40, Bytes{0xb2, 1, 2, 3}, kNow, out)) << "Speex";
  EXPECT_EQ(out.size(), 1u);
  auto bad = tracks.video(40, Bytes{0x12, 1, 2, 3}, kNow, out);
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->reason, model::FailureReason::Codec);
}

struct Talk {
  Dialogue dialogue;
  std::string heard;
  Result<void> say(const Bytes& bytes) {
    auto result = dialogue.push(bytes);
    heard += text(dialogue.take_answers());
    return result;
  }
};

TEST(Dialogue, AnEncoderPublishesUnderAKey) {
  Talk talk;
  ASSERT_TRUE(talk.say(fake::hello()).ok());
  EXPECT_EQ(talk.heard.size(), 1u + 2 * 1536);
  ASSERT_TRUE(talk.say(fake::echo()).ok());
  ASSERT_TRUE(talk.say(fake::connect()).ok());
  EXPECT_NE(talk.heard.find("NetConnection.Connect.Success"), std::string::npos);
  EXPECT_NE(talk.heard.find("hvc1"), std::string::npos) << "Enhanced RTMP was offered";
  EXPECT_FALSE(talk.dialogue.take_wanted_key());
  ASSERT_TRUE(talk.say(fake::publish("secret-key?user=x")).ok());
  auto key = talk.dialogue.take_wanted_key();
  ASSERT_TRUE(key);
  EXPECT_EQ(key->reveal(), "secret-key");
  ASSERT_TRUE(talk.say(fake::at(0, kVideo, {1})).ok());
  EXPECT_TRUE(talk.dialogue.take_media().empty()) << "nothing before the key is accepted";
  talk.dialogue.accept();
  ASSERT_TRUE(talk.say(fake::at(40, kVideo, {2})).ok());
  EXPECT_NE(talk.heard.find("NetStream.Publish.Start"), std::string::npos);
  auto media = talk.dialogue.take_media();
  ASSERT_EQ(media.size(), 1u);
  EXPECT_EQ(media[0].time_ms, 40);
  EXPECT_EQ(talk.heard.find("secret-key"), std::string::npos);
  ASSERT_TRUE(talk.say(fake::command({Amf::of("deleteStream"), Amf::of(4.0), Amf(), Amf::of(1.0)})).ok());
  EXPECT_TRUE(talk.dialogue.over());
}

TEST(Dialogue, WhoeverDoesNotPublishIsToldWhatToDo) {
  auto after = [](const Bytes& said) {
    Talk talk;
    EXPECT_TRUE(talk.say(fake::hello()).ok() && talk.say(fake::echo()).ok());
    EXPECT_TRUE(talk.say(said).ok());
    EXPECT_TRUE(talk.dialogue.over());
    return talk.heard.substr(1 + 2 * 1536);
  };
  EXPECT_NE(after(fake::connect("vod")).find("rtmp://host:port/live/KEY"), std::string::npos);
  Bytes play = fake::connect();
  fake::append(play, fake::command({Amf::of("play"), Amf::of(2.0), Amf(), Amf::of("x")}, 1));
  EXPECT_NE(after(play).find("NetStream.Play.Failed"), std::string::npos);
  Bytes keyless = fake::connect();
  fake::append(keyless, fake::publish(""));
  EXPECT_NE(after(keyless).find("stream key is missing"), std::string::npos);
}

TEST(Dialogue, WhatIsNoRtmpIsAnError) {
  Talk http;
  EXPECT_FALSE(http.say({'G', 'E', 'T', ' '}).ok());
  Talk early;
  ASSERT_TRUE(early.say(fake::hello()).ok() && early.say(fake::echo()).ok());
  EXPECT_FALSE(early.say(fake::publish("x")).ok()) << "before connect";
  Talk large;
  ASSERT_TRUE(large.say(fake::hello()).ok() && large.say(fake::echo()).ok());
  Bytes command;
  write_message(3, {kCommand, 0, 0, Bytes(100000)}, 128, command);
  EXPECT_FALSE(large.say(command).ok());
}

TEST(Dialogue, BytesAreAcknowledgedAndPingsAnswered) {
  Talk talk;
  ASSERT_TRUE(talk.say(fake::hello()).ok() && talk.say(fake::echo()).ok() && talk.say(fake::connect()).ok());
  talk.heard.clear();
  Bytes ping;
  write_message(2, {kUserControl, 0, 0, {0, 6, 1, 2, 3, 4}}, 128, ping);
  ASSERT_TRUE(talk.say(ping).ok());
  EXPECT_NE(talk.heard.find(std::string("\0\7\1\2\3\4", 6)), std::string::npos);
  talk.heard.clear();
  Bytes window;
  write_message(2, {kWindowSize, 0, 0, {0, 1, 0, 0}}, 128, window);
  ASSERT_TRUE(talk.say(window).ok());
  Bytes data;
  write_message(5, {kData, 1, 0, Bytes(70000)}, 128, data);
  ASSERT_TRUE(talk.say(data).ok());
  const auto sent = 1 + 2 * 1536 + fake::connect().size() + ping.size() + window.size() + data.size();
  const std::string number = {static_cast<char>(sent >> 24), static_cast<char>(sent >> 16),
                              static_cast<char>(sent >> 8), static_cast<char>(sent)};
  EXPECT_NE(talk.heard.find(std::string("\0\0\4\3\0\0\0\0", 8) + number), std::string::npos) << "an Acknowledgement";
}

}  // namespace
}  // namespace vigil::ingest::rtmp
