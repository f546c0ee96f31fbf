#include "jobs/examination.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "blob/memory.h"

namespace vigil::jobs {
namespace {

// Does something before each reading.
class WatchedStore final : public blob::Store {
 public:
  Result<void> put(const blob::Key& key, std::string_view bytes) override { return inner_->put(key, bytes); }
  Result<void> adopt(const blob::Key& key, const std::string& path) override { return inner_->adopt(key, path); }
  Result<blob::Piece> read(const blob::Key& key, std::uint64_t offset, std::uint64_t size) override {
    if (before) before();
    auto piece = inner_->read(key, offset, size);
    if (piece) given += piece->bytes.size();
    return piece;
  }
  Result<void> remove(const blob::Key& key) override { return inner_->remove(key); }
  Result<std::vector<blob::Listed>> list(const std::string& folder, const std::string& after, int limit) override {
    return inner_->list(folder, after, limit);
  }
  std::function<void()> before;
  std::uint64_t given = 0;

 private:
  std::unique_ptr<blob::Store> inner_ = blob::make_memory_store();
};

class ExaminationTest : public testing::Test {
 protected:
  ExaminationTest() {
    bytes_.resize(9u << 20, 'v');
    for (std::size_t i = 100; i < bytes_.size(); i += 1000) bytes_[i] = static_cast<char>(i / 1000);
    upload_.asset = "a1";
    upload_.owner = "u1";
    upload_.length = bytes_.size();
    EXPECT_TRUE(store_.put(key_, bytes_));
  }
  std::string failed() {
    const auto asset = Examination(key_).go_on(store_, upload_, {});
    return asset ? "" : asset.error().code;
  }

  WatchedStore store_;
  const blob::Key key_ = *blob::Key::parse("originals/a1");
  std::string bytes_ = std::string(
      "\0\0\0\x20"
      "ftypisom",
      12);
  model::Upload upload_;
};

TEST_F(ExaminationTest, StoppedInBetweenItGoesOnWhereItWas) {
  Examination examination(key_);
  std::stop_source stop;
  int readings = 0;
  store_.before = [&] {
    if (++readings == 2) stop.request_stop();
  };
  EXPECT_EQ(examination.go_on(store_, upload_, stop.get_token()).error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(readings, 2);
  EXPECT_LT(store_.given, bytes_.size());
  const auto asset = Examination(examination).go_on(store_, upload_, {});
  ASSERT_TRUE(asset) << asset.error().message;
  EXPECT_EQ(store_.given, bytes_.size());
  EXPECT_EQ(asset->sha256, blob::sha256_hex(bytes_));
  EXPECT_EQ(asset->size, bytes_.size());
  EXPECT_EQ(asset->media_type, "video/mp4");
  EXPECT_EQ(asset->owner, "u1");
}

TEST_F(ExaminationTest, WhatIsNotWhatWasAnnouncedIsSaidToBeSo) {
  upload_.sha256 = std::string(64, '0');
  EXPECT_EQ(failed(), "upload.sha256");
  upload_.sha256 = blob::sha256_hex(bytes_);
  EXPECT_EQ(failed(), "");
  upload_.length = bytes_.size() + 1;
  EXPECT_EQ(failed(), "upload.length");
  upload_.length = 7;
  ASSERT_TRUE(store_.put(key_, "#EXTM3U"));
  EXPECT_EQ(failed(), "upload.kind");
  ASSERT_TRUE(store_.put(key_, ""));
  EXPECT_EQ(failed(), "upload.length");
}

TEST_F(ExaminationTest, AFileThatIsReplacedMeanwhileIsNotMixed) {
  int readings = 0;
  store_.before = [&] {
    if (++readings == 2) {
      ASSERT_TRUE(store_.put(key_, std::string(bytes_.size(), 'x')));
    }
  };
  EXPECT_EQ(failed(), "blob.replaced");
}

}  // namespace
}  // namespace vigil::jobs
