#include "jobs/direct_uploads.h"

#include <gtest/gtest.h>

#include "api/handlers/upload_server_fake.h"
#include "blob/blob_fake.h"
#include "blob/digest.h"

namespace vigil::api {
namespace {

using blob::S3Server;

TEST_F(UploadApi, WhereFilesLieOnTheDiskNothingGoesStraightToAStorage) {
  begin();
  const auto refused = call("POST", "/api/uploads/direct", R"({"size":100})");
  EXPECT_EQ(refused.status, 501);
  EXPECT_EQ(refused.json()["code"], "upload.direct_unavailable");
  EXPECT_NE(refused.json()["detail"].get<std::string>().find("/api/uploads"), std::string::npos);
}

class DirectApi : public UploadApi {
 protected:
  void SetUp() override {
    UploadApi::SetUp();
    if (!server_of_s3_.runs()) GTEST_SKIP() << S3Server::kMissing;
    clock_.advance(system_clock().wall() - clock_.wall());
    storage_ = *blob::make_s3_store(server_of_s3_.options());
    core_of_direct_ = std::make_unique<jobs::DirectUploads>(config_, store_->uploads(), *storage_, clock_);
    direct_ = core_of_direct_.get();
    begin(false);
  }
  ~DirectApi() override { server_.reset(); }
  int put(const std::string& url, const std::string& bytes) {
    blob::s3::HttpRequest request;
    request.method = "PUT";
    request.url = url;
    request.headers["content-type"] = "video/mp4";
    const blob::s3::Upload body{bytes};
    request.body = &body;
    const auto answer = blob::s3::perform(request);
    return answer ? answer->status : 0;
  }
  S3Server& server_of_s3_ = S3Server::shared();
  std::unique_ptr<blob::S3Store> storage_;
  std::unique_ptr<jobs::DirectUploads> core_of_direct_;
};

// 76
TEST_F(DirectApi, AFileGoesStraightToTheStorageAndIsAnAsset) {
  add("wendy", store::UserRole::Viewer);
  const auto victor = token("victor"), wendy = token("wendy");
  const auto bytes = video(5000);
  const auto order =
      R"({"size":5000,"name":"walk.mp4","type":"video/mp4","sha256":")" + blob::sha256_hex(bytes) + R"("})";
  EXPECT_EQ(call("POST", "/api/uploads/direct", order).status, 401);
  const auto begun = as(victor, "POST", "/api/uploads/direct", order);
  ASSERT_EQ(begun.status, 201) << begun.body;
  EXPECT_EQ(begun.headers.get("Cache-Control"), "no-store");
  const auto ticket = begun.json();
  EXPECT_EQ(ticket["headers"]["Content-Type"], "video/mp4");
  const auto path = "/api/uploads/direct/" + ticket["id"].get<std::string>();
  auto early = as(victor, "POST", path + "/complete", "{}");
  EXPECT_EQ(early.status, 409);
  EXPECT_EQ(early.json()["code"], "upload.missing");
  ASSERT_EQ(put(ticket["links"][0]["url"], bytes), 200);
  EXPECT_EQ(as(wendy, "POST", path + "/complete", "{}").status, 404);
  EXPECT_EQ(as(wendy, "POST", path + "/links", R"({"parts":[1]})").status, 404);
  EXPECT_EQ(as(wendy, "DELETE", path).status, 404);
  const auto done = as(victor, "POST", path + "/complete", "{}");
  ASSERT_EQ(done.status, 201) << done.body;
  EXPECT_EQ(done.json()["sha256"], blob::sha256_hex(bytes));
  EXPECT_EQ(done.json()["name"], "walk.mp4");
  EXPECT_EQ(as(victor, "GET", std::string(done.headers.get("Location"))).status, 200);
  EXPECT_EQ(as(victor, "DELETE", path).status, 403);
  // It is none of tus.
  EXPECT_EQ(call("HEAD", "/api/uploads/" + ticket["id"].get<std::string>(), {}, "",
                 std::string(kTus) + "Authorization: Bearer " + victor + "\r\n")
                .status,
            404);
}

TEST_F(DirectApi, WhatIsNotWhatWasAnnouncedIsRefused) {
  const auto victor = token("victor");
  EXPECT_EQ(as(victor, "POST", "/api/uploads/direct", R"({"size":0})").status, 422);
  EXPECT_EQ(as(victor, "POST", "/api/uploads/direct", R"({"size":6442450944})").status, 413);
  EXPECT_EQ(as(victor, "POST", "/api/uploads/direct", R"({"size":10,"type":"text/html"})").status, 415);
  const auto order = R"({"size":5000,"type":"video/mp4","sha256":")" + blob::sha256_hex("other") + R"("})";
  const auto ticket = as(victor, "POST", "/api/uploads/direct", order).json();
  const auto path = "/api/uploads/direct/" + ticket["id"].get<std::string>();
  ASSERT_EQ(put(ticket["links"][0]["url"], video(5000)), 200);
  const auto refused = as(victor, "POST", path + "/complete", "{}");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.json()["code"], "upload.sha256");
  EXPECT_EQ(as(victor, "POST", path + "/complete", "{}").status, 410);
  EXPECT_EQ(as(victor, "GET", "/api/assets").json()["assets"].size(), 0u);
}

}  // namespace
}  // namespace vigil::api
