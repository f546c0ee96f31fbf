// Files that go straight to the storage. 76 of the catalogue of faults, against a real S3 server.

#include "jobs/direct_uploads.h"

#include <gtest/gtest.h>

#include <random>

#include "base/json.h"
#include "blob/blob_fake.h"
#include "blob/digest.h"
#include "store/memory.h"

namespace vigil::jobs {
namespace {

using namespace std::chrono_literals;
using blob::S3Server;

std::string video(std::size_t size, unsigned seed = 1) {
  std::string bytes(
      "\0\0\0\x20"
      "ftypisom",
      12);
  std::minstd_rand random(seed);
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
  return bytes;
}

class DirectTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!server_.runs()) GTEST_SKIP() << S3Server::kMissing;
    clock_.advance(system_clock().wall() - clock_.wall());
    store_ = store::make_memory_store(clock_);
    blobs_ = *blob::make_s3_store(server_.options());
    config_.jobs_for = [](const model::Asset&) {
      std::vector<model::Job> out(2);
      out[0].kind = "verify";
      out[1].kind = "probe";
      return out;
    };
    direct_ = std::make_unique<DirectUploads>(config_, store_->uploads(), *blobs_, clock_);
  }
  Result<blob::s3::HttpAnswer> put(const std::string& url, const std::string& bytes, const std::string& type = "") {
    blob::s3::HttpRequest request;
    request.method = "PUT";
    request.url = url;
    if (!type.empty()) request.headers["content-type"] = type;
    const blob::s3::Upload body{bytes};
    request.body = &body;
    return blob::s3::perform(request);
  }
  DirectTicket begin(const std::string& bytes, const std::string& sha256 = "") {
    auto made = direct_->create(me_, {bytes.size(), "a.mp4", "video/mp4", sha256});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? *made : DirectTicket();
  }
  std::vector<std::string> stored() {
    std::vector<std::string> out;
    const auto listed = blobs_->list("originals/", "", blob::kMaxListed);
    EXPECT_TRUE(listed) << (listed ? "" : listed.error().message);
    if (listed) {
      for (const auto& one : *listed) out.push_back(one.key);
    }
    return out;
  }
  std::size_t assets() { return store_->uploads().assets().find({})->items.size(); }

  const Actor me_{"u1"}, other_{"u2"};
  S3Server& server_ = S3Server::shared();
  ManualClock clock_;
  UploadsConfig config_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<blob::S3Store> blobs_;
  std::unique_ptr<DirectUploads> direct_;
};

TEST_F(DirectTest, AFileThatWasBroughtByALinkIsAnAssetWithItsJobs) {
  const auto bytes = video(50000);
  const auto ticket = begin(bytes, blob::sha256_hex(bytes));
  ASSERT_EQ(ticket.links.size(), 1u);
  EXPECT_FALSE(ticket.in_parts);
  EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {}).error().code, "upload.missing");
  ASSERT_EQ(put(ticket.links[0].url, bytes, "video/mp4")->status, 200);
  EXPECT_EQ(direct_->complete(other_, ticket.upload.id, {}).error().code, "upload.not_found");
  const auto done = direct_->complete(me_, ticket.upload.id, {});
  ASSERT_TRUE(done) << done.error().message;
  const auto asset = store_->uploads().assets().get(done->upload.asset);
  ASSERT_TRUE(asset);
  EXPECT_EQ(asset->sha256, blob::sha256_hex(bytes));
  EXPECT_EQ(asset->media_type, "video/mp4");
  EXPECT_EQ(blobs_->read(*blob::Key::parse(asset->key), 0, 1u << 20)->bytes, bytes);
  EXPECT_EQ(store_->jobs().jobs().find({})->items.size(), 2u);
  // Again is the same.
  EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {})->upload.asset, asset->id);
  EXPECT_EQ(assets(), 1u);
  EXPECT_EQ(stored(), std::vector<std::string>{asset->key});
}

TEST_F(DirectTest, PartsAreJoinedByTheirTags) {
  const auto bytes = video((16u << 20) + 1000);
  const auto ticket = begin(bytes);
  ASSERT_TRUE(ticket.in_parts);
  ASSERT_EQ(ticket.links.size(), 2u);
  EXPECT_EQ(ticket.links[1].bytes, 1000u);
  const auto first = put(ticket.links[0].url, bytes.substr(0, 16u << 20));
  ASSERT_EQ(first->status, 200) << first->body;
  EXPECT_EQ(put(ticket.links[1].url, "another length")->status, 403);
  EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {"\"x\""}).error().code, "upload.parts");
  const auto again = direct_->links(me_, ticket.upload.id, {2});
  ASSERT_TRUE(again) << again.error().message;
  const auto second = put(again->links[0].url, bytes.substr(16u << 20));
  ASSERT_EQ(second->status, 200) << second->body;
  EXPECT_EQ(direct_->links(me_, ticket.upload.id, {3}).error().code, "upload.parts");
  const auto done = direct_->complete(me_, ticket.upload.id, {first->headers.at("etag"), second->headers.at("etag")});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(store_->uploads().assets().get(done->upload.asset)->sha256, blob::sha256_hex(bytes));
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(DirectTest, ALinkTakesOneObjectOfOneSizeAndType) {
  const auto bytes = video(5000);
  const auto url = begin(bytes).links.at(0).url;
  EXPECT_EQ(put(url, video(5001), "video/mp4")->status, 403);
  EXPECT_EQ(put(url, bytes, "text/html")->status, 403);
  auto elsewhere = url;
  elsewhere.replace(elsewhere.find("/direct/") + 8, 4, "0000");
  EXPECT_EQ(put(elsewhere, bytes, "video/mp4")->status, 403);
  EXPECT_TRUE(stored().empty());
}

TEST_F(DirectTest, WhatIsNotWhatWasAnnouncedBecomesNoAsset) {
  const auto bytes = video(5000), other = video(5000, 2);
  auto ticket = begin(bytes, blob::sha256_hex(bytes));
  ASSERT_EQ(put(ticket.links[0].url, other, "video/mp4")->status, 200);
  EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {}).error().code, "upload.sha256");
  EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {}).error().code, "upload.closed");
  ticket = begin(bytes);
  ASSERT_EQ(put(ticket.links[0].url, "#EXTM3U\n" + std::string(4992, 'x'), "video/mp4")->status, 200);
  EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {}).error().code, "upload.kind");
  // Somebody who is not held by the link's signature.
  ticket = begin(bytes);
  ASSERT_TRUE(blobs_->put(*blob::Key::parse("originals/direct/" + ticket.upload.id), bytes + "more"));
  EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {}).error().code, "upload.length");
  EXPECT_EQ(assets(), 0u);
  EXPECT_TRUE(stored().empty());
  EXPECT_EQ(store_->uploads().usage("u1")->reserved, 0u);
}

TEST_F(DirectTest, WhoUsesTheLinkAgainAfterTheEndChangesNothing) {
  const auto bytes = video(5000), other = video(5000, 2);
  const auto ticket = begin(bytes);
  ASSERT_EQ(put(ticket.links[0].url, bytes, "video/mp4")->status, 200);
  const auto done = direct_->complete(me_, ticket.upload.id, {});
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(put(ticket.links[0].url, other, "video/mp4")->status, 200);
  const auto asset = *store_->uploads().assets().get(done->upload.asset);
  EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {})->upload.asset, asset.id);
  EXPECT_EQ(blobs_->read(*blob::Key::parse(asset.key), 0, 1u << 20)->bytes, bytes);
  EXPECT_EQ(stored().size(), 2u);
  EXPECT_EQ(*direct_->sweep(), 1);
  EXPECT_EQ(stored(), std::vector<std::string>{asset.key});
}

TEST_F(DirectTest, TheSameContentAgainIsTheSameAsset) {
  const auto bytes = video(5000);
  std::string first;
  for (int i = 0; i < 2; ++i) {
    const auto ticket = begin(bytes);
    ASSERT_EQ(put(ticket.links[0].url, bytes, "video/mp4")->status, 200);
    const auto done = direct_->complete(me_, ticket.upload.id, {});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->duplicate, i == 1);
    if (i == 0) first = done->upload.asset;
    EXPECT_EQ(done->upload.asset, first);
  }
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(DirectTest, WhatIsAbandonedIsClearedAwayAndItsQuotaComesBack) {
  const auto whole = begin(video(5000));
  ASSERT_EQ(put(whole.links[0].url, video(5000), "video/mp4")->status, 200);
  const auto bytes = video((16u << 20) + 1000);
  const auto parts = begin(bytes);
  ASSERT_EQ(put(parts.links[1].url, bytes.substr(16u << 20))->status, 200);
  EXPECT_EQ(*direct_->sweep(), 0);
  EXPECT_EQ(store_->uploads().usage("u1")->open_uploads, 2u);
  clock_.advance(25h);
  EXPECT_EQ(direct_->links(me_, parts.upload.id, {1}).error().code, "upload.closed");
  const auto swept = direct_->sweep();
  ASSERT_TRUE(swept) << swept.error().message;
  EXPECT_EQ(*swept, 2);
  EXPECT_TRUE(stored().empty());
  EXPECT_EQ(store_->uploads().usage("u1")->open_uploads, 0u);
  EXPECT_EQ(store_->uploads().usage("u1")->reserved, 0u);
}

TEST_F(DirectTest, SizeTypeAndQuotaAreLookedAtBeforeThereIsALink) {
  config_.quota.bytes = 10000;
  direct_ = std::make_unique<DirectUploads>(config_, store_->uploads(), *blobs_, clock_);
  EXPECT_EQ(direct_->create(me_, {20000, "a.mp4", "video/mp4", ""}).error().code, "upload.quota");
  EXPECT_EQ(direct_->create(me_, {100, "a.mp4", "text/html", ""}).error().code, "upload.type");
  EXPECT_EQ(direct_->create(me_, {0, "a.mp4", "video/mp4", ""}).error().code, "upload.empty");
  EXPECT_EQ(direct_->create(me_, {{}, "a.mp4", "video/mp4", ""}).error().code, "upload.length");
}

// 76: each link of a part takes that part of that object and nothing else.
TEST_F(DirectTest, ALinkOfAPartTakesNoOtherPartAndNoOtherUpload) {
  const auto bytes = video((16u << 20) + 1000);
  const auto ticket = begin(bytes), other = begin(bytes);
  const auto end = bytes.substr(16u << 20);
  const auto with = [&](const std::string& what, const std::string& instead) {
    auto url = ticket.links.at(1).url;
    const auto at = url.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return url.replace(at, what.size(), instead);
  };
  for (const auto& url : {with("partNumber=2", "partNumber=1"), with(ticket.upload.direct, other.upload.direct),
                          with(ticket.upload.id, other.upload.id)}) {
    EXPECT_EQ(put(url, end)->status, 403) << url;
  }
  EXPECT_EQ(put(ticket.links[1].url, end)->status, 200);
}

TEST_F(DirectTest, WhatIsLargerThanAStorageCopiesAtOnceGoesInParts) {
  auto ticket = direct_->create(me_, {6ull << 30, "a.mp4", "video/mp4", ""});
  ASSERT_TRUE(ticket) << ticket.error().message;
  EXPECT_TRUE(ticket->in_parts);
  EXPECT_EQ(ticket->parts, 384);
  EXPECT_EQ(ticket->links.size(), 100u);
  EXPECT_EQ(direct_->links(me_, ticket->upload.id, {384})->links[0].bytes, 16u << 20);
  EXPECT_TRUE(direct_->remove(me_, ticket->upload.id));
  // The whole way, with a storage that copies no more than 5 MiB at once.
  auto options = server_.options();
  options.copy_bytes = 5u << 20;
  blobs_ = *blob::make_s3_store(options);
  direct_ = std::make_unique<DirectUploads>(config_, store_->uploads(), *blobs_, clock_);
  const auto bytes = video((16u << 20) + 1000);
  const auto mine = begin(bytes, blob::sha256_hex(bytes));
  std::vector<std::string> tags;
  for (const auto& link : mine.links) {
    const auto from = static_cast<std::size_t>(link.part - 1) << 24;
    tags.push_back(put(link.url, bytes.substr(from, link.bytes))->headers.at("etag"));
  }
  const auto done = direct_->complete(me_, mine.upload.id, tags);
  ASSERT_TRUE(done) << done.error().message;
  const auto asset = *store_->uploads().assets().get(done->upload.asset);
  EXPECT_EQ(blobs_->read(*blob::Key::parse(asset.key), 0, blob::kMaxPiece)->bytes, bytes);
  EXPECT_EQ(stored(), std::vector<std::string>{asset.key});
}

TEST_F(DirectTest, WhoseWaitingWasCutGoesOnWhereTheReadingWas) {
  const auto bytes = video(50000);
  const auto ticket = begin(bytes, blob::sha256_hex(bytes));
  ASSERT_EQ(put(ticket.links[0].url, bytes, "video/mp4")->status, 200);
  std::stop_source gone;
  gone.request_stop();
  const auto copies = [&] { return parse_json(server_.seen())->at("copies").get<int>(); };
  const auto before = copies();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(direct_->complete(me_, ticket.upload.id, {}, gone.get_token()).error().kind, ErrorKind::Cancelled);
  }
  const auto done = direct_->complete(me_, ticket.upload.id, {});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(copies() - before, 1);
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(DirectTest, WhoWasCutAndGaveUpLeavesNothing) {
  const auto bytes = video(50000);
  const auto ticket = begin(bytes);
  ASSERT_EQ(put(ticket.links[0].url, bytes, "video/mp4")->status, 200);
  std::stop_source gone;
  gone.request_stop();
  EXPECT_FALSE(direct_->complete(me_, ticket.upload.id, {}, gone.get_token()));
  EXPECT_TRUE(direct_->remove(me_, ticket.upload.id));
  EXPECT_TRUE(stored().empty());
}

// The machine dies between any two steps.
TEST_F(DirectTest, WhatWasLeftHalfWayIsCompletedTheNextTime) {
  const auto bytes = video((16u << 20) + 1000);
  const auto ticket = begin(bytes);
  std::vector<std::string> tags;
  tags.push_back(put(ticket.links[0].url, bytes.substr(0, 16u << 20))->headers.at("etag"));
  tags.push_back(put(ticket.links[1].url, bytes.substr(16u << 20))->headers.at("etag"));
  // The parts were joined, and nobody was told.
  ASSERT_TRUE(
      blobs_->complete_parts(*blob::Key::parse("originals/direct/" + ticket.upload.id), ticket.upload.direct, tags));
  // Where it goes was decided, and it was copied.
  auto row = store_->uploads().uploads().find({.id = ticket.upload.id})->front();
  row.asset = "11111111-2222-3333-4444-555555555555";
  ASSERT_TRUE(store_->uploads().uploads().advance(row, {}));
  const auto done = direct_->complete(me_, ticket.upload.id, tags);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->upload.asset, row.asset);
  EXPECT_EQ(stored().size(), 1u);
}

}  // namespace
}  // namespace vigil::jobs
