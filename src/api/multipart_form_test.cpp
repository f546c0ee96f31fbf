#include "api/multipart_form.h"

#include <gtest/gtest.h>

namespace vigil::api {
namespace {

std::string part(const std::string& header, const std::string& data) {
  return "--B\r\n" + header + "\r\n\r\n" + data + "\r\n";
}
const std::string kFile =
    "Content-Disposition: form-data; name=\"frame_file\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg";
const std::string kTime = "Content-Disposition: form-data; name=\"timestamp\"";

TEST(MultipartForm, WhatCurlSendsIsTakenApart) {
  const std::string data("\xff\xd8\r\n--b\0x", 9);
  auto body = part(kFile, data) + part(kTime, "1.5") + "--B--\r\n";
  auto parts = parse_multipart_form(body, "B");
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ((*parts)[0].name, "frame_file");
  EXPECT_EQ((*parts)[0].filename, "a.jpg");
  EXPECT_EQ((*parts)[0].content_type, "image/jpeg");
  EXPECT_EQ((*parts)[0].data, data);
  EXPECT_EQ((*parts)[1].data, "1.5");
}

TEST(MultipartForm, QuotesAndEmptyPartsAreRead) {
  auto body = part("content-disposition: form-data; name=a; filename=\"x\\\"y;z\"", "") + "--B--";
  auto parts = parse_multipart_form(body, "B");
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_EQ((*parts)[0].filename, "x\"y;z");
  EXPECT_EQ((*parts)[0].data, "");
}

TEST(MultipartForm, BrokenFormsAreRefused) {
  auto refused = [](const std::string& body, const std::string& boundary = "B") {
    return !parse_multipart_form(body, boundary).ok();
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("--B"));
  EXPECT_TRUE(refused("--B\r\n"));
  EXPECT_TRUE(refused(part(kFile, "x")));                          // no closing boundary
  EXPECT_TRUE(refused("--C\r\n" + kFile + "\r\n\r\nx\r\n--C--"));  // another boundary
  EXPECT_TRUE(refused(part(kFile, "x") + "--B--", ""));            // none named
  EXPECT_TRUE(refused(part(kFile, "x") + "--B--", std::string(71, 'B')));
  EXPECT_TRUE(refused(part("Content-Type: image/jpeg", "x") + "--B--"));  // no name
  EXPECT_TRUE(refused(part("Content-Disposition: attachment; name=a", "x") + "--B--"));
  EXPECT_TRUE(refused(part(kTime, "1") + part(kTime, "2") + "--B--"));  // twice
  EXPECT_TRUE(refused(part(kTime + "\r\nContent-Transfer-Encoding: base64", "1") + "--B--"));
  EXPECT_TRUE(refused(part("Content-Disposition: form-data; name=\"" + std::string(5000, 'a') + "\"", "x") + "--B--"));
  EXPECT_TRUE(refused(part("Content-Disposition: form-data; name=\"a", "x") + "--B--"));
  std::string many;
  for (int i = 0; i < 20; ++i) many += part("Content-Disposition: form-data; name=n" + std::to_string(i), "x");
  EXPECT_TRUE(refused(many + "--B--"));
}

}  // namespace
}  // namespace vigil::api
