#include "jobs/webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/json.h"
#include "base/sync.h"
#include "store/memory.h"

namespace vigil::jobs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class ScriptedSender final : public WebhookSender {
 public:
  Result<WebhookAnswer> post(const WebhookRequest& request, std::stop_token stop) override {
    {
      MutexLock lock(mutex_);
      requests_.push_back(request);
    }
    return answer(request, stop);
  }
  std::vector<WebhookRequest> requests() {
    MutexLock lock(mutex_);
    return requests_;
  }
  std::function<Result<WebhookAnswer>(const WebhookRequest&, std::stop_token)> answer =
      [](const auto&, const auto&) -> Result<WebhookAnswer> {
    return WebhookAnswer{204, {}};
  };

 private:
  Mutex mutex_;
  std::vector<WebhookRequest> requests_;
};

std::string header(const WebhookRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

std::string type_of(const WebhookRequest& request) {
  return parse_json(request.body)->at("type").get<std::string>();
}

class Webhooks : public testing::Test {
 protected:
  Webhooks() { clock_.advance(std::chrono::hours(24 * 365 * 50)); }
  std::string add(const std::string& url = "https://hooks.example/a?b=c", const std::string& secret = kSecret) {
    model::Job job;
    job.kind = "test";
    job.asset = "asset";
    auto queued = store_->jobs().jobs().insert(job);
    auto webhook = read_webhook(url, secret);
    EXPECT_TRUE(queued && webhook && store_->jobs().webhooks().attach(queued->job.id, *webhook));
    return queued->job.id;
  }
  void finish() {
    auto job = store_->jobs().queue().claim({"worker", {"test"}, 0});
    ASSERT_TRUE(job && *job);
    ASSERT_TRUE(store_->jobs().queue().finish({(*job)->id, (*job)->lease_token}, {}, {}));
  }
  int deliver_all() {
    int tries = 0;
    while (*relay_.deliver_one()) ++tries;
    return tries;
  }
  store::WebhookStatus status(const std::string& id) { return store_->jobs().webhooks().of(id)->front(); }

  static constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store(clock_);
  ScriptedSender sender_;
  WebhookRelay relay_{{}, store_->jobs().webhooks(), sender_, clock_};
};

// The example of Standard Webhooks' own libraries: theirs verify what we sign.
TEST_F(Webhooks, ASignatureIsTheOneOfTheStandard) {
  const auto webhook = read_webhook("https://a.example", kSecret);
  ASSERT_TRUE(webhook);
  EXPECT_EQ(webhook_signature(webhook->key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

// 86
TEST_F(Webhooks, EachChangeIsPostedOnceInOrder) {
  const auto id = add();
  finish();
  EXPECT_EQ(deliver_all(), 3);
  const auto sent = sender_.requests();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_THAT((std::vector{type_of(sent[0]), type_of(sent[1]), type_of(sent[2])}),
              ElementsAre("job.queued", "job.processing", "job.done"));
  const auto& last = sent[2];
  const auto body = *parse_json(last.body);
  EXPECT_EQ(body.at("specversion"), "1.0");
  EXPECT_EQ(body.at("source"), "/api/jobs/" + id);
  EXPECT_EQ(body.at("data").at("job_id"), id);
  EXPECT_EQ(body.at("data").at("asset_id"), "asset");
  EXPECT_EQ(body.at("data").at("state"), "done");
  EXPECT_EQ(body.at("data").at("progress"), 1);
  EXPECT_EQ(header(last, "webhook-id"), body.at("id"));
  EXPECT_EQ(header(last, "webhook-id").find('.'), std::string::npos);
  const auto at = clock_.wall().time_since_epoch() / 1s;
  EXPECT_EQ(header(last, "webhook-timestamp"), std::to_string(at));
  EXPECT_EQ(header(last, "webhook-signature"), webhook_signature(read_webhook("https://a.example", kSecret)->key,
                                                                 header(last, "webhook-id"), at, last.body));
  EXPECT_EQ(last.url.reveal(), "https://hooks.example/a?b=c");
  EXPECT_EQ(relay_.figures().delivered, 3u);
}

// 83
TEST_F(Webhooks, AJobThatIsStuckIsToldOnce) {
  const auto id = add();
  const auto job = **store_->jobs().queue().claim({"worker", {"test"}, 0});
  deliver_all();
  for (int i = 0; i < 30; ++i) {
    clock_.advance(30s);
    ASSERT_TRUE(store_->jobs().queue().report({id, job.lease_token}, {}, {}));
    ASSERT_TRUE(store_->jobs().queue().look_after());
    deliver_all();
  }
  const auto sent = sender_.requests();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(type_of(sent[2]), "job.stuck");
}

TEST_F(Webhooks, WithoutASecretNothingIsSigned) {
  add("https://hooks.example", "");
  EXPECT_EQ(deliver_all(), 1);
  EXPECT_EQ(header(sender_.requests()[0], "webhook-signature"), "");
}

TEST_F(Webhooks, WhatFailsIsTriedAgainWithTheSameIdAndGrowingPausesThenGivenUp) {
  sender_.answer = [](const auto&, const auto&) -> Result<WebhookAnswer> { return WebhookAnswer{500, {}}; };
  const auto id = add();
  std::vector<std::chrono::microseconds> pauses;
  for (int i = 0; i < 100 && !status(id).given_up; ++i) {
    const auto due = status(id).due_at;
    ASSERT_TRUE(due);
    if (*due > clock_.wall()) {
      pauses.push_back(*due - clock_.wall());
      EXPECT_EQ(deliver_all(), 0) << "not before its time";
      clock_.advance(pauses.back());
    }
    EXPECT_EQ(deliver_all(), 1);
  }
  EXPECT_EQ(sender_.requests().size(), 10u);
  ASSERT_EQ(pauses.size(), 9u);
  EXPECT_GE(pauses[0], 5s);
  EXPECT_LE(pauses[0], 6s);
  EXPECT_GE(pauses[8], 24h);
  EXPECT_TRUE(std::is_sorted(pauses.begin(), pauses.end()));
  for (const auto& request : sender_.requests())
    EXPECT_EQ(header(request, "webhook-id"), header(sender_.requests()[0], "webhook-id"));
  const auto log = *store_->jobs().log().events(id, 0, 100);
  EXPECT_EQ(log.back().type, "webhook.given_up");
  EXPECT_EQ(log[1].type, "webhook.failed");
  EXPECT_EQ(log[1].code, "job.queued");
  EXPECT_EQ(log[1].detail, "https://hooks.example answers with 500");
}

TEST_F(Webhooks, WhoAsksForAPauseGetsIt) {
  sender_.answer = [](const auto&, const auto&) -> Result<WebhookAnswer> { return WebhookAnswer{429, 600s}; };
  const auto id = add();
  deliver_all();
  EXPECT_EQ(*status(id).due_at, clock_.wall() + 600s);
  sender_.answer = [](const auto&, const auto&) -> Result<WebhookAnswer> { return WebhookAnswer{429, 9999999s}; };
  clock_.advance(600s);
  deliver_all();
  EXPECT_EQ(*status(id).due_at, clock_.wall() + 24h) << "within reason";
}

TEST_F(Webhooks, ARedirectIsAFailureAndWhoIsGoneIsToldNoMore) {
  sender_.answer = [](const auto&, const auto&) -> Result<WebhookAnswer> { return WebhookAnswer{302, {}}; };
  const auto redirected = add();
  deliver_all();
  EXPECT_THAT(status(redirected).last_error, testing::HasSubstr("redirects are not followed"));
  EXPECT_FALSE(status(redirected).given_up);
  sender_.answer = [](const auto&, const auto&) -> Result<WebhookAnswer> { return WebhookAnswer{410, {}}; };
  const auto gone = add("https://gone.example");
  deliver_all();
  EXPECT_TRUE(status(gone).given_up);
}

TEST_F(Webhooks, WhereNobodyMayBeSpokenToIsGivenUpAtOnce) {
  sender_.answer = [](const auto&, const auto&) -> Result<WebhookAnswer> {
    return make_error(ErrorKind::PermissionDenied, "not there", "webhook.blocked");
  };
  const auto id = add();
  deliver_all();
  EXPECT_TRUE(status(id).given_up);
  EXPECT_EQ(status(id).last_error, "not there");
}

TEST_F(Webhooks, WhatWasUnderWayWhenTheServerStoppedIsToldByTheNext) {
  sender_.answer = [](const auto&, const auto&) -> Result<WebhookAnswer> {
    return make_error(ErrorKind::Cancelled, "stopped");
  };
  const auto id = add();
  EXPECT_TRUE(*relay_.deliver_one());
  EXPECT_EQ(status(id).tries, 0);
  clock_.advance(30s);
  sender_.answer = [](const auto&, const auto&) -> Result<WebhookAnswer> { return WebhookAnswer{200, {}}; };
  EXPECT_EQ(deliver_all(), 1);
  EXPECT_EQ(header(sender_.requests()[0], "webhook-id"), header(sender_.requests()[1], "webhook-id"));
}

// Whoever asks for the next one waits a while for two others who ask meanwhile.
class Crowded : public store::JobWebhooks {
 public:
  explicit Crowded(store::JobWebhooks& inner) : inner_(inner) {}
  Result<void> attach(const std::string& job_id, const store::JobWebhook& webhook) override {
    return inner_.attach(job_id, webhook);
  }
  Result<std::vector<store::WebhookStatus>> of(const std::string& subject) override { return inner_.of(subject); }
  Result<std::optional<store::WebhookDelivery>> next(const std::vector<std::string>& busy, Nanos hold) override {
    MutexLock lock(mutex_);
    ++asking_;
    changed_.notify_all();
    (void)changed_.wait_for(lock, 50ms, [&]() VIGIL_REQUIRES(mutex_) { return asking_ >= 3; });
    auto next = inner_.next(busy, hold);
    --asking_;
    return next;
  }
  Result<void> settle(const store::WebhookDelivery& delivery, const store::WebhookOutcome& outcome) override {
    return inner_.settle(delivery, outcome);
  }
  Result<void> replay(const std::string& subject, const std::string& webhook,
                      std::optional<std::uint64_t> from) override {
    return inner_.replay(subject, webhook, from);
  }
  Result<store::WebhookCounts> counts() override { return inner_.counts(); }

 private:
  store::JobWebhooks& inner_;
  Mutex mutex_;
  CondVar changed_;
  int asking_ VIGIL_GUARDED_BY(mutex_) = 0;
};

TEST_F(Webhooks, OneWhoHangsKeepsNobodyWaitingAndStopsWithTheRelay) {
  Mutex mutex;
  CondVar changed;
  int fast = 0, slow = 0, most = 0;
  sender_.answer = [&](const WebhookRequest& request, std::stop_token stop) -> Result<WebhookAnswer> {
    MutexLock lock(mutex);
    if (request.host == "https://slow.example") {
      most = std::max(most, ++slow);
      changed.wait(lock, stop, [] { return false; });
      --slow;
      return make_error(ErrorKind::Cancelled, "stopped");
    }
    ++fast;
    changed.notify_all();
    return WebhookAnswer{200, {}};
  };
  for (int i = 0; i < 10; ++i) add("https://slow.example");
  for (int i = 0; i < 5; ++i) add("https://fast.example");
  Crowded webhooks(store_->jobs().webhooks());
  WebhookRelay relay({4, 2, 10ms, 30s}, webhooks, sender_, clock_);
  relay.start();
  {
    MutexLock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 20s, [&] { return fast == 5; })) << "two threads are left for the others";
  }
  relay.stop();
  EXPECT_LE(most, 2) << "at once";
}

TEST_F(Webhooks, AddressesAndSecretsThatMakeNoSenseAreRefusedWithoutAnEcho) {
  for (const char* url : {"", "ftp://a.example", "https://", "no url", "https://u:geheim@a.example",
                          "file:///etc/passwd", "https://a.example/#geheim", "gopher://a.example/x"}) {
    const auto read = read_webhook(url, "");
    ASSERT_FALSE(read) << url;
    EXPECT_EQ(read.error().code, "webhook.url");
    EXPECT_EQ(read.error().message.find("geheim"), std::string::npos);
  }
  EXPECT_FALSE(read_webhook("https://a.example/" + std::string(3000, 'x'), ""));
  for (const std::string secret :
       {"short", "whsec_tooshort", "whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!", "with blanks in its middle"})
    EXPECT_EQ(read_webhook("https://a.example", secret).error().code, "webhook.secret") << secret;
  EXPECT_EQ(read_webhook("https://a.example", "sixteen-letters!")->key.reveal(), "sixteen-letters!");
  EXPECT_EQ(read_webhook("http://[::1]:8080/x?token=geheim", "")->host, "http://[::1]:8080");
}

}  // namespace
}  // namespace vigil::jobs
