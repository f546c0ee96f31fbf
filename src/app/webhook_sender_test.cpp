#include "app/webhook_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/scene_endpoint_fake.h"

namespace vigil::app {
namespace {

using namespace std::chrono_literals;

class WebhookSender : public testing::Test {
 protected:
  std::unique_ptr<jobs::WebhookSender> make(const std::vector<std::string>& networks = {"127.0.0.0/8"}) {
    auto settings = defaults();
    settings.webhook_networks = networks;
    auto made = make_webhook_sender(settings);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? std::move(*made) : nullptr;
  }
  static jobs::WebhookRequest request(const std::string& url) {
    return {Secret(url + "?key=geheim"), "http://the-host", {{"webhook-id", "1-2"}}, R"({"a":1})"};
  }
};

TEST_F(WebhookSender, PostsWhatItIsGivenAndHearsTheAnswer) {
  std::string heard;
  ScriptedEndpoint receiver([&](const std::string& text) {
    heard = text;
    return ScriptedEndpoint::http("", "429 Too Many", "Retry-After: 17\r\n");
  });
  const auto answer = make()->post(request(receiver.url()), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->retry_after, 17s);
  EXPECT_THAT(heard, testing::StartsWith("POST /v1?key=geheim HTTP/1.1\r\n"));
  EXPECT_THAT(heard, testing::HasSubstr("webhook-id: 1-2\r\n"));
  EXPECT_THAT(heard, testing::EndsWith(R"({"a":1})"));
}

TEST_F(WebhookSender, FollowsNoRedirect) {
  ScriptedEndpoint target([](const auto&) { return ScriptedEndpoint::http(""); });
  ScriptedEndpoint receiver(
      [&](const auto&) { return ScriptedEndpoint::http("", "302 Found", "Location: " + target.url() + "\r\n"); });
  const auto answer = make()->post(request(receiver.url()), {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(target.requests(), 0);
}

TEST_F(WebhookSender, SpeaksToNobodyWhomTheNetworkRulesForbid) {
  ScriptedEndpoint receiver([](const auto&) { return ScriptedEndpoint::http(""); });
  const auto port = receiver.url().substr(receiver.url().rfind(':'));
  // All of them are ways to write this machine's own address, or that of a cloud's metadata.
  for (const std::string host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0177.0.0.1", "0", "[::1]",
                                 "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "169.254.169.254", "[fe80::1]"}) {
    const auto answer = make({})->post(request("http://" + host + port), {});
    ASSERT_FALSE(answer) << host;
    EXPECT_NE(answer.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(answer.error().message.find("geheim"), std::string::npos);
  }
  EXPECT_EQ(make({})->post(request(receiver.url()), {}).error().kind, ErrorKind::PermissionDenied);
  EXPECT_EQ(make({"10.0.0.0/8"})->post(request(receiver.url()), {}).error().kind, ErrorKind::PermissionDenied);
  EXPECT_EQ(receiver.requests(), 0);
}

TEST_F(WebhookSender, TakesNoEndlessAnswer) {
  ScriptedEndpoint receiver([](const auto&) { return ScriptedEndpoint::http(std::string(1u << 20, 'x')); });
  const auto answer = make()->post(request(receiver.url()), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "http://the-host answers with too much");
  ScriptedEndpoint heads(
      [](const auto&) { return ScriptedEndpoint::http("", "200 OK", "X: " + std::string(90000, 'x') + "\r\n"); });
  EXPECT_FALSE(make()->post(request(heads.url()), {}));
}

TEST_F(WebhookSender, WhoDoesNotAnswerIsLeftWhenStopped) {
  std::stop_source stop;
  ScriptedEndpoint receiver([&](const auto&) {
    stop.request_stop();
    return std::string();
  });
  EXPECT_EQ(make()->post(request(receiver.url()), stop.get_token()).error().kind, ErrorKind::Cancelled);
}

TEST_F(WebhookSender, NobodyThereIsToBeTriedAgain) {
  std::string url;
  {
    ScriptedEndpoint receiver([](const auto&) { return std::string(); });
    url = receiver.url();
  }
  const auto answer = make()->post(request(url), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(answer.error().message, "http://the-host cannot be connected to");
}

TEST_F(WebhookSender, ANetworkThatIsNoneIsAMistakeInTheConfiguration) {
  auto settings = defaults();
  settings.webhook_networks = {"everywhere"};
  EXPECT_EQ(make_webhook_sender(settings).error().kind, ErrorKind::InvalidArgument);
}

}  // namespace
}  // namespace vigil::app
