// Who is told what happens to jobs and uploads, as it is asked for, shown and told again.

#include <gtest/gtest.h>

#include "api/handlers/upload_server_fake.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;
using Kind = store::WebhookOutcome::Kind;

class WebhookApi : public UploadApi {
 protected:
  static std::string bearer(const std::string& sign_in) { return "Authorization: Bearer " + sign_in + "\r\n"; }
  store::JobWebhooks& webhooks() { return store_->jobs().webhooks(); }
  // Everything that is due, settled like that; what it was.
  std::vector<std::string> deliver(store::WebhookOutcome outcome = {Kind::Delivered,
                                                                    "hooks.example answers with 204"}) {
    std::vector<std::string> out;
    while (auto delivery = *webhooks().next({}, 60s)) {
      out.push_back(delivery->event.type);
      EXPECT_TRUE(webhooks().settle(*delivery, outcome));
    }
    return out;
  }
  static std::string base64(const char* text) {
    return std::string(text) == "url" ? "aHR0cHM6Ly9ob29rcy5leGFtcGxlL3g=" : "Z2VoZWltZXItc2NobHVlc3NlbA==";
  }
};

TEST_F(WebhookApi, TheDeliveriesOfAJobAreShownAndSentAgain) {
  begin(false);
  const auto victor = token("victor"), anna = token("anna");
  ASSERT_TRUE(accounts_.add_user("bob", Secret("correct horse"), store::UserRole::Viewer));
  const auto bob = accounts_.login("bob", Secret("correct horse"), {"192.0.2.1", ""})->access_token.reveal();
  const auto bytes = video(2000);
  const auto asset =
      std::string(call("POST", "/api/uploads", bytes, kChunk, lines({{"Upload-Length", "2000"}}) + bearer(victor))
                      .headers.get("X-Asset-Id"));
  const auto ordered = as(victor, "POST", "/api/assets/" + asset + "/jobs",
                          R"({"kind":"extract","webhook":{"url":"https://hooks.example/x?key=geheim"}})");
  ASSERT_EQ(ordered.status, 201) << ordered.body;
  const auto path = "/api/jobs/" + ordered.json()["id"].get<std::string>() + "/webhooks";
  auto shown = as(victor, "GET", path).json()["webhooks"];
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_TRUE(shown[0]["deliveries"].empty());
  const auto replay = path + "/" + shown[0]["id"].get<std::string>() + "/replay";
  auto refused = as(victor, "POST", replay);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.json()["code"], "webhook.pending");

  EXPECT_EQ(deliver({Kind::GivenUp, "hooks.example answers with 410"}).size(), 1u);
  shown = as(victor, "GET", path).json()["webhooks"];
  ASSERT_EQ(shown[0]["deliveries"].size(), 1u);
  EXPECT_EQ(shown[0]["deliveries"][0]["type"], "job.queued");
  EXPECT_EQ(shown[0]["deliveries"][0]["state"], "given_up");
  EXPECT_EQ(shown[0]["deliveries"][0]["tries"], 1);
  EXPECT_EQ(shown[0]["deliveries"][0]["answer"], "hooks.example answers with 410");

  EXPECT_EQ(as(bob, "GET", path).status, 404);
  EXPECT_EQ(as(bob, "POST", replay).status, 404);
  EXPECT_EQ(call("POST", replay).status, 401);
  EXPECT_EQ(as(victor, "POST", path + "/none/replay").json()["code"], "webhook.not_found");
  EXPECT_EQ(as(victor, "POST", "/api/jobs/none/webhooks/none/replay").status, 404);
  EXPECT_EQ(as(victor, "POST", replay + "?from=999999").status, 404);
  EXPECT_EQ(as(victor, "POST", replay + "?from=x").status, 400);

  const auto sequence = shown[0]["deliveries"][0]["sequence"].get<int>();
  const auto sent = as(victor, "POST", replay + "?from=" + std::to_string(sequence));
  ASSERT_EQ(sent.status, 200) << sent.body;
  EXPECT_EQ(sent.json()["webhooks"][0]["deliveries"][0]["state"], "waiting");
  EXPECT_FALSE(sent.json()["webhooks"][0]["given_up"]);
  EXPECT_EQ(deliver(), std::vector<std::string>{"job.queued"});
  EXPECT_EQ(as(anna, "POST", replay).status, 200) << "an administrator";
  EXPECT_EQ(as(victor, "GET", path).json().dump().find("geheim"), std::string::npos);
}

TEST_F(WebhookApi, AnUploadNamesWhoIsToldHowItEnds) {
  begin(false);
  const auto victor = token("victor");
  ASSERT_TRUE(accounts_.add_user("bob", Secret("correct horse"), store::UserRole::Viewer));
  const auto bob = accounts_.login("bob", Secret("correct horse"), {"192.0.2.1", ""})->access_token.reveal();
  const auto metadata = "webhook_url " + base64("url") + ",webhook_secret " + base64("secret") + ",filename YS5tcDQ=";
  const auto made = call("POST", "/api/uploads", {}, "",
                         lines({{"Upload-Length", "2000"}, {"Upload-Metadata", metadata}}) + bearer(victor));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string upload(made.headers.get("Location"));
  EXPECT_EQ(call("HEAD", upload, {}, "", kTus + bearer(victor)).headers.get("Upload-Metadata"), "filename YS5tcDQ=")
      << "it is shown to nobody again";
  const auto path = upload + "/webhooks";
  EXPECT_TRUE(deliver().empty());
  const auto end = patch(upload, "0", video(2000), bearer(victor));
  ASSERT_EQ(end.status, 204) << end.body;
  EXPECT_EQ(deliver(), std::vector<std::string>{"upload.completed"});
  const auto shown = as(victor, "GET", path).json()["webhooks"];
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0]["host"], "https://hooks.example");
  EXPECT_EQ(shown[0]["signed"], true);
  EXPECT_EQ(shown[0]["deliveries"][0]["state"], "delivered");
  EXPECT_EQ(as(bob, "GET", path).status, 404);
  const auto replay = path + "/" + shown[0]["id"].get<std::string>() + "/replay";
  EXPECT_EQ(as(bob, "POST", replay).status, 404);
  EXPECT_EQ(as(victor, "POST", replay).status, 200);
  EXPECT_EQ(as(victor, "POST", replay).json()["code"], "webhook.pending");
  EXPECT_EQ(deliver(), std::vector<std::string>{"upload.completed"});
  EXPECT_EQ(as(victor, "DELETE", "/api/assets/" + std::string(end.headers.get("X-Asset-Id"))).status, 204);
  EXPECT_EQ(deliver(), std::vector<std::string>{"upload.deleted"});
}

TEST_F(WebhookApi, AFormNamesThemToo) {
  begin();
  const auto form = [this](const std::string& more) {
    const std::string body =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\nContent-Type: video/mp4\r\n\r\n" +
        video(2000) + "\r\n" + more + "--x--\r\n";
    return call("POST", "/api/assets", body, "multipart/form-data; boundary=x");
  };
  const auto field = [](const std::string& name, const std::string& value) {
    return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  };
  EXPECT_EQ(form(field("webhook_url", "nowhere")).json()["code"], "webhook.url");
  EXPECT_EQ(form(field("webhook_secret", "a-secret-of-sixteen")).json()["code"], "webhook.url");
  EXPECT_TRUE(store_->uploads().uploads().find({})->empty());
  const auto taken =
      form(field("webhook_url", "https://hooks.example/x") + field("webhook_secret", "a-secret-of-sixteen"));
  ASSERT_EQ(taken.status, 201) << taken.body;
  EXPECT_EQ(deliver(), std::vector<std::string>{"upload.completed"});
}

}  // namespace
}  // namespace vigil::api
