// Who is told how uploads end, over every store.

#include <gmock/gmock.h>

#include "store/job_contract_fake.h"
#include "store/uploads.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class UploadWebhookContract : public JobContractTest {
 protected:
  UploadRepository& uploads() { return store_->uploads().uploads(); }
  AssetRepository& assets() { return store_->uploads().assets(); }
  static JobWebhook webhook() {
    return {Secret("https://hooks.example/path"), Secret("geheimer-schluessel"), "https://hooks.example"};
  }
  void begin(const std::string& id, bool told = true) {
    model::Upload upload;
    upload.id = id;
    upload.owner = "u1";
    upload.length = upload.received = 100;
    upload.expires_at = clock_.wall() + 1h;
    ASSERT_TRUE(uploads().insert(upload, {}, told ? std::optional(webhook()) : std::nullopt));
  }
  void complete(const std::string& id, const std::string& asset) {
    ASSERT_TRUE(store_->uploads().complete(
        id, {asset, "u1", "aa", 100, "a.mp4", "video/mp4", "video/mp4", "originals/" + asset, {}}, {}));
  }
  // What is told now, all of it taken.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    while (auto delivery = *webhooks().next({}, 60s)) {
      EXPECT_EQ(delivery->key, webhook().key);
      out.push_back(delivery->event.job_id + " " + delivery->event.type + " " + delivery->event.asset +
                    delivery->event.code);
      EXPECT_TRUE(webhooks().settle(*delivery, {WebhookOutcome::Kind::Delivered, "204"}));
    }
    return out;
  }
  std::size_t forgettable() { return uploads().find({.forgettable = true})->size(); }
};

TEST_P(UploadWebhookContract, TheEndIsToldAndThenThatTheFileGoes) {
  begin("one");
  begin("silent", false);
  EXPECT_THAT(told(), IsEmpty()) << "nothing has happened yet";
  complete("one", "a1");
  complete("one", "a1");
  EXPECT_THAT(told(), ElementsAre("one upload.completed a1")) << "once";
  complete("silent", "a1");
  EXPECT_THAT(told(), IsEmpty());
  ASSERT_TRUE(assets().bury("a1"));
  EXPECT_THAT(told(), ElementsAre("one upload.deleted a1"));
  const auto status = *webhooks().of("one");
  ASSERT_EQ(status.size(), 1u);
  EXPECT_EQ(status[0].deliveries.size(), 2u);
}

TEST_P(UploadWebhookContract, WhyItWasGivenUpIsTold) {
  begin("old");
  begin("bad");
  begin("gone");
  ASSERT_TRUE(uploads().close("old", {"upload.expired"}));
  clock_.advance(1s);
  ASSERT_TRUE(uploads().close("bad", {"upload.refused", "upload.kind", "no video"}));
  clock_.advance(1s);
  ASSERT_TRUE(uploads().close("gone", {}));
  ASSERT_TRUE(uploads().close("gone", {"upload.expired"}));
  EXPECT_TRUE(uploads().close("none", {}));
  EXPECT_THAT(told(), ElementsAre("old upload.expired ", "bad upload.refused upload.kind", "gone upload.deleted "));
}

TEST_P(UploadWebhookContract, ItIsNotForgottenBeforeEverythingWasTold) {
  begin("one");
  begin("silent", false);
  EXPECT_EQ(forgettable(), 1u);
  complete("one", "a1");
  EXPECT_EQ(forgettable(), 1u);
  EXPECT_EQ(told().size(), 1u);
  EXPECT_EQ(forgettable(), 1u) << "its file may go";
  ASSERT_TRUE(assets().bury("a1"));
  EXPECT_EQ(forgettable(), 1u) << "that has to be told";
  EXPECT_EQ(told().size(), 1u);
  EXPECT_EQ(forgettable(), 2u);
  ASSERT_TRUE(uploads().remove("one"));
  EXPECT_TRUE(webhooks().of("one")->empty());
  EXPECT_TRUE(log().events("one", 0, 10)->empty());
}

TEST_P(UploadWebhookContract, WhatWasToldIsToldAgainByHand) {
  begin("one");
  complete("one", "a1");
  EXPECT_EQ(told().size(), 1u);
  ASSERT_TRUE(webhooks().replay("one", webhooks().of("one")->front().id, std::nullopt));
  EXPECT_THAT(told(), ElementsAre("one upload.completed a1"));
}

INSTANTIATE_TEST_SUITE_P(Stores, UploadWebhookContract, every_store(),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace vigil::store
