#include "api/tus.h"

#include <gtest/gtest.h>

namespace vigil::api::tus {
namespace {

// 64
TEST(Tus, NumbersAreNothingButDigits) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("9223372036854775807"), 9223372036854775807u);
  for (const auto* text :
       {"", "-1", "+1", " 1", "1 ", "0x1", "1e3", "9223372036854775808", "99999999999999999999", "a"})
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
}

// 73
TEST(Tus, MetadataIsNamesWithPlainTextInBase64) {
  auto good = parse_metadata("filename YSBiLm1wNA==, filetype dmlkZW8vbXA0,is_private,relativePath bnVsbA==");
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->name, "a b.mp4");
  EXPECT_EQ(good->type, "video/mp4");
  EXPECT_EQ(good->sha256, "");
  EXPECT_TRUE(parse_metadata(""));
  for (const std::string& text :
       {std::string("filename !!!"), std::string("filename YQ"), std::string("filename YQ==,filename Yg=="),
        std::string("filename CgA="), std::string("filename /w=="), std::string(",filename YQ=="),
        std::string("filename YQ==,"), "filename " + std::string(65536, 'A'), std::string("na\x01me YQ=="),
        std::string("filename YQ== YQ==")}) {
    auto bad = parse_metadata(text);
    ASSERT_FALSE(bad) << text.substr(0, 50);
    EXPECT_EQ(bad.error().code, "tus.metadata");
  }
  std::string many;
  for (int i = 0; i < 17; ++i) many += (i == 0 ? "n" : ",n") + std::to_string(i) + " YQ==";
  EXPECT_FALSE(parse_metadata(many));
}

TEST(Tus, WhatWasTakenComesBack) {
  model::Upload upload;
  upload.name = "a b.mp4";
  upload.type = "video/mp4";
  EXPECT_EQ(metadata_of(upload), "filename YSBiLm1wNA==,filetype dmlkZW8vbXA0");
  EXPECT_EQ(parse_metadata(metadata_of(upload))->name, upload.name);
  EXPECT_EQ(metadata_of({}), "");
}

TEST(Tus, LengthIsSaidOrDeferredAndNeverBoth) {
  Headers headers;
  EXPECT_EQ(parse_length(headers).error().code, "tus.length");
  headers.set("Upload-Length", "5");
  EXPECT_EQ(**parse_length(headers), 5u);
  headers.set("Upload-Defer-Length", "1");
  EXPECT_FALSE(parse_length(headers));
  Headers deferred;
  deferred.set("Upload-Defer-Length", "1");
  EXPECT_EQ(*parse_length(deferred), std::nullopt);
  deferred.set("Upload-Defer-Length", "2");
  EXPECT_FALSE(parse_length(deferred));
  Headers negative;
  negative.set("Upload-Length", "-1");
  EXPECT_FALSE(parse_length(negative));
}

// 70
TEST(Tus, ChecksumsAreOfAKnownKindAndSize) {
  Headers headers;
  EXPECT_EQ(*parse_checksum(headers), std::nullopt);
  headers.set("Upload-Checksum", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=");
  auto checksum = parse_checksum(headers);
  ASSERT_TRUE(checksum);
  EXPECT_EQ((*checksum)->kind, blob::DigestKind::Sha1);
  EXPECT_EQ((*checksum)->digest.size(), 20u);
  for (const auto* text : {"md5 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1", "sha1 ", "sha1 Kq5s",
                           "sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1 %%%%"}) {
    headers.set("Upload-Checksum", text);
    EXPECT_EQ(parse_checksum(headers).error().code, "tus.checksum") << text;
  }
}

}  // namespace
}  // namespace vigil::api::tus
