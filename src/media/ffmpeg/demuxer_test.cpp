#include "media/demuxer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "media/decoder.h"
#include "media/ffmpeg/av.h"
#include "media/ffmpeg/rtsp_fake.h"
#include "media/rtp.h"
#include "media/sample.h"
#include "media/sdp.h"

extern "C" {
#include <libavutil/aes.h>
}

namespace vigil::media {
namespace {

using std::chrono::milliseconds;
using Data = std::vector<std::uint8_t>;

Sample sample(const SampleOptions& options) {
  auto made = encode_sample(options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? *made : Sample{};
}

std::string temporary(const char* name) {
  return testing::TempDir() + "vigil-demuxer-" + std::to_string(::getpid()) + "-" + name;
}

// The sample in a container.
Data muxed(const Sample& from, const char* format) {
  AVFormatContext* context = nullptr;
  avformat_alloc_output_context2(&context, nullptr, format, nullptr);
  const auto path = temporary("muxed");
  EXPECT_GE(avio_open(&context->pb, path.c_str(), AVIO_FLAG_WRITE), 0);
  auto* stream = avformat_new_stream(context, nullptr);
  stream->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
  stream->codecpar->codec_id = ffmpeg::to_av(from.params.codec);
  stream->codecpar->width = from.params.width;
  stream->codecpar->height = from.params.height;
  stream->time_base = {1, 25};
  stream->avg_frame_rate = {25, 1};
  if (!from.params.extradata.empty()) {
    stream->codecpar->extradata =
        static_cast<std::uint8_t*>(av_mallocz(from.params.extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    std::memcpy(stream->codecpar->extradata, from.params.extradata.data(), from.params.extradata.size());
    stream->codecpar->extradata_size = static_cast<int>(from.params.extradata.size());
  }
  EXPECT_GE(avformat_write_header(context, nullptr), 0);
  ffmpeg::AvPacket packet(av_packet_alloc());
  for (const auto& unit : from.units) {
    av_new_packet(packet.get(), static_cast<int>(unit.bytes.size()));
    std::memcpy(packet->data, unit.bytes.data(), unit.bytes.size());
    packet->pts = av_rescale_q(unit.pts.count(), {1, 90000}, stream->time_base);
    packet->dts = av_rescale_q(unit.dts.count(), {1, 90000}, stream->time_base);
    packet->duration = av_rescale_q(3600, {1, 90000}, stream->time_base);
    if (unit.key) packet->flags |= AV_PKT_FLAG_KEY;
    EXPECT_GE(av_write_frame(context, packet.get()), 0);
    av_packet_unref(packet.get());
  }
  av_write_trailer(context);
  avio_closep(&context->pb);
  avformat_free_context(context);
  std::ifstream in(path, std::ios::binary);
  Data out((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::filesystem::remove(path);
  return out;
}

class File {
 public:
  File(const char* name, const Data& bytes) : path_(temporary(name)) {
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

DemuxOptions file_options(const std::string& path) {
  DemuxOptions options;
  options.url = Secret(path);
  options.format_whitelist = {"mov", "mp4", "mpegts", "flv", "avi", "matroska,webm", "h264", "hevc", "mjpeg"};
  options.protocol_whitelist = {"file"};
  options.live = false;
  return options;
}

struct Read {
  std::vector<ParamsPtr> tracks;
  std::vector<Packet> packets;
  DemuxError error;
};

Read read_all(DemuxOptions options) {
  Read out;
  auto demuxer = make_demuxer(std::move(options));
  auto tracks = demuxer->open();
  if (!tracks.ok()) {
    out.error = tracks.error();
    return out;
  }
  out.tracks = tracks.value();
  while (true) {
    auto packet = demuxer->read();
    if (!packet.ok()) {
      out.error = packet.error();
      return out;
    }
    out.packets.push_back(packet.value());
  }
}

void expect_promises(const Read& read) {
  std::map<int, Ticks> last;
  for (const auto& packet : read.packets) {
    ASSERT_NE(packet.params, nullptr);
    EXPECT_GT(packet.data.size(), 0u);
    EXPECT_EQ(packet.discontinuity, !last.contains(packet.track));
    if (last.contains(packet.track)) {
      EXPECT_GT(packet.dts, last[packet.track]);
    }
    EXPECT_GE(packet.pts, packet.dts);
    last[packet.track] = packet.dts;
  }
}

TEST(Demuxer, ReadsEveryContainerThatCamerasAndFilesUse) {
  struct Case {
    const char* format;
    SampleOptions options;
  };
  for (const auto& [format, options] :
       std::initializer_list<Case>{{"mp4", {.frames = 12, .key_interval = 5, .b_frames = 2, .annexb = false}},
                                   {"mp4", {.codec = Codec::H265, .frames = 6, .annexb = false}},
                                   {"mpegts", {.frames = 12, .key_interval = 5}},
                                   {"flv", {.frames = 12, .key_interval = 5, .annexb = false}},
                                   {"matroska", {.codec = Codec::H265, .frames = 6, .annexb = false}},
                                   {"avi", {.codec = Codec::Mpeg4, .frames = 12, .key_interval = 5}},
                                   {"avi", {.codec = Codec::Mjpeg, .frames = 4}},
                                   {"h264", {.frames = 12, .key_interval = 5}}}) {
    auto made = sample(options);
    File file("container", muxed(made, format));
    auto read = read_all(file_options(file.path()));
    EXPECT_EQ(read.error.fault, DemuxFault::End) << format << ": " << read.error.message;
    ASSERT_EQ(read.packets.size(), made.units.size()) << format;
    ASSERT_EQ(read.tracks.size(), 1u);
    expect_promises(read);
    EXPECT_EQ(read.packets[0].params->codec, options.codec);
    EXPECT_EQ(read.packets[0].params->width, 320) << format;
    auto decoder = make_decoder(*read.packets[0].params);
    ASSERT_TRUE(decoder.ok()) << format;
    std::size_t frames = 0;
    for (std::size_t i = 0; i < read.packets.size(); ++i) {
      EXPECT_EQ(read.packets[i].key, made.units[i].key) << format << " " << i;
      auto decoded = (*decoder)->decode(read.packets[i]);
      ASSERT_TRUE(decoded.ok()) << format << ": " << decoded.error().message;
      frames += decoded->size();
    }
    frames += (*decoder)->flush().size();
    EXPECT_EQ(frames, made.units.size()) << format;
  }
}

TEST(Demuxer, ContentMayNotChooseAFormatOutsideTheList) {
  std::string playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd.ts\n#EXT-X-ENDLIST\n";
  File file("playlist.mp4", Data(playlist.begin(), playlist.end()));
  auto read = read_all(file_options(file.path()));
  EXPECT_TRUE(read.packets.empty());
  EXPECT_TRUE(read.error.fault == DemuxFault::NotAllowed || read.error.fault == DemuxFault::InvalidData)
      << read.error.message;
  auto none = file_options(file.path());
  none.format_whitelist.clear();
  EXPECT_EQ(read_all(none).error.fault, DemuxFault::NotAllowed);
}

TEST(Demuxer, ProtocolsOutsideTheListAreRefused) {
  File file("container", muxed(sample({.frames = 2, .annexb = false}), "mp4"));
  for (std::vector<std::string> protocols : {std::vector<std::string>{}, {"http", "tcp"}}) {
    auto options = file_options(file.path());
    options.protocol_whitelist = protocols;
    EXPECT_NE(read_all(options).error.fault, DemuxFault::End);
  }
}

TEST(Demuxer, FaultsAreToldApart) {
  EXPECT_EQ(read_all(file_options("/nonexistent/file.mp4")).error.fault, DemuxFault::NotFound);
  File junk("junk", Data(5000, 0x5a));
  EXPECT_EQ(read_all(file_options(junk.path())).error.fault, DemuxFault::InvalidData);
  auto options = file_options(junk.path());
  options.format = "no such format";
  EXPECT_EQ(read_all(options).error.fault, DemuxFault::NotAllowed);
  File good("good", muxed(sample({.frames = 2, .annexb = false}), "mp4"));
  options = file_options(good.path());
  options.options["stimeout"] = "5000000";
  auto refused = read_all(options);
  EXPECT_EQ(refused.error.fault, DemuxFault::NotAllowed);
  EXPECT_NE(refused.error.message.find("stimeout"), std::string::npos);
  File sound("sound", muxed(sample({.codec = Codec::Png, .frames = 1}), "matroska"));
  EXPECT_EQ(read_all(file_options(sound.path())).packets.size(), 1u);
}

TEST(Demuxer, ReadingBeforeOpeningIsAnErrorNotACrash) {
  auto demuxer = make_demuxer(file_options("/nonexistent"));
  EXPECT_FALSE(demuxer->read().ok());
}

TEST(Demuxer, ALyingSampleTableDoesNotEatTheMemory) {
  auto bytes = muxed(sample({.frames = 8, .annexb = false}), "mp4");
  const char name[] = {'s', 't', 's', 'z'};
  auto box = std::search(bytes.begin(), bytes.end(), std::begin(name), std::end(name));
  ASSERT_NE(box, bytes.end());
  // Sample size 1 for all, and 60 million of them.
  const Data lie = {0, 0, 0, 1, 3, 0x93, 0x87, 0};
  std::copy(lie.begin(), lie.end(), box + 8);
  const char counts[] = {'s', 't', 't', 's'};
  auto times = std::search(bytes.begin(), bytes.end(), std::begin(counts), std::end(counts));
  ASSERT_NE(times, bytes.end());
  std::copy(lie.begin() + 4, lie.end(), times + 12);
  const char chunks[] = {'s', 't', 's', 'c'};
  auto chunk = std::search(bytes.begin(), bytes.end(), std::begin(chunks), std::end(chunks));
  ASSERT_NE(chunk, bytes.end());
  std::copy(lie.begin() + 4, lie.end(), chunk + 16);
  File file("bomb", bytes);
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  static_cast<void>(read_all(file_options(file.path())));
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 400 << 10) << "KiB";
}

// --- playlists through the caller's own opener

class MemoryReader final : public ByteReader {
 public:
  explicit MemoryReader(Data bytes, std::string location) : bytes_(std::move(bytes)), location_(std::move(location)) {}
  Result<std::size_t> read(std::span<std::uint8_t> buffer) override {
    auto count = std::min({buffer.size(), bytes_.size() - at_, std::size_t{1000}});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, buffer.begin());
    at_ += count;
    return count;
  }
  std::string location() const override { return location_; }

 private:
  Data bytes_;
  std::string location_;
  std::size_t at_ = 0;
};

struct Site {
  std::map<std::string, Data> pages;
  std::map<std::string, std::string> moved;  // where a page really is
  std::vector<std::string> asked;

  void put(const std::string& url, const std::string& text) { pages[url] = Data(text.begin(), text.end()); }
  DemuxOptions options(const std::string& url) {
    DemuxOptions out;
    out.url = Secret(url);
    out.format = "hls";
    out.format_whitelist = {"mpegts"};
    out.protocol_whitelist = {"http", "tcp", "crypto"};
    out.open_nested = [this](const std::string& wanted) -> Result<std::unique_ptr<ByteReader>> {
      asked.push_back(wanted);
      auto page = pages.find(wanted);
      if (page == pages.end()) return make_error(ErrorKind::NotFound, "nothing at rtsp://u:hidden-word@h/");
      return std::unique_ptr<ByteReader>(std::make_unique<MemoryReader>(page->second, moved[wanted]));
    };
    return out;
  }
};

constexpr const char* kPlaylist =
    "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:0.48,\nsegment.ts\n#EXT-X-"
    "ENDLIST\n";

TEST(Demuxer, PlaylistsSegmentsAndKeysGoThroughTheCaller) {
  Site site;
  site.put("http://camera.test/live/index.m3u8", kPlaylist);
  site.pages["http://camera.test/live/segment.ts"] = muxed(sample({.frames = 12, .key_interval = 5}), "mpegts");
  auto read = read_all(site.options("http://camera.test/live/index.m3u8"));
  EXPECT_EQ(read.error.fault, DemuxFault::End) << read.error.message;
  EXPECT_EQ(read.packets.size(), 12u);
  expect_promises(read);
  EXPECT_EQ(site.asked,
            (std::vector<std::string>{"http://camera.test/live/index.m3u8", "http://camera.test/live/segment.ts"}));
}

TEST(Demuxer, ARedirectedPlaylistMovesItsSegments) {
  Site site;
  site.put("http://camera.test/index.m3u8", kPlaylist);
  site.moved["http://camera.test/index.m3u8"] = "http://other.test/deep/index.m3u8";
  site.pages["http://other.test/deep/segment.ts"] = muxed(sample({.frames = 4}), "mpegts");
  EXPECT_EQ(read_all(site.options("http://camera.test/index.m3u8")).packets.size(), 4u);
}

TEST(Demuxer, EncryptedSegmentsAreDecrypted) {
  Site site;
  site.put("http://camera.test/index.m3u8",
           "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
           "#EXT-X-KEY:METHOD=AES-128,URI=\"key.bin\",IV=0x000102030405060708090a0b0c0d0e0f\n#EXTINF:0.48,\nsegment."
           "ts\n#EXT-X-ENDLIST\n");
  Data key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
       iv = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  site.pages["http://camera.test/key.bin"] = key;
  auto clear = muxed(sample({.frames = 12, .key_interval = 5}), "mpegts");
  auto padding = 16 - clear.size() % 16;
  clear.insert(clear.end(), padding, static_cast<std::uint8_t>(padding));
  Data secret(clear.size());
  auto* aes = av_aes_alloc();
  av_aes_init(aes, key.data(), 128, 0);
  av_aes_crypt(aes, secret.data(), clear.data(), static_cast<int>(clear.size() / 16), iv.data(), 0);
  av_free(aes);
  site.pages["http://camera.test/segment.ts"] = secret;
  auto read = read_all(site.options("http://camera.test/index.m3u8"));
  EXPECT_EQ(read.error.fault, DemuxFault::End) << read.error.message;
  EXPECT_EQ(read.packets.size(), 12u);
}

TEST(Demuxer, TheCallersRefusalIsTheReasonAndHoldsNoSecret) {
  Site site;
  auto read = read_all(site.options("http://camera.test/index.m3u8"));
  EXPECT_EQ(read.error.fault, DemuxFault::NotFound);
  EXPECT_NE(read.error.message.find("nothing at"), std::string::npos) << read.error.message;
  EXPECT_EQ(read.error.message.find("hidden-word"), std::string::npos);
}

// --- RTSP

struct Stream {
  std::vector<Packet> packets;
  std::string sdp;
  std::vector<std::pair<int, Data>> frames;
  Data report;
};

Stream rtsp_stream(const SampleOptions& options, bool sets_in_sdp = true, Ticks offset = Ticks(0)) {
  Stream out;
  auto made = sample_packets(options);
  EXPECT_TRUE(made.ok());
  if (!made) return out;
  out.packets = *made;
  const SdpTrack tracks[] = {{out.packets[0].params, 96, "trackID=0"}};
  out.sdp = sets_in_sdp ? write_sdp({}, tracks) : write_sdp_without_parameter_sets({}, tracks);
  RtpPacketiser sender({.timestamp_offset = static_cast<std::uint32_t>(offset.count())});
  for (const auto& packet : out.packets) {
    auto rtp = sender.packetise(packet);
    EXPECT_TRUE(rtp.ok());
    for (auto& one : *rtp) out.frames.emplace_back(0, std::move(one.bytes));
  }
  out.report = rtcp_sender_report(sender, 0, out.packets[0].received);
  return out;
}

DemuxOptions rtsp_options(const FakeRtsp& server, milliseconds limit = milliseconds(3000)) {
  DemuxOptions options;
  options.url = Secret(server.url());
  options.format = "rtsp";
  options.protocol_whitelist = {"rtsp", "rtp", "tcp", "udp"};
  options.options["rtsp_transport"] = "tcp";
  options.open_timeout = options.read_timeout = limit;
  return options;
}

TEST(Demuxer, RtspGivesWhatTheCameraSent) {
  for (auto codec : {Codec::H264, Codec::H265}) {
    for (bool sets_in_sdp : {true, false}) {
      auto stream = rtsp_stream({.codec = codec, .frames = 8, .key_interval = 4}, sets_in_sdp, Ticks(900000));
      FakeRtsp server({.sdp = stream.sdp, .frames = stream.frames});
      auto demuxer = make_demuxer(rtsp_options(server));
      auto tracks = demuxer->open();
      ASSERT_TRUE(tracks.ok()) << tracks.error().message;
      ASSERT_EQ(tracks.value().size(), 1u);
      EXPECT_EQ(tracks.value()[0]->codec, codec);
      EXPECT_EQ(tracks.value()[0]->width, sets_in_sdp ? 320 : 0);
      // The parser hands out a unit when the next one begins, so the last one does not come while the camera is silent.
      for (std::size_t i = 0; i + 1 < stream.packets.size(); ++i) {
        auto packet = demuxer->read();
        ASSERT_TRUE(packet.ok()) << i << ": " << packet.error().message;
        EXPECT_TRUE(std::ranges::equal(packet.value().data.view(), stream.packets[i].data.view()))
            << codec_name(codec) << i;
        EXPECT_EQ(packet.value().key, stream.packets[i].key);
        EXPECT_EQ(packet.value().discontinuity, i == 0);
        EXPECT_EQ(packet.value().params->extradata, stream.packets[0].params->extradata);
      }
    }
  }
}

TEST(Demuxer, RtspCarriesSoundAsTrackOne) {
  auto video = sample_packets({.frames = 8, .key_interval = 4}),
       sound = sample_packets({.codec = Codec::Aac, .frames = 10});
  ASSERT_TRUE(video.ok() && sound.ok());
  const SdpTrack tracks[] = {{sound->front().params, 97, "trackID=0"}, {video->front().params, 96, "trackID=1"}};
  FakeRtspPlan plan{.sdp = write_sdp({}, tracks)};
  RtpPacketiser picture({.payload_type = 96, .timestamp_offset = 90000});
  RtpPacketiser voice({.payload_type = 97, .timestamp_offset = 48000});
  auto send = [&](int channel, RtpPacketiser& sender, const Packet& packet) {
    auto rtp = sender.packetise(packet);
    ASSERT_TRUE(rtp.ok());
    for (auto& one : *rtp) plan.frames.emplace_back(channel, std::move(one.bytes));
  };
  for (std::size_t i = 0; i < 8; ++i) {
    send(2, picture, (*video)[i]);
    send(0, voice, (*sound)[i + 2]);
  }
  FakeRtsp server(plan);
  auto demuxer = make_demuxer(rtsp_options(server));
  auto opened = demuxer->open();
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  ASSERT_EQ(opened.value().size(), 2u);
  EXPECT_EQ(opened.value()[0]->codec, Codec::H264) << "the picture is track 0 whatever the order";
  EXPECT_EQ(opened.value()[1]->codec, Codec::Aac);
  EXPECT_EQ(opened.value()[1]->extradata, sound->front().params->extradata);
  EXPECT_EQ(opened.value()[1]->codec_string, "mp4a.40.2");
  std::size_t heard = 0;
  for (int i = 0; i < 14; ++i) {
    auto packet = demuxer->read();
    ASSERT_TRUE(packet.ok()) << packet.error().message;
    if (packet.value().track != 1) continue;
    EXPECT_TRUE(packet.value().key);
    EXPECT_TRUE(std::ranges::equal(packet.value().data.view(), (*sound)[heard++ + 2].data.view()));
  }
  EXPECT_GE(heard, 6u);
}

TEST(Demuxer, SoundAloneAndForeignPicturesAreToldApart) {
  const std::string head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n";
  FakeRtsp sound({.sdp = head + "m=audio 0 RTP/AVP 0\r\na=control:a\r\n"});
  EXPECT_EQ(read_all(rtsp_options(sound)).error.fault, DemuxFault::NoVideo);
  FakeRtsp foreign({.sdp = head + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=control:v\r\n"});
  auto read = read_all(rtsp_options(foreign));
  EXPECT_EQ(read.error.fault, DemuxFault::NotAllowed);
  EXPECT_NE(read.error.message.find("vp8"), std::string::npos) << read.error.message;
}

TEST(Demuxer, RtspTimesFollowTheCamerasClock) {
  auto stream = rtsp_stream({.frames = 12, .key_interval = 12, .b_frames = 2}, true, Ticks(900000));
  FakeRtsp server({.sdp = stream.sdp, .frames = stream.frames});
  auto demuxer = make_demuxer(rtsp_options(server));
  ASSERT_TRUE(demuxer->open().ok());
  std::vector<Packet> got;
  for (std::size_t i = 0; i + 1 < stream.packets.size(); ++i) {
    auto packet = demuxer->read();
    ASSERT_TRUE(packet.ok());
    got.push_back(packet.value());
  }
  for (std::size_t i = 1; i < got.size(); ++i) {
    EXPECT_GT(got[i].dts, got[i - 1].dts) << i;
    EXPECT_GE(got[i].pts, got[i].dts) << i;
    // The first decode time is a guess, and may be a tick late.
    EXPECT_NEAR(static_cast<double>((got[i].pts - got[1].pts).count()),
                static_cast<double>((stream.packets[i].pts - stream.packets[1].pts).count()), 2)
        << i;
  }
}

TEST(Demuxer, RtspRefusalsAreToldApartAndHideThePassword) {
  for (auto [status, fault] : {std::pair{401, DemuxFault::Unauthorized},
                               {403, DemuxFault::Forbidden},
                               {404, DemuxFault::NotFound},
                               {453, DemuxFault::ClientError},
                               {503, DemuxFault::ServerError}}) {
    FakeRtsp server({.status = status});
    auto read = read_all(rtsp_options(server));
    EXPECT_EQ(read.error.fault, fault) << status << ": " << read.error.message;
    EXPECT_EQ(read.error.message.find("hidden-word"), std::string::npos) << read.error.message;
  }
}

TEST(Demuxer, NobodyListeningIsRefused) {
  DemuxOptions options;
  {
    FakeRtsp server({});
    options = rtsp_options(server);
  }
  auto read = read_all(options);
  EXPECT_EQ(read.error.fault, DemuxFault::Refused) << read.error.message;
  EXPECT_EQ(read.error.message.find("hidden-word"), std::string::npos) << read.error.message;
}

TEST(Demuxer, ASilentHostEndsAtTheDeadline) {
  FakeRtsp server({.silent = true});
  EXPECT_EQ(read_all(rtsp_options(server, milliseconds(250))).error.fault, DemuxFault::OpenTimeout);
}

TEST(Demuxer, ASilentHostIsATimeOutAlsoWhereReadingHasTheShorterOne) {
  FakeRtsp server({.silent = true});
  auto options = rtsp_options(server, milliseconds(250));
  options.open_timeout = milliseconds(5000);
  EXPECT_EQ(read_all(options).error.fault, DemuxFault::OpenTimeout);
}

TEST(Demuxer, PicturesThatNeedAnotherOneForEverAreNoVideo) {
  // No parameter sets, not in the description and not in the stream.
  auto stream = rtsp_stream({.frames = 3, .key_interval = 3}, false);
  FakeRtsp server({.sdp = stream.sdp, .frames = {stream.frames.back()}, .rtcp_only = true});  // again and again
  auto demuxer = make_demuxer(rtsp_options(server, milliseconds(200)));
  ASSERT_TRUE(demuxer->open().ok());
  std::jthread watch([&](std::stop_token stop) {
    if (system_clock().sleep(std::chrono::seconds(5), stop)) demuxer->interrupt();
  });
  auto read = demuxer->read();
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().fault, DemuxFault::ReadTimeout) << read.error().message;
}

TEST(Demuxer, ACameraThatStopsInAPictureIsSilentAndTheHalfIsNoPicture) {
  auto stream = rtsp_stream({.frames = 3, .key_interval = 3});
  auto& last = stream.frames.back().second;
  const std::uint8_t nal = last[12];
  last[1] &= 0x7f;  // no marker
  last[12] = static_cast<std::uint8_t>((nal & 0xe0) | 28);
  last.insert(last.begin() + 13, static_cast<std::uint8_t>(0x80 | (nal & 0x1f)));  // the first part of a FU-A
  last.resize(last.size() / 2);
  FakeRtsp server({.sdp = stream.sdp, .frames = stream.frames});
  auto read = read_all(rtsp_options(server, milliseconds(300)));
  EXPECT_EQ(read.packets.size(), 2u);
  EXPECT_EQ(read.error.fault, DemuxFault::ReadTimeout) << read.error.message;
}

TEST(Demuxer, ACameraThatOnlySendsRtcpEndsAtTheDeadline) {
  auto stream = rtsp_stream({.frames = 1});
  FakeRtsp server({.sdp = stream.sdp, .frames = {{1, stream.report}}, .rtcp_only = true});
  auto options = rtsp_options(server, milliseconds(400));
  auto read = read_all(options);
  EXPECT_EQ(read.error.fault, DemuxFault::ReadTimeout) << read.error.message;
}

TEST(Demuxer, InterruptEndsOpeningAndReadingAndStays) {
  FakeRtsp silent({.silent = true});
  auto opening = make_demuxer(rtsp_options(silent, milliseconds(60000)));
  std::thread other([&] { opening->interrupt(); });
  auto opened = opening->open();
  other.join();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().fault, DemuxFault::Interrupted);

  auto stream = rtsp_stream({.frames = 1});
  FakeRtsp quiet({.sdp = stream.sdp});
  auto reading = make_demuxer(rtsp_options(quiet, milliseconds(60000)));
  ASSERT_TRUE(reading->open().ok());
  std::thread another([&] { reading->interrupt(); });
  auto read = reading->read();
  another.join();
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().fault, DemuxFault::Interrupted);
  EXPECT_EQ(reading->read().error().fault, DemuxFault::Interrupted);
}

}  // namespace
}  // namespace vigil::media
