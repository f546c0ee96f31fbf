#include "records/spool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "records/batch_codec.h"
#include "store/temp_dir_fake.h"

namespace vigil::records {
namespace {

class SpoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<Spool> open(std::uint64_t max_bytes = 1 << 20) {
    auto opened = Spool::open(path_, max_bytes);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return opened ? std::move(*opened) : nullptr;
  }
  static std::string next(Spool& spool) {
    auto front = spool.front();
    EXPECT_TRUE(front.ok());
    if (!front.ok() || !*front) return "";
    EXPECT_TRUE(spool.pop());
    return **front;
  }
  void change(std::size_t at, char byte) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
  }
  store::TempDir dir_;
  std::string path_ = dir_.path("records.spool");
};

TEST_F(SpoolTest, GivesBackWhatItWasGivenInOrder) {
  auto spool = open();
  EXPECT_TRUE(spool->empty());
  for (const char* entry : {"one", "", "three"}) ASSERT_TRUE(spool->append(entry));
  EXPECT_EQ(next(*spool), "one");
  ASSERT_TRUE(spool->append("four"));
  EXPECT_EQ(next(*spool), "");
  EXPECT_EQ(next(*spool), "three");
  EXPECT_EQ(next(*spool), "four");
  EXPECT_TRUE(spool->empty());
  EXPECT_LT(std::filesystem::file_size(path_), 32U);  // the space is given back
}

TEST_F(SpoolTest, OutlivesItsProcess) {
  ASSERT_TRUE(open()->append("one"));
  auto spool = open();
  ASSERT_TRUE(spool->append("two"));
  spool = open();
  EXPECT_EQ(next(*spool), "one");
  EXPECT_EQ(next(*spool), "two");
}

TEST_F(SpoolTest, EveryTornEndIsCutOffAndTheRestIsKept) {
  {
    auto spool = open();
    ASSERT_TRUE(spool->append("whole"));
    ASSERT_TRUE(spool->append("torn apart"));
  }
  const auto size = std::filesystem::file_size(path_);
  for (std::uintmax_t cut = 1; cut < 18; ++cut) {
    std::filesystem::resize_file(path_, size - cut);
    auto spool = open();
    auto front = spool->front();
    ASSERT_TRUE(front.ok() && front->has_value());
    EXPECT_EQ(**front, "whole");
    ASSERT_TRUE(spool->append("next"));
    EXPECT_EQ(next(*spool), "whole");
    EXPECT_EQ(next(*spool), "next");
    std::filesystem::remove(path_);
    spool = open();
    ASSERT_TRUE(spool->append("whole"));
    ASSERT_TRUE(spool->append("torn apart"));
  }
}

TEST_F(SpoolTest, DamagedEntryIsLeftOutAndCounted) {
  {
    auto spool = open();
    for (const char* entry : {"one", "two", "three"}) ASSERT_TRUE(spool->append(entry));
  }
  change(14 + 8 + 3 + 8 + 1, 'X');  // within "two"
  auto spool = open();
  EXPECT_EQ(next(*spool), "one");
  EXPECT_EQ(next(*spool), "three");
  EXPECT_EQ(spool->damaged(), 1U);
  EXPECT_TRUE(spool->empty());
}

TEST_F(SpoolTest, TakesNoMoreThanItsBound) {
  auto spool = open(100);
  ASSERT_TRUE(spool->append(std::string(60, 'x')));
  auto refused = spool->append(std::string(60, 'y'));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::ResourceExhausted);
  EXPECT_EQ(next(*spool).size(), 60U);
  EXPECT_TRUE(spool->append(std::string(60, 'y')));
}

TEST_F(SpoolTest, ForeignFileIsNotTouched) {
  std::ofstream(path_) << "something else entirely";
  auto opened = Spool::open(path_, 1 << 20);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::FailedPrecondition);
}

store::RecordBatch batch() {
  store::RecordBatch made;
  made.runs.resize(2);
  made.runs[0].id = "r";
  made.runs[0].ended = WallTime(std::chrono::microseconds(-5));
  made.runs[0].detections = {{"person", 3}};
  made.tracks.resize(1);
  made.tracks[0].path = {{0.5, 0.25}};
  made.tracks[0].attributes = {{"a", "b", 0.5F, "m"}};
  made.tracks[0].best_box = {1, -2, 3, 4};
  made.objects.resize(2);
  made.objects[1].mask = model::Mask{2, 2, {1, 3}};
  made.key_frames.resize(1);
  made.scenes.resize(1);
  made.plates.resize(1);
  made.embeddings.resize(1);
  made.embeddings[0].values = {1, -1};
  made.segments.resize(1);
  made.segments[0].coded = std::string("\0\xff", 2);
  return made;
}

TEST(BatchCodec, ComesBackAsItWas) {
  auto read = decode(encode(batch()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, batch());
  EXPECT_EQ(*decode(encode({})), store::RecordBatch());
}

TEST(BatchCodec, TruncatedAndForeignBytesAreRefused) {
  const auto bytes = encode(batch());
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode(bytes.substr(0, size)).ok()) << size;
  EXPECT_FALSE(decode(bytes + "x").ok());
  EXPECT_FALSE(decode("\x01\xff\xff\xff\xff\x0f").ok());
}

}  // namespace
}  // namespace vigil::records
