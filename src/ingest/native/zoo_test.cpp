#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "ingest/egress.h"
#include "ingest/loopback_fake.h"
#include "ingest/rtsp_native.h"
#include "media/rtp.h"
#include "media/sample.h"
#include "media/sdp.h"

// A zoo of cameras: each file in zoo/ tells how one kind of camera departs from the usual dialogue, and what must come
// of it. Keys: url, user, transport (tcp, udp, auto), media (h264, h265, h264+aac, h264+pcmu), expect (picture, or a
// reason), packets (at least), tracks, end (the reason why reading ended), connections. Then sections "on METHOD" (or
// "on METHOD 2" for the second time): "must TEXT" and "must not TEXT" of the request, the answer's lines after "| "
// (what comes after an empty one is the body), "silent" instead of an answer, and what happens "then": rtp, hex BYTES,
// close, say TEXT.
namespace vigil::ingest {
namespace {

using std::chrono::milliseconds;

struct Section {
  std::vector<std::string> must, must_not, lines, then;
  bool silent = false;
};

struct Script {
  std::map<std::string, std::string> keys;
  std::map<std::string, Section> on;  // "SETUP 2"

  std::string key(const std::string& name, const std::string& absent) const {
    auto found = keys.find(name);
    return found == keys.end() ? absent : found->second;
  }
};

Script read_script(const std::filesystem::path& path) {
  std::ifstream file(path);
  Script script;
  Section* section = nullptr;
  auto rest = [](const std::string& line, std::size_t from) { return line.size() > from ? line.substr(from) : ""; };
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("|", 0) == 0 && section != nullptr) {
      section->lines.push_back(rest(line, 2));
    } else if (line.empty() || line[0] == '#') {
      continue;
    } else if (line.rfind("on ", 0) == 0) {
      section = &script.on[line.substr(3)];
    } else if (line.rfind("must not ", 0) == 0) {
      section->must_not.push_back(line.substr(9));
    } else if (line.rfind("must ", 0) == 0) {
      section->must.push_back(line.substr(5));
    } else if (line.rfind("then ", 0) == 0) {
      section->then.push_back(line.substr(5));
    } else if (line == "silent") {
      section->silent = true;
    } else {
      auto colon = line.find(": ");
      VIGIL_ASSERT(colon != std::string::npos);
      script.keys[line.substr(0, colon)] = line.substr(colon + 2);
    }
  }
  return script;
}

struct Media {
  std::vector<media::SdpTrack> tracks;
  std::vector<std::vector<media::Packet>> packets;  // by track
};

// Made once: encoding takes longer than everything else here.
const Media& media_of(const std::string& names) {
  static std::map<std::string, Media> made;
  auto [found, fresh] = made.try_emplace(names);
  if (!fresh) return found->second;
  std::istringstream list(names);
  for (std::string name; std::getline(list, name, '+');) {
    static const std::map<std::string, media::Codec> kCodecs = {{"h264", media::Codec::H264},
                                                                {"h265", media::Codec::H265},
                                                                {"aac", media::Codec::Aac},
                                                                {"pcmu", media::Codec::Pcmu}};
    media::SampleOptions options;
    options.codec = kCodecs.at(name);
    options.width = 320;
    options.height = 240;
    options.frames = 12;
    auto packets = media::sample_packets(options);
    VIGIL_ASSERT(packets.ok());
    const auto number = static_cast<int>(found->second.tracks.size());
    found->second.tracks.push_back({packets->front().params, 96 + number, "trackID=" + std::to_string(number)});
    found->second.packets.push_back(std::move(*packets));
  }
  return found->second;
}

class Camera {
 public:
  explicit Camera(Script script)
      : script_(std::move(script)),
        media_(media_of(script_.key("media", "h264"))),
        server_([this](LoopbackPeer& peer) { serve(peer); }) {}

  std::string url() const {
    auto user = script_.key("user", "");
    return "rtsp://" + (user.empty() ? "" : user + "@") + "127.0.0.1:" + std::to_string(server_.port()) +
           script_.key("url", "/cam");
  }
  int connections() const { return server_.connections(); }
  std::string complaints() {
    MutexLock lock(mutex_);
    return complaints_;
  }

 private:
  static std::string field(const std::string& request, const std::string& name) {
    auto at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    at += name.size() + 4;
    return request.substr(at, request.find("\r\n", at) - at);
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
      text.replace(at, what.size(), with);
    return text;
  }
  void complain(const std::string& text) {
    MutexLock lock(mutex_);
    complaints_ += text + "\n";
  }

  static Section usual(const std::string& method) {
    Section out;
    out.lines = {"RTSP/1.0 200 OK", "CSeq: {cseq}"};
    if (method == "OPTIONS") out.lines.push_back("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER");
    if (method == "DESCRIBE")
      out.lines.insert(out.lines.end(), {"Content-Type: application/sdp", "{length}", "", "{sdp}"});
    if (method == "SETUP")
      out.lines.insert(out.lines.end(), {"Session: 12345678;timeout=60", "Transport: {transport}"});
    if (method == "PLAY") {
      out.lines.push_back("Session: 12345678");
      out.then = {"rtp"};
    }
    return out;
  }

  void serve(LoopbackPeer& peer) {
    int udp_port = 0;
    for (;;) {
      auto request = peer.read_request();
      if (request.empty()) return;
      // Receiver reports may stand before it.
      auto begin = request.rfind(" rtsp://");
      if (begin == std::string::npos) {
        // The answer to what this camera asked.
        if (request.find("RTSP/1.0 200 OK\r\n") != std::string::npos) continue;
        return complain("no request: " + request);
      }
      while (begin > 0 &&
             (std::isupper(static_cast<unsigned char>(request[begin - 1])) != 0 || request[begin - 1] == '_'))
        --begin;
      request.erase(0, begin);
      const auto method = request.substr(0, request.find(' '));
      int count = 0;
      {
        MutexLock lock(mutex_);
        count = ++counts_[method];
      }
      auto section = script_.on.find(method + " " + std::to_string(count));
      if (section == script_.on.end()) section = script_.on.find(method);
      const auto todo = section == script_.on.end() ? usual(method) : section->second;
      for (const auto& text : todo.must)
        if (request.find(text) == std::string::npos) complain("missing \"" + text + "\" in\n" + request);
      for (const auto& text : todo.must_not)
        if (request.find(text) != std::string::npos) complain("unwanted \"" + text + "\" in\n" + request);
      if (auto port = request.find("client_port="); port != std::string::npos)
        udp_port = std::stoi(request.substr(port + 12));
      if (!todo.silent) peer.send(text_of(todo.lines.empty() ? usual(method) : todo, request));
      for (const auto& step : todo.then) {
        if (!act(step, peer, udp_port)) return;
      }
    }
  }

  std::string text_of(const Section& section, const std::string& request) const {
    std::string head, body;
    bool in_body = false;
    for (auto line : section.lines) {
      if (line.empty() && !in_body) {
        in_body = true;
        continue;
      }
      if (!in_body) {
        line = replaced(line, "{cseq}", field(request, "CSeq"));
        auto transport = field(request, "Transport");
        if (transport.find("client_port") != std::string::npos) transport += ";server_port=50000-50001";
        line = replaced(line, "{transport}", transport);
        line = replaced(line, "{base}", url_without_user());
      }
      if (line == "{sdp}") {
        body += media::write_sdp({}, media_.tracks);
      } else if (line == "{sdp without sets}") {
        body += media::write_sdp_without_parameter_sets({}, media_.tracks);
      } else {
        (in_body ? body : head) += line + "\r\n";
      }
    }
    head = replaced(head, "{length}", "Content-Length: " + std::to_string(body.size()));
    return head + "\r\n" + body;
  }

  std::string url_without_user() const {
    return "rtsp://127.0.0.1:" + std::to_string(server_.port()) + script_.key("url", "/cam");
  }

  // False: the connection is over.
  bool act(const std::string& step, LoopbackPeer& peer, int udp_port) {
    std::istringstream words(step);
    std::string verb;
    words >> verb;
    if (verb == "close") return false;
    if (verb == "say") {
      peer.send(replaced(step.substr(4), "\\n", "\r\n"));
    } else if (verb == "hex") {
      std::string bytes;
      for (int byte = 0; words >> std::hex >> byte;) bytes += static_cast<char>(byte);
      peer.send(bytes);
    } else if (verb == "rtp") {
      std::map<std::string, int> how;
      for (std::string word; words >> word;) {
        auto equals = word.find('=');
        how[word.substr(0, equals)] = equals == std::string::npos ? 1 : std::stoi(word.substr(equals + 1));
      }
      send_rtp(how, peer, how.count("tcp") != 0 ? 0 : udp_port);
    } else {
      complain("unknown: " + step);
    }
    return true;
  }

  // How: channel=N, pt=N, ssrc=N, from=N (sequence), drop=N (every N-th packet), swap (pairs of packets), twice,
  // markers (on every packet), nomarkers, stray (bytes between frames), newssrc (in the middle), sets (parameter sets
  // as units of their own), time=N (first RTP time), tcp (though UDP was set up).
  void send_rtp(std::map<std::string, int> how, LoopbackPeer& peer, int udp_port) {
    std::vector<std::pair<int, std::string>> packets;  // channel, bytes
    for (std::size_t track = 0; track < media_.tracks.size(); ++track) {
      media::RtpConfig config;
      config.payload_type =
          static_cast<std::uint8_t>(how.count("pt") != 0 && track == 0 ? how["pt"] : media_.tracks[track].payload_type);
      config.ssrc = static_cast<std::uint32_t>(how.count("ssrc") != 0 ? how["ssrc"] : 77 + static_cast<int>(track));
      config.first_sequence = static_cast<std::uint16_t>(how["from"]);
      config.timestamp_offset = static_cast<std::uint32_t>(how["time"]);
      media::RtpPacketiser packetiser(config);
      const int channel = how.count("channel") != 0 ? how["channel"] : 2 * static_cast<int>(track);
      int number = 0;
      for (const auto& packet : media_.packets[track]) {
        auto rtp = packetiser.packetise(packet);
        VIGIL_ASSERT(rtp.ok());
        for (auto& one : *rtp) {
          auto& bytes = one.bytes;
          if (how.count("markers") != 0) bytes[1] |= 0x80;
          if (how.count("nomarkers") != 0) bytes[1] &= 0x7f;
          if (how.count("newssrc") != 0 && number > 10) bytes[11] = 99;
          // A parameter set alone in its access unit.
          const auto type = bytes[12] & 0x1f;
          if (how.count("sets") != 0 && (type == 7 || type == 8)) bytes[1] |= 0x80;
          ++number;
          if (how.count("drop") != 0 && number % how["drop"] == 0) continue;
          packets.emplace_back(channel, std::string(bytes.begin(), bytes.end()));
          if (how.count("twice") != 0) packets.push_back(packets.back());
        }
      }
    }
    if (how.count("swap") != 0) {
      for (std::size_t i = 1; i + 1 < packets.size(); i += 2) std::swap(packets[i], packets[i + 1]);
    }
    if (udp_port != 0) return send_udp(packets, udp_port);
    for (const auto& [channel, bytes] : packets) {
      std::string frame = {'$', static_cast<char>(channel), static_cast<char>(bytes.size() >> 8),
                           static_cast<char>(bytes.size() & 0xff)};
      if (how.count("stray") != 0) frame = "\r\n\x81\x02 x" + frame;
      peer.send(frame + bytes);
    }
  }

  static void send_udp(const std::vector<std::pair<int, std::string>>& packets, int port) {
    int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    for (const auto& [_, bytes] : packets)
      ::sendto(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    ::close(fd);
  }

  const Script script_;
  const Media& media_;
  Mutex mutex_;
  std::map<std::string, int> counts_ VIGIL_GUARDED_BY(mutex_);
  std::string complaints_ VIGIL_GUARDED_BY(mutex_);
  LoopbackServer server_;
};

SourceConfig config_of(const Script& script, const Camera& camera) {
  SourceConfig config;
  config.stream.url = parse_url(camera.url()).value();
  config.transport = *model::transport_from(script.key("transport", "tcp"));
  config.connect_timeout = std::chrono::seconds(5);
  config.read_timeout = milliseconds(700);
  return config;
}

void visit(const std::filesystem::path& path) {
  SCOPED_TRACE(path.filename().string());
  const auto script = read_script(path);
  Camera camera(script);
  NativeRtspSource source(config_of(script, camera), std::make_shared<const EgressPolicy>(), milliseconds(500));
  const auto expected = script.key("expect", "picture");
  auto opened = source.open();
  if (!opened.ok()) {
    EXPECT_EQ(model::to_string(opened.failure().reason), expected) << opened.failure().detail;
    EXPECT_FALSE(opened.failure().detail.empty());
    EXPECT_EQ(opened.failure().detail.find("s3cret"), std::string::npos);
    EXPECT_EQ(camera.complaints(), "");
    return;
  }
  int packets = 0, keys = 0;
  std::map<int, int> by_track;
  std::string end;
  for (;;) {
    auto packet = source.read();
    if (!packet.ok()) {
      end = model::to_string(packet.failure().reason);
      break;
    }
    ++packets;
    ++by_track[packet.value().track];
    if (packet.value().key && packet.value().track == 0) ++keys;
  }
  EXPECT_EQ(camera.complaints(), "");
  if (expected != "picture") {
    EXPECT_EQ(end, expected);
    return;
  }
  EXPECT_GE(keys, 1);
  EXPECT_GE(packets, std::stoi(script.key("packets", "10")));
  EXPECT_EQ(static_cast<int>(by_track.size()), std::stoi(script.key("tracks", "1")));
  EXPECT_EQ(end, script.key("end", "stalled"));
  auto by = script.key("by", "");
  if (!by.empty()) {
    EXPECT_EQ(opened.value().transport, by);
  }
}

TEST(RtspZoo, EveryCameraGivesAPictureOrAPreciseReason) {
  const auto* root = std::getenv("VIGIL_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "VIGIL_SOURCE_DIR says where the dialogues are";
  std::vector<std::filesystem::path> scripts;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(root) / "src/ingest/native/zoo"))
    scripts.push_back(entry.path());
  std::sort(scripts.begin(), scripts.end());
  EXPECT_GE(scripts.size(), 40u);
  for (const char* media : {"h264", "h265", "h264+aac", "h264+pcmu"}) media_of(media);
  // Most of a visit is waiting until a camera has been silent for long enough.
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> visitors;
  for (int i = 0; i < 16; ++i) {
    visitors.emplace_back([&] {
      for (auto one = next++; one < scripts.size(); one = next++) visit(scripts[one]);
    });
  }
}

}  // namespace
}  // namespace vigil::ingest
