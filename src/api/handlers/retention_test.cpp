// For how long uploads are kept, as it is said and shown.

#include <gtest/gtest.h>

#include "api/handlers/upload_server_fake.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;

class RetentionApi : public UploadApi {
 protected:
  std::string hand_in(const std::string& sign_in) {
    const auto bytes = video(2000);
    auto reply = call("POST", "/api/uploads", bytes, kChunk,
                      lines({{"Upload-Length", "2000"}}) + "Authorization: Bearer " + sign_in + "\r\n");
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(reply.headers.get("X-Asset-Id"));
  }
  std::string id_of(const std::string& name) { return store_->users().find(name)->id; }
  // A job that took a picture out of it.
  std::string done(const std::string& asset, const std::string& owner) {
    model::Job job;
    job.kind = "extract";
    job.asset = asset;
    job.owner = owner;
    const auto id = store_->jobs().jobs().insert(job)->job.id;
    const auto claimed = *store_->jobs().queue().claim({"worker", {"extract"}, 0, ""});
    EXPECT_TRUE(store_->jobs().queue().finish({id, claimed->lease_token}, {},
                                              {{"f.jpg", "frames/a/b/f.jpg", 7, "image/jpeg"}}));
    return id;
  }
};

TEST_F(RetentionApi, OnlyAdministratorsSayHowLongWhoseIsKept) {
  config_.keep = {30 * 24h, 0s, 0s, 24h};
  begin(false);
  const auto victor = token("victor"), anna = token("anna");
  const auto path = "/api/retention/" + id_of("victor");
  EXPECT_EQ(as(victor, "GET", "/api/retention").status, 403);
  EXPECT_EQ(as(victor, "PUT", path, R"({"files":1})").status, 403);
  const auto said = as(anna, "PUT", path, R"({"files":3600,"pictures":0,"jobs":null})");
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.json()["files"], 3600);
  EXPECT_EQ(said.json()["pictures"], 0);
  EXPECT_TRUE(said.json()["jobs"].is_null());
  const auto all = as(anna, "GET", "/api/retention").json();
  EXPECT_EQ(all["everybody"]["files"], 30 * 86400);
  ASSERT_EQ(all["owners"].size(), 1u);
  EXPECT_EQ(all["owners"][0]["owner"], id_of("victor"));
  EXPECT_EQ(as(victor, "GET", "/api/assets/usage").json()["keep_s"]["files"], 3600);
  EXPECT_TRUE(as(victor, "GET", "/api/assets/usage").json()["keep_s"]["pictures"].is_null());
  EXPECT_EQ(as(victor, "GET", "/api/assets/usage").json()["keep_s"]["jobs"], 86400);
  EXPECT_EQ(as(anna, "GET", "/api/assets/usage").json()["keep_s"]["files"], 30 * 86400);
  EXPECT_EQ(as(anna, "PUT", path, "{}").status, 200);
  EXPECT_TRUE(as(anna, "GET", "/api/retention").json()["owners"].empty());
  EXPECT_EQ(as(anna, "PUT", "/api/retention/nobody", R"({"files":1})").status, 404);
  EXPECT_EQ(as(anna, "PUT", path, R"({"files":-1})").status, 422);
  EXPECT_EQ(as(anna, "PUT", path, R"({"film":1})").status, 422);
}

TEST_F(RetentionApi, AnUploadSaysUntilWhenItAndItsPicturesStay) {
  config_.keep = {8min, 4min, 0s, 0s};  // a sign-in is good for longer
  begin(false);
  const auto victor = token("victor"), anna = token("anna");
  const auto id = hand_in(victor), path = "/api/assets/" + id;
  const auto created = clock_.wall();
  EXPECT_EQ(as(victor, "GET", path).json()["kept_until"], to_rfc3339(created + 8min));
  EXPECT_EQ(as(victor, "GET", "/api/assets").json()["assets"][0]["kept_until"], to_rfc3339(created + 8min));
  clock_.advance(2min);
  const auto early = done(id, id_of("victor"));
  const auto outputs = [&](const std::string& job) {
    return as(victor, "GET", "/api/jobs/" + job + "/outputs").json();
  };
  EXPECT_EQ(outputs(early)["kept_until"], to_rfc3339(clock_.wall() + 4min));
  clock_.advance(4min + 1s);
  const auto late = done(id, id_of("victor"));
  EXPECT_EQ(outputs(late)["kept_until"], to_rfc3339(created + 8min)) << "never longer than the file";
  EXPECT_EQ(as(anna, "PUT", path + "/hold", R"({"held":true})").json()["kept_until"], nullptr);
  EXPECT_TRUE(outputs(late)["kept_until"].is_null());
  EXPECT_EQ(as(anna, "PUT", path + "/hold", R"({"held":false})").json()["kept_until"], to_rfc3339(created + 8min));
  ASSERT_TRUE(core_->sweep());
  EXPECT_EQ(outputs(early)["outputs"].size(), 0u);
  EXPECT_EQ(as(victor, "GET", "/api/jobs/" + early).json()["cleared_at"], to_rfc3339(clock_.wall()));
  EXPECT_EQ(outputs(late)["outputs"].size(), 1u);
}

}  // namespace
}  // namespace vigil::api
