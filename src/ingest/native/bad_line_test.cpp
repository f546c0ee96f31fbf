#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "ingest/rtsp_camera_fake.h"
#include "ingest/rtsp_native.h"

// RTSP over UDP by way of a line that loses, delays, doubles and reorders.
namespace vigil::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kPictures = 60, kKeyInterval = 10;

// Every packet is held back while up to so many others overtake it.
UdpProxy::Line jitter(int most) {
  struct Held {
    int left;
    std::string datagram;
  };
  return [most, random = std::mt19937(7), held = std::vector<Held>()](const std::string* datagram) mutable {
    std::vector<std::string> out;
    for (auto& one : held) --one.left;
    if (datagram != nullptr) held.push_back({static_cast<int>(random() % static_cast<unsigned>(most + 1)), *datagram});
    std::erase_if(held, [&](const Held& one) {
      if (datagram != nullptr && one.left > 0) return false;
      out.push_back(one.datagram);
      return true;
    });
    return out;
  };
}

// Groups of so many packets come in reverse.
UdpProxy::Line reversed(std::size_t group) {
  return [group, held = std::vector<std::string>()](const std::string* datagram) mutable {
    if (datagram != nullptr) held.push_back(*datagram);
    std::vector<std::string> out;
    if (held.size() < group && datagram != nullptr) return out;
    out.assign(held.rbegin(), held.rend());
    held.clear();
    return out;
  };
}

UdpProxy::Line doubled() {
  return [](const std::string* datagram) {
    return datagram == nullptr ? std::vector<std::string>() : std::vector<std::string>(2, *datagram);
  };
}

// Loses so many packets in a row, after the first so many.
UdpProxy::Line losing(int after, int many) {
  return [=, count = 0](const std::string* datagram) mutable {
    const bool lost = datagram == nullptr || (count >= after && count < after + many);
    if (datagram != nullptr) ++count;
    return lost ? std::vector<std::string>() : std::vector<std::string>{*datagram};
  };
}

UdpProxy::Line chain(UdpProxy::Line first, UdpProxy::Line second) {
  return [first = std::move(first), second = std::move(second)](const std::string* datagram) {
    std::vector<std::string> out;
    for (const auto& one : first(datagram)) {
      auto more = second(&one);
      out.insert(out.end(), more.begin(), more.end());
    }
    if (datagram == nullptr) {
      auto more = second(nullptr);
      out.insert(out.end(), more.begin(), more.end());
    }
    return out;
  };
}

// Whoever begins to listen cannot know whether the first packet that comes was the first one sent.
UdpProxy::Line calm_at_first(UdpProxy::Line line) {
  return [line = std::move(line), count = 0](const std::string* datagram) mutable {
    if (datagram != nullptr && ++count <= 20) return std::vector<std::string>{*datagram};
    return line(datagram);
  };
}

// Reads a camera by way of that line: which of its pictures come, each of them whole.
std::vector<int> pictures_by(const std::function<UdpProxy::Line()>& line, milliseconds patience) {
  RtspPlan plan;
  plan.frames = kPictures;
  plan.line = [&] { return calm_at_first(line()); };
  RtspCamera camera(plan);
  SourceConfig config;
  config.stream.url = parse_url(camera.url()).value();
  config.transport = model::Transport::Udp;
  config.connect_timeout = seconds(20);
  config.read_timeout = std::max<milliseconds>(milliseconds(500), patience + milliseconds(500));
  config.reorder_patience = patience;
  std::map<std::vector<std::uint8_t>, int> number;
  for (int i = 0; i < kPictures; ++i) number[camera.pictures()[static_cast<std::size_t>(i)]] = i;
  NativeRtspSource source(config, std::make_shared<const EgressPolicy>(), seconds(20));
  auto opened = source.open();
  EXPECT_TRUE(opened.ok()) << opened.failure().detail;
  std::vector<int> out;
  if (!opened.ok()) return out;
  EXPECT_EQ(opened.value().transport, "udp");
  while (static_cast<int>(out.size()) < kPictures) {
    auto packet = source.read();
    if (!packet.ok()) break;
    const auto view = packet.value().data.view();
    auto found = number.find({view.begin(), view.end()});
    EXPECT_NE(found, number.end()) << "no picture of the camera's";
    if (found == number.end()) break;
    EXPECT_EQ(packet.value().key, found->second % kKeyInterval == 0);
    out.push_back(found->second);
  }
  return out;
}

TEST(RtspBadLine, ReorderingAndJitterWithinTheWindowLoseNothing) {
  std::vector<int> all;
  for (int i = 0; i < kPictures; ++i) all.push_back(i);
  // So patient that a slow machine loses nothing either.
  const auto patience = seconds(10);
  EXPECT_EQ(pictures_by([] { return reversed(2); }, patience), all);
  EXPECT_EQ(pictures_by([] { return reversed(8); }, patience), all);
  EXPECT_EQ(pictures_by([] { return jitter(3); }, patience), all);
  EXPECT_EQ(pictures_by([] { return jitter(40); }, patience), all);
  EXPECT_EQ(pictures_by([] { return doubled(); }, patience), all);
  EXPECT_EQ(pictures_by([] { return chain(doubled(), jitter(12)); }, patience), all);
}

// After a loss nothing comes until the next key frame.
void expect_clean_gaps(const std::vector<int>& pictures, const char* what) {
  ASSERT_FALSE(pictures.empty()) << what;
  EXPECT_EQ(pictures.front(), 0) << what;
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    if (pictures[i] == pictures[i - 1] + 1) continue;
    EXPECT_GT(pictures[i], pictures[i - 1]) << what;
    EXPECT_EQ(pictures[i] % kKeyInterval, 0) << what << ": " << pictures[i] << " refers to what never came";
  }
}

TEST(RtspBadLine, ALossIsACleanGapUpToTheNextKeyFrame) {
  std::size_t missing = 0;
  for (const auto& [after, many] : {std::pair(8, 1), std::pair(22, 1), std::pair(30, 3), std::pair(41, 12)}) {
    const auto pictures = pictures_by([after = after, many = many] { return losing(after, many); }, milliseconds(100));
    expect_clean_gaps(pictures, "lost");
    EXPECT_GE(pictures.size(), static_cast<std::size_t>(kPictures - 2 * kKeyInterval)) << after;
    missing += static_cast<std::size_t>(kPictures) - pictures.size();
  }
  EXPECT_GE(missing, 10u);
}

TEST(RtspBadLine, LossAndReorderingTogetherAreGapsOnly) {
  expect_clean_gaps(pictures_by([] { return chain(losing(12, 2), reversed(4)); }, seconds(2)), "reversed");
  expect_clean_gaps(pictures_by([] { return chain(losing(25, 1), chain(doubled(), jitter(10))); }, seconds(2)),
                    "jitter");
}

}  // namespace
}  // namespace vigil::ingest
