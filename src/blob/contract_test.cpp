// What every blob store must do, whatever it is made of.

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/ids.h"
#include "blob/blob_fake.h"
#include "blob/digest.h"

namespace vigil::blob {
namespace {

using namespace std::chrono_literals;

class BlobContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto made = blob_store_for_test(GetParam(), dir_);
    if (!made && made.error().code == "test.missing") GTEST_SKIP() << made.error().message;
    ASSERT_TRUE(made) << made.error().message;
    store_ = std::move(*made);
  }
  std::string file_with(const std::string& bytes) {
    const auto path = dir_.path("file_" + random_hex(4));
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::vector<std::string> keys(const std::string& folder, const std::string& after = "", int limit = kMaxListed) {
    auto listed = store_->list(folder, after, limit);
    EXPECT_TRUE(listed) << (listed ? "" : listed.error().message);
    std::vector<std::string> out;
    if (listed) {
      for (const auto& one : *listed) out.push_back(one.key);
    }
    return out;
  }
  BlobDir dir_;
  std::unique_ptr<Store> store_;
};

Key key(const std::string& text) {
  auto made = Key::parse(text);
  EXPECT_TRUE(made) << text;
  return *made;
}

const std::string kBytes("\0\xff any bytes\n", 12);

TEST_P(BlobContract, WhatWasPutIsRead) {
  ASSERT_TRUE(store_->put(key("originals/a/video.mp4"), kBytes));
  auto piece = store_->read(key("originals/a/video.mp4"), 0, 1000);
  ASSERT_TRUE(piece) << piece.error().message;
  EXPECT_EQ(piece->bytes, kBytes);
  EXPECT_EQ(piece->whole.size, kBytes.size());
  EXPECT_FALSE(piece->whole.version.empty());
}

TEST_P(BlobContract, AnEmptyBlobIsABlob) {
  ASSERT_TRUE(store_->put(key("logs/empty"), ""));
  auto piece = store_->read(key("logs/empty"), 0, 10);
  ASSERT_TRUE(piece) << piece.error().message;
  EXPECT_EQ(piece->whole.size, 0u);
  EXPECT_EQ(piece->bytes, "");
}

TEST_P(BlobContract, APieceIsCutAtTheEnd) {
  ASSERT_TRUE(store_->put(key("frames/a/1.jpg"), "0123456789"));
  EXPECT_EQ(store_->read(key("frames/a/1.jpg"), 3, 4)->bytes, "3456");
  EXPECT_EQ(store_->read(key("frames/a/1.jpg"), 8, 4)->bytes, "89");
  EXPECT_EQ(store_->read(key("frames/a/1.jpg"), 10, 4)->bytes, "");
  EXPECT_EQ(store_->read(key("frames/a/1.jpg"), 1u << 30, 4)->bytes, "");
  auto what = store_->read(key("frames/a/1.jpg"), 0, 0);
  ASSERT_TRUE(what) << what.error().message;
  EXPECT_EQ(what->bytes, "");
  EXPECT_EQ(what->whole.size, 10u);
}

TEST_P(BlobContract, WhatIsNotThereIsNotFound) {
  for (std::uint64_t size : {0u, 10u}) {
    auto piece = store_->read(key("frames/a/none.jpg"), 0, size);
    ASSERT_FALSE(piece);
    EXPECT_EQ(piece.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(piece.error().code, "blob.not_found");
  }
  EXPECT_TRUE(store_->remove(key("frames/a/none.jpg")));
}

TEST_P(BlobContract, PutReplacesAndChangesTheVersion) {
  ASSERT_TRUE(store_->put(key("metadata/a.json"), "one"));
  const auto before = store_->read(key("metadata/a.json"), 0, 0)->whole.version;
  ASSERT_TRUE(store_->put(key("metadata/a.json"), "two!"));
  auto after = store_->read(key("metadata/a.json"), 0, 100);
  EXPECT_EQ(after->bytes, "two!");
  EXPECT_NE(after->whole.version, before);
}

TEST_P(BlobContract, AnAdoptedFileIsGoneFromWhereItWas) {
  std::string bytes;
  for (int i = 0; i < 300000; ++i) bytes += std::to_string(i);
  const auto path = file_with(bytes);
  auto done = store_->adopt(key("originals/a/big"), path);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(std::filesystem::exists(path));
  Digest digest;
  std::size_t size = 0;
  ASSERT_TRUE(read_all(
      *store_, key("originals/a/big"),
      [&](std::string_view piece) -> Result<void> {
        digest.add(piece);
        size += piece.size();
        return {};
      },
      100000));
  EXPECT_EQ(size, bytes.size());
  EXPECT_EQ(to_hex(digest.raw()), sha256_hex(bytes));
}

TEST_P(BlobContract, AFileThatIsNotThereIsNotAdopted) {
  auto done = store_->adopt(key("originals/a/none"), dir_.path("none"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::NotFound);
  EXPECT_FALSE(store_->read(key("originals/a/none"), 0, 0));
}

TEST_P(BlobContract, RemovedIsGone) {
  ASSERT_TRUE(store_->put(key("thumbnails/a/b/c"), "x"));
  ASSERT_TRUE(store_->remove(key("thumbnails/a/b/c")));
  EXPECT_FALSE(store_->read(key("thumbnails/a/b/c"), 0, 0));
  EXPECT_TRUE(keys("thumbnails/").empty());
  ASSERT_TRUE(store_->put(key("thumbnails/a/b/d"), "y"));
  EXPECT_EQ(keys("thumbnails/"), std::vector<std::string>{"thumbnails/a/b/d"});
}

TEST_P(BlobContract, ListingIsInTheOrderOfKeysAndGoesOnWhereItEnded) {
  const std::vector<std::string> wanted = {"frames/job-1/x", "frames/job/1/a",   "frames/job/1/b",
                                           "frames/job/10",  "frames/job/2/a.x", "frames/job2/a"};
  for (auto it = wanted.rbegin(); it != wanted.rend(); ++it) ASSERT_TRUE(store_->put(key(*it), *it));
  ASSERT_TRUE(store_->put(key("logs/other"), "x"));
  EXPECT_EQ(keys("frames/"), wanted);
  EXPECT_EQ(keys("frames/job/1/"), (std::vector<std::string>{"frames/job/1/a", "frames/job/1/b"}));
  EXPECT_EQ(keys("frames/none/"), std::vector<std::string>{});
  std::vector<std::string> seen;
  while (true) {
    auto page = keys("frames/", seen.empty() ? "" : seen.back(), 2);
    EXPECT_LE(page.size(), 2u);
    if (page.empty()) break;
    seen.insert(seen.end(), page.begin(), page.end());
  }
  EXPECT_EQ(seen, wanted);
  EXPECT_EQ(store_->list("frames/job/", "", 1)->front().size, 14u);
}

TEST_P(BlobContract, AFolderIsRemovedWithAllThatIsInIt) {
  for (const auto* name : {"frames/a/1", "frames/a/b/2", "frames/ab/3"}) ASSERT_TRUE(store_->put(key(name), "x"));
  ASSERT_TRUE(remove_folder(*store_, "frames/a/"));
  EXPECT_EQ(keys("frames/"), std::vector<std::string>{"frames/ab/3"});
}

TEST_P(BlobContract, WhatIsNoFolderIsNotListed) {
  for (const auto* folder : {"", "/", "frames", "frames//", "../", "frames/../", "other/", "frames/a"}) {
    auto listed = store_->list(folder, "", 10);
    ASSERT_FALSE(listed) << folder;
    EXPECT_EQ(listed.error().kind, ErrorKind::InvalidArgument);
  }
}

TEST_P(BlobContract, ManyWritersOfOneKeyLeaveOneOfTheirs) {
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back([&, i] {
        for (int round = 0; round < 5; ++round)
          EXPECT_TRUE(store_->put(key("metadata/x/same"), std::string(20000, static_cast<char>('a' + i))));
      });
    }
  }
  auto piece = store_->read(key("metadata/x/same"), 0, 100000);
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->bytes, std::string(20000, piece->bytes.front()));
}

INSTANTIATE_TEST_SUITE_P(Stores, BlobContract, testing::Values("fs", "memory", "s3"),
                         [](const auto& one) { return std::string(one.param); });

// 29, 30: whatever could lead elsewhere is no key.
TEST(BlobKey, OnlyHarmlessSegmentsMakeAKey) {
  for (const std::string text :
       {"originals/../x", "originals/..%2f", "originals/%2e%2e/x", "originals/....//x", "originals/a\\b", "/etc/passwd",
        "originals//etc", "C:/x", "originals/a%00", "originals/\xc0\xae/x", "originals/.hidden", "originals/a/",
        "originals", "", "frame/a", "Originals/a", "originals/a b", "originals/a\n", "originals/\xef\xbc\x8f/x"}) {
    EXPECT_FALSE(Key::parse(text)) << text;
  }
  EXPECT_FALSE(Key::parse(std::string("originals/a\0b", 13)));
  EXPECT_FALSE(Key::parse("originals/" + std::string(101, 'a')));
  EXPECT_FALSE(Key::parse("originals/a/b/c/d/e/f/g/h"));
  EXPECT_FALSE(Key::make(Prefix::Frames, {"a", "../b"}));
  EXPECT_FALSE(Key::make(Prefix::Frames, {}));
  EXPECT_EQ(Key::make(Prefix::Frames, {"a", "1.jpg"})->text(), "frames/a/1.jpg");
  EXPECT_TRUE(Key::parse("originals/-rf"));
  EXPECT_TRUE(Key::parse("logs/0192-ab_c.txt"));
}

}  // namespace
}  // namespace vigil::blob
