#include "analyser/poison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/ids.h"
#include "base/json.h"

namespace vigil::analyser {
namespace {

namespace fs = std::filesystem;

class PoisonFolderTest : public testing::Test {
 protected:
  ~PoisonFolderTest() override { fs::remove_all(folder_); }

  static media::Packet packet(std::uint64_t sequence, std::size_t bytes) {
    auto params = std::make_shared<media::CodecParams>();
    params->codec = media::Codec::H264;
    params->width = 640;
    params->extradata = {1, 0x64, 0xff};
    media::Packet out;
    out.sequence = sequence;
    out.key = true;
    out.params = params;
    out.data = media::SharedBytes(std::vector<std::uint8_t>(bytes, '\n'));
    return out;
  }
  static WallTime at(int second) { return from_unix_seconds(1'700'000'000 + second); }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder_)) out.push_back(entry.path().filename());
    std::sort(out.begin(), out.end());
    return out;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("vigil-poison-" + random_hex(6));
};

TEST_F(PoisonFolderTest, APacketIsALineThatDescribesItAndItsBytes) {
  const auto path = PoisonFolder(folder_).keep("cam_1", packet(42, 100), at(0));
  ASSERT_TRUE(path.ok()) << path.error().message;
  std::ifstream file(*path, std::ios::binary);
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  const auto json = parse_json(line);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["camera"], "cam_1");
  EXPECT_EQ((*json)["codec"], "h264");
  EXPECT_EQ((*json)["extradata"], "0164ff");
  EXPECT_EQ((*json)["sequence"], 42);
  const std::string rest{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(rest, std::string(100, '\n'));
  EXPECT_EQ(fs::status(*path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
}

TEST_F(PoisonFolderTest, TheNewestTenAreKept) {
  const PoisonFolder folder(folder_);
  for (int i = 0; i < 13; ++i) ASSERT_TRUE(folder.keep("c", packet(static_cast<std::uint64_t>(i), 1), at(i)).ok());
  const auto kept = names();
  ASSERT_EQ(kept.size(), PoisonFolder::kFiles);
  EXPECT_NE(kept.front().find("-c-3.packet"), std::string::npos) << kept.front();
  EXPECT_NE(kept.back().find("-c-12.packet"), std::string::npos) << kept.back();
}

TEST_F(PoisonFolderTest, WhatIsTooLargeIsNotKept) {
  const auto path = PoisonFolder(folder_).keep("c", packet(1, PoisonFolder::kMostBytes), at(0));
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.error().kind, ErrorKind::ResourceExhausted);
  EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(PoisonFolderTest, WithoutAFolderNothingIsKept) {
  EXPECT_EQ(PoisonFolder("").keep("c", packet(1, 1), at(0)).value(), fs::path());
}

TEST_F(PoisonFolderTest, AFolderThatCannotBeMadeIsAnError) {
  const auto path = PoisonFolder(folder_ / "a" / "b").keep("c", packet(1, 1), at(0));
  ASSERT_FALSE(path.ok());
  EXPECT_NE(path.error().message.find((folder_ / "a" / "b").string()), std::string::npos);
}

}  // namespace
}  // namespace vigil::analyser
