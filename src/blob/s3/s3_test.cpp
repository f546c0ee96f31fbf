#include "blob/s3.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/json.h"
#include "blob/blob_fake.h"
#include "blob/digest.h"
#include "blob/s3/sign.h"
#include "blob/s3/xml.h"

namespace vigil::blob {
namespace {

using namespace std::chrono_literals;

Key key(const std::string& text) {
  return *Key::parse(text);
}

class S3 : public testing::Test {
 protected:
  void SetUp() override {
    if (!server_.runs()) GTEST_SKIP() << S3Server::kMissing;
    store_ = *make_s3_store(server_.options());
  }
  std::unique_ptr<S3Store> store_with(std::uint64_t part_bytes) {
    auto options = server_.options();
    options.part_bytes = part_bytes;
    return *make_s3_store(options);
  }
  std::string file_of(std::size_t size) {
    const auto path = dir_.path("file");
    std::ofstream(path, std::ios::binary) << std::string(size, 'v');
    return path;
  }
  Result<s3::HttpAnswer> fetch(const std::string& method, const std::string& url, const std::string* body = nullptr,
                               s3::Fields headers = {}) {
    s3::HttpRequest request;
    request.method = method;
    request.url = url;
    request.headers = std::move(headers);
    s3::Upload upload;
    if (body != nullptr) {
      upload.bytes = *body;
      request.body = &upload;
    }
    return s3::perform(request);
  }
  S3Server& server_ = S3Server::shared();
  BlobDir dir_;
  std::unique_ptr<S3Store> store_;
};

// 119
TEST_F(S3, WhatTheStorageCannotDoJustNowIsTriedAgain) {
  server_.fault("slowdown", 2);
  EXPECT_TRUE(store_->put(key("metadata/a"), "bytes"));
  server_.fault("error", 3);
  EXPECT_EQ(store_->read(key("metadata/a"), 0, 10)->bytes, "bytes");
  server_.fault("cut", 2);
  EXPECT_EQ(store_->read(key("metadata/a"), 0, 10)->bytes, "bytes");
  server_.fault("short", 1);
  EXPECT_EQ(store_->read(key("metadata/a"), 0, 10)->bytes, "bytes");
  server_.fault("slowdown", 4);
  auto refused = store_->put(key("metadata/a"), "other");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(store_->read(key("metadata/a"), 0, 10)->bytes, "bytes");
}

// 119: 200 with an error in it is an error, and what was sent is aborted; the file is still there to be sent again.
TEST_F(S3, PartsThatWereNotJoinedAreNoBlob) {
  auto store = store_with(5u << 20);
  const auto path = file_of(11u << 20);
  server_.fault("complete", 1);
  auto done = store->adopt(key("originals/a"), path);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Unavailable);
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_FALSE(store->read(key("originals/a"), 0, 0));
  EXPECT_EQ(parse_json(server_.seen())->at("open"), 0);
  ASSERT_TRUE(store->adopt(key("originals/a"), path));
  EXPECT_EQ(store->read(key("originals/a"), 0, 0)->whole.size, 11u << 20);
  EXPECT_EQ(store->read(key("originals/a"), (11u << 20) - 3, 10)->bytes, "vvv");
}

// S2: what a process that died had begun does not lie there for ever.
TEST_F(S3, ForgottenPartsAreAborted) {
  auto options = server_.options();
  options.part_bytes = 5u << 20;
  options.tries = 1;
  auto store = *make_s3_store(options);
  server_.fault("complete", 1);
  // The abort fails too.
  const auto path = file_of(6u << 20);
  ASSERT_FALSE(store->adopt(key("originals/b"), path));
  const auto begun = parse_json(server_.seen())->at("open").get<int>();
  EXPECT_EQ(begun, 0);
  s3::Credentials credentials{"S3RVER", Secret("S3RVER")};
  s3::Signable start{"POST",
                     "/vigil/" + options.folder + "originals/c",
                     {{"uploads", ""}},
                     {{"host", server_.endpoint().substr(7)}},
                     ""};
  const auto url =
      server_.endpoint() + start.path + "?" + s3::presigned_query(start, credentials, system_clock().wall(), 60s);
  const std::string nothing;
  ASSERT_EQ(fetch("POST", url, &nothing)->status, 200);
  EXPECT_EQ(*store->abort_forgotten(system_clock().wall() - 24h), 0);
  EXPECT_EQ(*store->abort_forgotten(system_clock().wall() + 1h), 1);
  EXPECT_EQ(*store->abort_forgotten(system_clock().wall() + 1h), 0);
}

TEST_F(S3, ConnectionsAreKeptForTheNextCall) {
  ASSERT_TRUE(store_->put(key("metadata/a"), "bytes"));
  const auto connections = [&] { return parse_json(server_.seen())->at("connections").get<int>(); };
  const auto before = connections();
  for (int i = 0; i < 40; ++i) ASSERT_EQ(store_->read(key("metadata/a"), 1, 2)->bytes, "yt");
  // The server closes those that nobody uses for some seconds.
  EXPECT_LE(connections() - before, 20);
}

// S4: what is larger than a storage copies at once.
TEST_F(S3, ALargeBlobIsCopiedInPartsAndNeverMixed) {
  auto options = server_.options();
  options.copy_bytes = 5u << 20;
  const auto store = *make_s3_store(options);
  std::string bytes(12u << 20, 'v');
  for (std::size_t i = 0; i < bytes.size(); i += 1000) bytes[i] = static_cast<char>(i / 1000);
  ASSERT_TRUE(store->put(key("originals/a"), bytes));
  const auto before = parse_json(server_.seen())->at("copies").get<int>();
  const auto copied = store->copy(key("originals/a"), key("originals/b"));
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(parse_json(server_.seen())->at("copies").get<int>() - before, 3);
  EXPECT_EQ(store->read(key("originals/b"), 0, kMaxPiece)->bytes, bytes);
  server_.fault("replace", 1);
  const auto mixed = store->copy(key("originals/a"), key("originals/c"));
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().code, "blob.replaced");
  EXPECT_FALSE(store->read(key("originals/c"), 0, 0));
  EXPECT_EQ(parse_json(server_.seen())->at("open"), 0);
  server_.fault("error", 4);
  EXPECT_EQ(store->copy(key("originals/a"), key("originals/c")).error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(store->copy(key("originals/none"), key("originals/c")).error().kind, ErrorKind::NotFound);
}

// S5
TEST_F(S3, AClockThatIsWrongIsSetByTheStorages) {
  ManualClock clock;  // long ago
  auto store = *make_s3_store(server_.options(), clock);
  auto done = store->put(key("metadata/a"), "bytes");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(store->read(key("metadata/a"), 0, 10)->bytes, "bytes");
}

TEST_F(S3, WrongKeysAreAnErrorThatSaysWhatToLookAt) {
  auto options = server_.options();
  options.secret_key = Secret("canary-secret");
  auto done = (*make_s3_store(options))->put(key("metadata/a"), "bytes");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "blob.s3_auth");
  EXPECT_EQ(done.error().message.find("canary"), std::string::npos);
  options = server_.options();
  options.bucket = "none";
  EXPECT_EQ((*make_s3_store(options))->read(key("metadata/a"), 0, 10).error().code, "blob.s3_auth");
}

TEST_F(S3, AStorageThatIsAwayIsUnavailable) {
  auto options = server_.options();
  options.endpoint = "http://127.0.0.1:1";
  auto store = *make_s3_store(options);
  EXPECT_EQ(store->read(key("metadata/a"), 0, 10).error().kind, ErrorKind::Unavailable);
}

// 27, S5
TEST_F(S3, ALinkReadsOneObjectByOneMethod) {
  ASSERT_TRUE(store_->put(key("originals/a/v.mp4"), "video"));
  DirectLink link;
  link.disposition = "attachment; filename=\"a b.mp4\"";
  link.content_type = "video/mp4";
  const auto url = *store_->get_link(key("originals/a/v.mp4"), link);
  auto answer = fetch("GET", url);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200) << answer->body;
  EXPECT_EQ(answer->body, "video");
  EXPECT_EQ(answer->headers["content-disposition"], link.disposition);
  EXPECT_EQ(answer->headers["content-type"], "video/mp4");
  const std::string body = "other";
  EXPECT_EQ(fetch("PUT", url, &body)->status, 403);
  EXPECT_EQ(fetch("DELETE", url)->status, 403);
  auto other = url;
  other.replace(other.find("v.mp4"), 5, "w.mp4");
  EXPECT_EQ(fetch("GET", other)->status, 403);
}

// S4, part of 76: the length is signed; what is written can be looked at before it is used.
TEST_F(S3, ALinkWritesOneObjectOfOneLength) {
  DirectLink link;
  link.content_length = 5;
  const auto url = *store_->put_link(key("originals/fresh"), link);
  const std::string longer = "longer than that", right = "video";
  EXPECT_EQ(fetch("PUT", url, &longer)->status, 403);
  EXPECT_FALSE(store_->read(key("originals/fresh"), 0, 0));
  EXPECT_EQ(fetch("PUT", url, &right)->status, 200);
  EXPECT_EQ(store_->read(key("originals/fresh"), 0, 0)->whole.size, 5u);
  EXPECT_EQ(fetch("GET", url)->status, 403);
}

TEST_F(S3, WhatOthersKeepInTheBucketIsNotListed) {
  auto options = server_.options();
  auto store = *make_s3_store(options);
  ASSERT_TRUE(store->put(key("logs/a"), "x"));
  options.folder += "logs/";
  auto inner = *make_s3_store(options);
  ASSERT_TRUE(inner->put(key("logs/deep"), "x"));
  EXPECT_EQ(store->list("logs/", "", 10)->size(), 2u);
  EXPECT_EQ(inner->list("logs/", "", 10)->size(), 1u);
}

TEST(S3Options, WhatCannotWorkIsRefused) {
  S3Options good;
  good.endpoint = "https://s3.example.org";
  good.bucket = "videos";
  EXPECT_TRUE(make_s3_store(good));
  for (auto change : {+[](S3Options& o) { o.endpoint = "ftp://s3.example.org"; },
                      +[](S3Options& o) { o.endpoint = "https://s3.example.org/path"; },
                      +[](S3Options& o) { o.endpoint = "https://user:secret@s3.example.org"; },
                      +[](S3Options& o) { o.endpoint = "file:///etc"; }, +[](S3Options& o) { o.bucket = ""; },
                      +[](S3Options& o) { o.bucket = "a/b"; }, +[](S3Options& o) { o.folder = "no-slash"; },
                      +[](S3Options& o) { o.folder = "a b/"; }}) {
    auto bad = good;
    change(bad);
    EXPECT_FALSE(make_s3_store(bad)) << bad.endpoint << bad.bucket << bad.folder;
  }
}

// The examples of Amazon's documentation (2013-05-24, bucket examplebucket).
TEST(S3Sign, MakesTheSignaturesOfTheDocumentation) {
  const s3::Credentials credentials{"AKIAIOSFODNN7EXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
  const WallTime time{std::chrono::seconds(1369353600)};
  const std::string nothing = sha256_hex("");
  s3::Signable get{"GET",
                   "/test.txt",
                   {},
                   {{"host", "examplebucket.s3.amazonaws.com"},
                    {"range", "bytes=0-9"},
                    {"x-amz-content-sha256", nothing},
                    {"x-amz-date", "20130524T000000Z"}},
                   nothing};
  EXPECT_TRUE(s3::authorization(get, credentials, time)
                  .ends_with("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
  s3::Signable list{"GET",
                    "/",
                    {{"max-keys", "2"}, {"prefix", "J"}},
                    {{"host", "examplebucket.s3.amazonaws.com"},
                     {"x-amz-content-sha256", nothing},
                     {"x-amz-date", "20130524T000000Z"}},
                    nothing};
  EXPECT_TRUE(s3::authorization(list, credentials, time)
                  .ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
  s3::Signable link{"GET", "/test.txt", {}, {{"host", "examplebucket.s3.amazonaws.com"}}, ""};
  EXPECT_TRUE(s3::presigned_query(link, credentials, time, 86400s)
                  .ends_with("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
}

TEST(S3Xml, FindsElementsAndSurvivesWhatIsNone) {
  const std::string text = "<R><Key>a&amp;b</Key><KeyCount>2</KeyCount><Key>c</Key><Empty/></R>";
  EXPECT_EQ(s3::element(text, "Key"), "a&b");
  EXPECT_EQ(s3::element(text, "KeyCount"), "2");
  EXPECT_EQ(s3::element(text, "Empty"), "");
  EXPECT_EQ(s3::elements(text, "Key").size(), 2u);
  EXPECT_EQ(s3::element(text, "None"), std::nullopt);
  for (std::size_t i = 0; i < text.size(); ++i) static_cast<void>(s3::elements(text.substr(0, i), "Key"));
  EXPECT_EQ(s3::element("<Key", "Key"), std::nullopt);
  EXPECT_EQ(s3::element("<Key>x", "Key"), std::nullopt);
}

}  // namespace
}  // namespace vigil::blob
