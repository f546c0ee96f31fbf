// Uploads by tus and by forms, and jobs, over a whole server. The numbers are those of the catalogue of faults.

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "api/handlers/upload_server_fake.h"
#include "blob/digest.h"

namespace vigil::api {
namespace {

// 63
TEST_F(UploadApi, SpeaksTusToTheLetter) {
  begin();
  auto options = call("OPTIONS", "/api/uploads");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.get("Tus-Version"), "1.0.0");
  EXPECT_EQ(options.headers.get("Tus-Extension"),
            "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination");
  EXPECT_EQ(options.headers.get("Tus-Max-Size"), std::to_string(50u << 20));
  EXPECT_EQ(options.headers.get("Tus-Checksum-Algorithm"), "sha1,sha256");

  for (const auto* version : {"", "Tus-Resumable: 0.2.2\r\n", "Tus-Resumable: 1.0.0\r\nTus-Resumable: 1.0.0\r\n"}) {
    auto reply = call("POST", "/api/uploads", {}, "", std::string("Upload-Length: 5\r\n") + version);
    EXPECT_EQ(reply.status, 412) << version;
    EXPECT_EQ(reply.headers.get("Tus-Version"), "1.0.0");
  }
  EXPECT_TRUE(store_->uploads().uploads().find({})->empty());

  EXPECT_EQ(call("POST", "/api/uploads", {}, "", kTus).status, 400);
  EXPECT_EQ(call("POST", "/api/uploads", {}, "", lines({{"Upload-Length", "5"}, {"Upload-Defer-Length", "1"}})).status,
            400);
  EXPECT_EQ(call("POST", "/api/uploads", {}, "", lines({{"Upload-Length", "x"}})).status, 400);
  EXPECT_EQ(call("POST", "/api/uploads", {}, "", lines({{"Upload-Length", "999999999999"}})).status, 413);

  const auto bytes = video(100000);
  auto made =
      call("POST", "/api/uploads", {}, "",
           lines({{"Upload-Length", "100000"}, {"Upload-Metadata", "filename YSBiLm1wNA==,filetype dmlkZW8vbXA0"}}));
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(made.headers.get("Tus-Resumable"), "1.0.0");
  EXPECT_FALSE(made.headers.get("Upload-Expires").empty());
  const std::string path(made.headers.get("Location"));

  auto head = call("HEAD", path, {}, "", kTus);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.get("Upload-Offset"), "0");
  EXPECT_EQ(head.headers.get("Upload-Length"), "100000");
  EXPECT_EQ(head.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(head.headers.get("Upload-Metadata"), "filename YSBiLm1wNA==,filetype dmlkZW8vbXA0");
  EXPECT_EQ(call("HEAD", path).status, 412);

  EXPECT_EQ(call("PATCH", path, "x", "application/json", lines({{"Upload-Offset", "0"}})).status, 415);
  EXPECT_EQ(patch(path, "0", bytes.substr(0, 30000)).status, 204);
  auto end = patch(path, "30000", std::string_view(bytes).substr(30000));
  EXPECT_EQ(end.status, 204);
  EXPECT_EQ(end.headers.get("Upload-Offset"), "100000");
  EXPECT_TRUE(content(end.headers.get("X-Asset-Id")) == bytes);
  EXPECT_EQ(patch(path, "100000", "x").status, 403);
  EXPECT_EQ(call("DELETE", path, {}, "", kTus).status, 403);
  auto unknown = call("HEAD", "/api/uploads/none", {}, "", kTus);
  EXPECT_EQ(unknown.status, 404);
  EXPECT_TRUE(unknown.headers.get("Upload-Offset").empty());
  EXPECT_EQ(call("GET", path).json()["asset_id"], std::string(end.headers.get("X-Asset-Id")));
}

TEST_F(UploadApi, APageThatLooksDoesNotCutOffWhoSends) {
  config_.lock_wait = std::chrono::milliseconds(1);
  begin();
  const auto path = create(5000);
  bool interrupted = false;
  auto sender =
      core_->open({.everything = true}, path.substr(path.rfind('/') + 1), {.interrupt = [&] { interrupted = true; }});
  ASSERT_TRUE(sender) << sender.error().message;
  EXPECT_EQ(call("GET", path).status, 200);
  EXPECT_FALSE(interrupted);
  EXPECT_EQ(call("HEAD", path, {}, "", kTus).status, 423);
  EXPECT_TRUE(interrupted);
}

// 64
TEST_F(UploadApi, OffsetsThatAreWrongChangeNothing) {
  begin();
  const auto bytes = video(5000);
  const auto path = create(bytes.size());
  ASSERT_EQ(patch(path, "0", bytes.substr(0, 3000)).status, 204);
  for (const auto* offset : {"0", "2999", "3001"}) EXPECT_EQ(patch(path, offset, "x").status, 409) << offset;
  for (const auto* offset : {"-1", "9223372036854775808", "abc", "1.5"})
    EXPECT_EQ(patch(path, offset, "x").status, 400);
  EXPECT_EQ(call("PATCH", path, "x", kChunk, kTus).status, 400);
  auto end = patch(path, "3000", std::string_view(bytes).substr(3000));
  EXPECT_TRUE(content(end.headers.get("X-Asset-Id")) == bytes);
}

// 66: cut at random places; what came is there, and the whole is the source in the end.
TEST_F(UploadApi, AConnectionThatBreaksLosesNothingThatCame) {
  begin();
  const auto bytes = video(400000);
  const auto path = create(bytes.size());
  std::minstd_rand random(3);
  std::uint64_t at = 0, sent = 0;
  for (int round = 0; round < 30; ++round) {
    const auto count = std::min<std::uint64_t>(1 + random() % 12000, bytes.size() - at - 1);
    // What an earlier connection brought may be taken later than a question that came after it was cut.
    sent = std::max(sent, at + count);
    {
      HttpClient client(server_->port());
      client.send("PATCH " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                  lines({{"Upload-Offset", std::to_string(at)}}) + "Content-Type: " + kChunk +
                  "\r\nContent-Length: " + std::to_string(bytes.size() - at) + "\r\n\r\n");
      client.send(std::string_view(bytes).substr(at, count));
    }
    const auto now = std::stoull(offset_of(path));
    EXPECT_GE(now, at);
    EXPECT_LE(now, sent);
    at = now;
  }
  auto end = finish(path, bytes);
  EXPECT_EQ(end.status, 204) << end.body;
  EXPECT_TRUE(content(end.headers.get("X-Asset-Id")) == bytes);
}

// 65, U8: who comes back gets it from a connection that only seems to be alive.
TEST_F(UploadApi, WhoComesBackTakesOver) {
  begin();
  const auto bytes = video(200000);
  const auto path = create(bytes.size());
  HttpClient stalled(server_->port());
  stalled.send("PATCH " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lines({{"Upload-Offset", "0"}}) +
               "Content-Type: " + kChunk + "\r\nContent-Length: 200000\r\n\r\n");
  stalled.send(std::string_view(bytes).substr(0, 70000));
  // The server may not have read it all, or not even begun: whatever it says is what is there.
  const auto at = std::stoull(offset_of(path));
  EXPECT_LE(at, 70000u);
  auto end = finish(path, bytes);
  EXPECT_EQ(end.status, 204) << end.body;
  EXPECT_TRUE(content(end.headers.get("X-Asset-Id")) == bytes);
}

// 68
TEST_F(UploadApi, MoreThanWasAnnouncedIsRefused) {
  begin();
  const auto path = create(3000);
  EXPECT_EQ(patch(path, "0", video(3001)).status, 413);
  EXPECT_EQ(offset_of(path), "0");
  HttpClient endless(server_->port());
  endless.send("PATCH " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lines({{"Upload-Offset", "0"}}) +
               "Content-Type: " + kChunk + "\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 400 && endless.send("400\r\n" + std::string(1024, 'x') + "\r\n"); ++i) {
  }
  EXPECT_EQ(endless.read_reply().status, 413);
  EXPECT_LE(std::stoull(offset_of(path)), 3000u);
  auto deferred = call("POST", "/api/uploads", {}, "", lines({{"Upload-Defer-Length", "1"}}));
  const std::string later(deferred.headers.get("Location"));
  EXPECT_EQ(call("HEAD", later, {}, "", kTus).headers.get("Upload-Defer-Length"), "1");
  const auto bytes = video(2000);
  EXPECT_EQ(patch(later, "0", bytes.substr(0, 1000)).status, 204);
  EXPECT_EQ(patch(later, "1000", "x", "Upload-Length: 999\r\n").status, 400);
  EXPECT_EQ(patch(later, "1000", std::string_view(bytes).substr(1000), "Upload-Length: 2000\r\n").status, 204);
}

// 70
TEST_F(UploadApi, ChecksumsAreChecked) {
  begin();
  const auto bytes = video(1000);
  const auto path = create(bytes.size());
  EXPECT_EQ(patch(path, "0", bytes, "Upload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=\r\n").status, 460);
  EXPECT_EQ(patch(path, "0", bytes, "Upload-Checksum: md5 Kq5sNclPz7QV2+lfQIuc6Q==\r\n").status, 400);
  EXPECT_EQ(offset_of(path), "0");
  EXPECT_EQ(patch(path, "0", bytes).status, 204);
}

TEST_F(UploadApi, AFileMayComeWithItsCreation) {
  begin();
  const auto bytes = video(1000);
  auto made = call("POST", "/api/uploads", bytes, kChunk, lines({{"Upload-Length", "1000"}}));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.headers.get("Upload-Offset"), "1000");
  EXPECT_TRUE(content(made.headers.get("X-Asset-Id")) == bytes);
  auto part = call("POST", "/api/uploads", bytes.substr(0, 500), kChunk, lines({{"Upload-Length", "1000"}}));
  EXPECT_EQ(part.headers.get("Upload-Offset"), "500");
}

// 73, 42
TEST_F(UploadApi, WhatIsNoVideoOrHasBadMetadataIsRefused) {
  begin();
  EXPECT_EQ(
      call("POST", "/api/uploads", {}, "", lines({{"Upload-Length", "5"}, {"Upload-Metadata", "filename %%"}})).status,
      400);
  EXPECT_EQ(call("POST", "/api/uploads", {}, "",
                 lines({{"Upload-Length", "5"}, {"Upload-Metadata", "filetype aW1hZ2UvcG5n"}}))
                .status,
            415);
  const std::string playlist = "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n";
  const auto path = create(playlist.size());
  EXPECT_EQ(patch(path, "0", playlist).status, 415);
  EXPECT_EQ(call("HEAD", path, {}, "", kTus).status, 410);
}

// 72, A9: what is somebody else's does not exist.
TEST_F(UploadApi, NobodySeesWhatIsSomebodyElses) {
  begin(false);
  ASSERT_TRUE(accounts_.add_user("ann", Secret("correct horse"), store::UserRole::Viewer));
  ASSERT_TRUE(accounts_.add_user("bob", Secret("correct horse"), store::UserRole::Viewer));
  auto sign = [this](const std::string& name) {
    auto in = accounts_.login(name, Secret("correct horse"), {"192.0.2.1", ""});
    EXPECT_TRUE(in);
    return "Authorization: Bearer " + in->access_token.reveal() + "\r\n";
  };
  const auto ann = sign("ann"), bob = sign("bob");
  EXPECT_EQ(call("POST", "/api/uploads", {}, "", lines({{"Upload-Length", "5"}})).status, 401);
  const auto bytes = video(1000);
  auto made = call("POST", "/api/uploads", bytes, kChunk, lines({{"Upload-Length", "1000"}}) + ann);
  ASSERT_EQ(made.status, 201) << made.body;
  const auto asset = "/api/assets/" + std::string(made.headers.get("X-Asset-Id"));
  auto open = call("POST", "/api/uploads", {}, "", lines({{"Upload-Length", "1000"}}) + ann);
  const std::string path(open.headers.get("Location"));
  EXPECT_EQ(call("HEAD", path, {}, "", kTus + bob).status, 404);
  EXPECT_EQ(call("PATCH", path, "x", kChunk, lines({{"Upload-Offset", "0"}}) + bob).status, 404);
  EXPECT_EQ(call("DELETE", path, {}, "", kTus + bob).status, 404);
  EXPECT_EQ(call("GET", asset, {}, "", bob).status, 404);
  EXPECT_EQ(call("DELETE", asset, {}, "", bob).status, 404);
  EXPECT_TRUE(call("GET", "/api/assets", {}, "", bob).json()["assets"].empty());
  EXPECT_TRUE(call("GET", "/api/jobs", {}, "", bob).json()["jobs"].empty());
  const auto jobs = call("GET", "/api/jobs", {}, "", ann).json()["jobs"];
  ASSERT_EQ(jobs.size(), 1u);
  const auto job = "/api/jobs/" + jobs[0]["id"].get<std::string>();
  for (const auto* what : {"/cancel", "/pause", "/resume", "/retry"})
    EXPECT_EQ(call("POST", job + what, {}, "", bob).status, 404);
  for (const auto* what : {"", "/log", "/outputs"}) EXPECT_EQ(call("GET", job + what, {}, "", bob).status, 404);
  EXPECT_EQ(call("DELETE", job, {}, "", bob).status, 404);
  EXPECT_EQ(call("GET", asset, {}, "", ann).status, 200);
  EXPECT_EQ(call("DELETE", asset, {}, "", ann).status, 204);
  EXPECT_EQ(call("GET", job, {}, "", ann).json()["state"], "cancelled");
}

TEST_F(UploadApi, ASmallFileComesByForm) {
  begin();
  const auto bytes = video(1000);
  const auto form =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\nContent-Type: video/mp4\r\n\r\n" +
      bytes + "\r\n--B--\r\n";
  auto made = call("POST", "/api/assets", form, "multipart/form-data; boundary=B");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json()["sha256"], blob::sha256_hex(bytes));
  EXPECT_EQ(made.json()["name"], "a.mp4");
  EXPECT_EQ(made.headers.get("Location"), "/api/assets/" + made.json()["id"].get<std::string>());
  auto again = call("POST", "/api/assets", form, "multipart/form-data; boundary=B");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.json()["duplicate"], true);
  EXPECT_EQ(again.json()["id"], made.json()["id"]);
  const auto usage = call("GET", "/api/assets/usage").json();
  EXPECT_EQ(usage["bytes"], 1000);
  EXPECT_EQ(usage["max_file_bytes"], config_.max_bytes);
  EXPECT_TRUE(usage["quota_bytes"].is_null());
  EXPECT_EQ(call("POST", "/api/assets", "--B\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--B--\r\n",
                 "multipart/form-data; boundary=B")
                .status,
            422);
}

TEST_F(UploadApi, JobsAreShownAndOrdered) {
  begin();
  const auto bytes = video(1000);
  ASSERT_EQ(call("POST", "/api/uploads", bytes, kChunk, lines({{"Upload-Length", "1000"}})).status, 201);
  const auto list = call("GET", "/api/jobs?state=queued&kind=verify").json()["jobs"];
  ASSERT_EQ(list.size(), 1u);
  const auto path = "/api/jobs/" + list[0]["id"].get<std::string>();
  auto job = call("GET", path);
  EXPECT_EQ(job.json()["state"], "queued");
  EXPECT_EQ(call("GET", path, {}, "", "If-None-Match: " + std::string(job.headers.get("ETag")) + "\r\n").status, 304);
  EXPECT_EQ(call("POST", path + "/retry").status, 409);
  EXPECT_EQ(call("POST", path + "/pause").json()["paused"], true);
  EXPECT_EQ(call("POST", path + "/resume").json()["paused"], false);
  EXPECT_EQ(call("DELETE", path).status, 409);
  EXPECT_EQ(call("POST", path + "/cancel").json()["state"], "cancelled");
  EXPECT_EQ(call("POST", path + "/cancel").status, 409);
  EXPECT_EQ(call("POST", path + "/retry").json()["state"], "queued");
  const auto log = call("GET", path + "/log").json()["events"];
  EXPECT_EQ(log.front()["type"], "job.queued");
  EXPECT_EQ(call("GET", path + "/outputs").json()["outputs"].size(), 0u);
  EXPECT_EQ(call("GET", "/api/jobs?state=nonsense").status, 400);
  ASSERT_EQ(call("POST", path + "/cancel").status, 200);
  EXPECT_EQ(call("DELETE", path).status, 204);
  EXPECT_EQ(call("GET", path).status, 404);
}

TEST_F(UploadApi, WithoutAPlaceForThemNoneAreTaken) {
  start_open();
  EXPECT_EQ(call("POST", "/api/uploads", {}, "", lines({{"Upload-Length", "5"}})).status, 503);
  EXPECT_EQ(call("GET", "/api/uploads/x").status, 503);
}

}  // namespace
}  // namespace vigil::api
