// Who is told what happens to jobs, over every store.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "store/job_contract_fake.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using Kind = WebhookOutcome::Kind;

class WebhookContract : public JobContractTest {
 protected:
  static JobWebhook webhook(const std::string& host = "https://hooks.example") {
    return {Secret(host + "/path?key=geheim-in-der-adresse"), Secret("geheimer-schluessel"), host};
  }
  std::optional<WebhookDelivery> next(const std::vector<std::string>& busy = {}) {
    auto found = webhooks().next(busy, 60s);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? *found : std::nullopt;
  }
  void finish(model::JobOutcome::Kind kind = model::JobOutcome::Kind::Done) {
    auto job = claim();
    ASSERT_TRUE(job);
    ASSERT_TRUE(queue().finish(lease(*job), {kind}, {}));
  }
};

// 86, J14
TEST_P(WebhookContract, EverythingIsToldOnceInItsOrderFromTheBeginning) {
  const auto id = add();
  ASSERT_TRUE(claim());
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  ASSERT_TRUE(queue().finish(lease(get(id)), {model::JobOutcome::Kind::Done}, {}));
  std::vector<std::string> told;
  while (auto delivery = next()) {
    EXPECT_EQ(delivery->url, webhook().url);
    EXPECT_EQ(delivery->key, webhook().key);
    EXPECT_EQ(delivery->event.job_id, id);
    EXPECT_FALSE(next()) << "one after the other";
    told.push_back(delivery->event.type);
    ASSERT_TRUE(webhooks().settle(*delivery, {Kind::Delivered, "204"}));
  }
  EXPECT_THAT(told, ElementsAre("job.queued", "job.processing", "job.done"));
  EXPECT_THAT(types(id), ElementsAre("job.queued", "job.processing", "job.done", "webhook.delivered",
                                     "webhook.delivered", "webhook.delivered"));
  EXPECT_TRUE(log().unsent(100)->size() == 3) << "what is about the telling is told to nobody";
  const auto status = *webhooks().of(id);
  ASSERT_EQ(status.size(), 1u);
  EXPECT_TRUE(status[0].is_signed);
  EXPECT_FALSE(status[0].due_at);
  EXPECT_EQ(status[0].told, log().events(id, 0, 3)->back().sequence);
}

TEST_P(WebhookContract, WhatHappensLaterMakesItDueAgain) {
  const auto id = add();
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  ASSERT_TRUE(webhooks().settle(*next(), {}));
  EXPECT_FALSE(next());
  finish();
  auto delivery = next();
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->event.type, "job.processing");
}

TEST_P(WebhookContract, WhatFailsIsTriedAgainLaterAndNothingOvertakesIt) {
  const auto id = add();
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  auto delivery = next();
  ASSERT_TRUE(webhooks().settle(*delivery, {Kind::Failed, "answers with 500", 5s}));
  finish();
  EXPECT_FALSE(next()) << "news do not make it sooner";
  EXPECT_EQ(webhooks().of(id)->front().last_error, "answers with 500");
  EXPECT_EQ(webhooks().counts()->waiting, 1u);
  clock_.advance(5s);
  auto again = next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->tries, 1);
  EXPECT_EQ(again->event, delivery->event);
  ASSERT_TRUE(webhooks().settle(*again, {}));
  EXPECT_EQ(next()->tries, 0);
  EXPECT_EQ(webhooks().of(id)->front().last_error, "");
}

TEST_P(WebhookContract, WhoWasGivenUpIsToldNothingMore) {
  const auto id = add();
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  ASSERT_TRUE(webhooks().settle(*next(), {Kind::GivenUp, "answers with 410"}));
  finish();
  clock_.advance(24h);
  EXPECT_FALSE(next());
  EXPECT_TRUE(webhooks().of(id)->front().given_up);
  EXPECT_EQ(webhooks().counts()->given_up, 1u);
  EXPECT_EQ(webhooks().counts()->waiting, 0u);
}

TEST_P(WebhookContract, WhoDiesWhileDeliveringIsReplacedAndSaysNothingMore) {
  const auto id = add();
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  const auto dead = next();
  clock_.advance(61s);
  const auto alive = next();
  ASSERT_TRUE(alive);
  EXPECT_EQ(alive->event, dead->event);
  ASSERT_TRUE(webhooks().settle(*dead, {Kind::GivenUp, "late"}));
  EXPECT_FALSE(webhooks().of(id)->front().given_up);
  ASSERT_TRUE(webhooks().settle(*alive, {}));
  EXPECT_EQ(webhooks().of(id)->front().told, alive->event.sequence);
}

TEST_P(WebhookContract, BusyHostsArePassedOver) {
  ASSERT_TRUE(webhooks().attach(add(), webhook("https://slow.example")));
  clock_.advance(1s);
  ASSERT_TRUE(webhooks().attach(add(), webhook("https://fast.example")));
  EXPECT_EQ(next({"https://slow.example"})->host, "https://fast.example");
  EXPECT_EQ(next()->host, "https://slow.example");
}

TEST_P(WebhookContract, TheSameOneIsThereOnceAndTheirNumberIsBounded) {
  const auto id = add();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(webhooks().attach(id, webhook()));
  EXPECT_EQ(webhooks().of(id)->size(), 1u);
  for (int i = 1; i < kMaxJobWebhooks; ++i)
    ASSERT_TRUE(webhooks().attach(id, webhook("https://" + std::to_string(i) + ".example")));
  EXPECT_EQ(webhooks().attach(id, webhook("https://more.example")).error().code, "webhook.many");
  EXPECT_EQ(webhooks().attach("none", webhook()).error().kind, ErrorKind::NotFound);
}

TEST_P(WebhookContract, GoesWithItsJob) {
  const auto id = add();
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  const auto delivery = next();
  finish();
  ASSERT_TRUE(jobs().remove(id));
  EXPECT_TRUE(webhooks().settle(*delivery, {}));
  EXPECT_TRUE(webhooks().of(id)->empty());
  EXPECT_EQ(webhooks().counts()->waiting, 0u);
}

TEST_P(WebhookContract, EachDeliveryIsShownWithItsTriesAndItsAnswer) {
  const auto id = add();
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  EXPECT_TRUE(webhooks().of(id)->front().deliveries.empty());
  ASSERT_TRUE(webhooks().settle(*next(), {Kind::Failed, "answers with 500", 5s}));
  clock_.advance(5s);
  ASSERT_TRUE(webhooks().settle(*next(), {Kind::Delivered, "answers with 204"}));
  finish();
  ASSERT_TRUE(webhooks().settle(*next(), {Kind::GivenUp, "answers with 410"}));
  const auto shown = webhooks().of(id)->front().deliveries;
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown[0], (WebhookDelivered{log().events(id, 0, 1)->front().sequence, "job.queued", "delivered", 2,
                                        "answers with 204", shown[0].at}));
  EXPECT_EQ(shown[1].type, "job.processing");
  EXPECT_EQ(shown[1].state, "given_up");
  EXPECT_EQ(shown[1].tries, 1);
  EXPECT_EQ(shown[1].answer, "answers with 410");
  EXPECT_EQ(shown[1].at, clock_.wall());
}

TEST_P(WebhookContract, WhatWasGivenUpGoesOnByHandWhereItStopped) {
  const auto id = add();
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  EXPECT_EQ(webhooks().replay(id, webhooks().of(id)->front().id, std::nullopt).error().code, "webhook.pending");
  ASSERT_TRUE(webhooks().settle(*next(), {}));
  finish();
  const auto failed = next();
  ASSERT_TRUE(webhooks().settle(*failed, {Kind::GivenUp, "answers with 410"}));
  const auto one = webhooks().of(id)->front();
  ASSERT_TRUE(webhooks().replay(id, one.id, std::nullopt));
  EXPECT_EQ(webhooks().of(id)->front().deliveries.back().state, "waiting");
  EXPECT_FALSE(webhooks().of(id)->front().given_up);
  EXPECT_EQ(types(id).back(), "webhook.replayed");
  EXPECT_EQ(webhooks().replay(id, one.id, std::nullopt).error().code, "webhook.pending");
  auto again = next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->event, failed->event);
  EXPECT_EQ(again->tries, 0);
  ASSERT_TRUE(webhooks().settle(*again, {}));
  again = next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->event.type, "job.done");
  ASSERT_TRUE(webhooks().settle(*again, {}));
  EXPECT_FALSE(next());
  EXPECT_EQ(webhooks().of(id)->front().deliveries[1].tries, 2);
}

TEST_P(WebhookContract, WhatWasToldIsToldAgainFromOneOnInItsOrder) {
  const auto id = add();
  ASSERT_TRUE(webhooks().attach(id, webhook()));
  finish();
  while (auto delivery = next()) ASSERT_TRUE(webhooks().settle(*delivery, {}));
  const auto one = webhooks().of(id)->front();
  ASSERT_EQ(one.deliveries.size(), 3u);
  EXPECT_EQ(webhooks().replay(id, one.id, 999999u).error().code, "webhook.not_found");
  EXPECT_EQ(webhooks().replay(id, "none", std::nullopt).error().code, "webhook.not_found");
  EXPECT_EQ(webhooks().replay("none", one.id, std::nullopt).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(webhooks().replay(add(), one.id, std::nullopt).error().code, "webhook.not_found") << "another job's";
  ASSERT_TRUE(webhooks().replay(id, one.id, one.deliveries[1].sequence));
  std::vector<std::string> told;
  while (auto delivery = next()) {
    told.push_back(delivery->event.type);
    ASSERT_TRUE(webhooks().settle(*delivery, {}));
  }
  EXPECT_THAT(told, ElementsAre("job.processing", "job.done"));
  ASSERT_TRUE(webhooks().replay(id, one.id, std::nullopt));
  EXPECT_EQ(next()->event.type, "job.done") << "the last one";
}

TEST_P(WebhookContract, NothingSecretLiesInTheDatabase) {
  ASSERT_TRUE(webhooks().attach(add(), webhook()));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path(""))) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(bytes.find("geheim"), std::string::npos) << entry.path();
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, WebhookContract, every_store(),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace vigil::store
