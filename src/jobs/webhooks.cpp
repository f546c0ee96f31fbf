#include "jobs/webhooks.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <thread>

#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sync.h"
#include "base/url.h"
#include "blob/digest.h"
#include "jobs/wakeup.h"

namespace vigil::jobs {
namespace {

using namespace std::chrono_literals;
using Kind = store::WebhookOutcome::Kind;

constexpr std::size_t kMaxUrl = 2000;
constexpr std::string_view kEncoded = "whsec_";
// As Standard Webhooks recommends it.
constexpr std::array<std::chrono::seconds, 9> kDelays = {5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
constexpr std::chrono::seconds kLongestRetryAfter = 24h;

Error bad_url(const char* why) {
  return make_error(ErrorKind::InvalidArgument, why, "webhook.url", "/webhook/url");
}
Error bad_secret() {
  return make_error(ErrorKind::InvalidArgument,
                    "the secret must have 16 to 200 printable characters; one that begins with whsec_ must be base64 "
                    "of 24 to 64 bytes",
                    "webhook.secret", "/webhook/secret");
}

Result<Secret> key_of(std::string_view secret) {
  if (secret.empty()) return Secret();
  const bool printable = std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!printable || secret.size() < 16 || secret.size() > 200) return bad_secret();
  if (!secret.starts_with(kEncoded)) return Secret(std::string(secret));
  const auto text = secret.substr(kEncoded.size());
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int status = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                       text.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL);
  Secret key(bytes.substr(0, status == 0 ? size : 0));
  sodium_memzero(bytes.data(), bytes.size());
  if (status != 0 || end != text.data() + text.size() || size < 24 || size > 64) return bad_secret();
  return key;
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

// What the answer to a try means.
store::WebhookOutcome outcome_of(const store::WebhookDelivery& delivery, const Result<WebhookAnswer>& answer,
                                 double chance) {
  const auto delay = webhook_delay(delivery.tries + 1, chance);
  const auto again = [&](std::string why, std::chrono::milliseconds at_least = 0ms) -> store::WebhookOutcome {
    if (!delay) return {Kind::GivenUp, why + "; that was the last try", 0ms};
    return {Kind::Failed, std::move(why), std::max(*delay, at_least)};
  };
  if (!answer) {
    if (answer.error().kind == ErrorKind::PermissionDenied) return {Kind::GivenUp, answer.error().message, 0ms};
    return again(answer.error().message);
  }
  if (answer->status >= 200 && answer->status < 300)
    return {Kind::Delivered, fmt::format("{} answers with {}", delivery.host, answer->status), 0ms};
  auto why = fmt::format("{} answers with {}", delivery.host, answer->status);
  if (answer->status == 410) return {Kind::GivenUp, why + ": it wants no more", 0ms};
  if (answer->status >= 300 && answer->status < 400) why += ", and redirects are not followed";
  return again(std::move(why), std::min(answer->retry_after.value_or(0s), kLongestRetryAfter));
}

}  // namespace

Result<store::JobWebhook> read_webhook(std::string_view url, std::string_view secret) {
  if (url.size() > kMaxUrl) return bad_url("the webhook's address is too long");
  const auto parsed = parse_url(url);
  if (!parsed || (parsed->scheme != "http" && parsed->scheme != "https") || parsed->host.empty())
    return bad_url("the webhook's address must look like https://host/path");
  if (!parsed->user.empty() || !parsed->password.empty())
    return bad_url("the webhook's address must have no user name or password: check the signature instead");
  if (url.find('#') != std::string_view::npos) return bad_url("the webhook's address must have no #fragment");
  VIGIL_ASSIGN(auto key, key_of(secret));
  Url shown;
  shown.scheme = parsed->scheme;
  shown.host = parsed->host;
  shown.port = parsed->port;
  return store::JobWebhook{Secret(std::string(url)), std::move(key), shown.without_credentials()};
}

Result<void> tell(NewUpload& upload, std::string_view url, std::string_view secret) {
  if (url.empty() && secret.empty()) return {};
  VIGIL_ASSIGN(upload.webhook, read_webhook(url, secret));
  return {};
}

std::string webhook_id(const model::JobEvent& event) {
  return fmt::format("{}-{}", event.job_id, event.sequence);
}

std::string webhook_body(const model::JobEvent& event) {
  const bool job = model::is_of_job(event);
  Json data{{job ? "job_id" : "upload_id", event.job_id},
            {"sequence", event.sequence},
            {"asset_id", text_or_null(event.asset)},
            {"code", text_or_null(event.code)},
            {"detail", text_or_null(event.detail)}};
  if (job) {
    data["kind"] = event.kind;
    data["state"] = model::to_string(event.state);
    data["attempt"] = event.attempt;
    data["progress"] = event.progress;
  }
  return to_text(Json{{"specversion", "1.0"},
                      {"id", webhook_id(event)},
                      {"source", (job ? "/api/jobs/" : "/api/uploads/") + event.job_id},
                      {"type", event.type},
                      {"time", to_rfc3339(event.time)},
                      {"datacontenttype", "application/json"},
                      {"data", std::move(data)}});
}

std::string webhook_signature(const Secret& key, std::string_view id, std::int64_t timestamp, std::string_view body) {
  const auto raw = blob::hmac_sha256(key.reveal(), fmt::format("{}.{}.{}", id, timestamp, body));
  std::string text(sodium_base64_ENCODED_LEN(raw.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return "v1," + text;
}

std::optional<std::chrono::milliseconds> webhook_delay(int tries, double chance) {
  if (tries < 1 || static_cast<std::size_t>(tries) > kDelays.size()) return std::nullopt;
  const std::chrono::milliseconds base = kDelays[static_cast<std::size_t>(tries - 1)];
  return base + std::chrono::milliseconds(
                    static_cast<std::int64_t>(static_cast<double>(base.count()) * 0.2 * std::clamp(chance, 0.0, 1.0)));
}

struct WebhookRelay::State {
  State(WebhookRelayConfig c, store::JobWebhooks& w, WebhookSender& s, Clock& k)
      : config(c), webhooks(w), sender(s), clock(k) {}

  // What is due next, counted as under way. One at a time: whoever looks must know what the others took.
  Result<std::optional<store::WebhookDelivery>> take() VIGIL_EXCLUDES(turn, mutex) {
    MutexLock lock(turn);
    VIGIL_ASSIGN(auto delivery, webhooks.next(busy(), config.hold));
    if (delivery) count(delivery->host, 1);
    return delivery;
  }
  std::vector<std::string> busy() VIGIL_EXCLUDES(mutex) {
    std::vector<std::string> out;
    MutexLock lock(mutex);
    for (const auto& [host, count] : under_way) {
      if (count >= config.per_host) out.push_back(host);
    }
    return out;
  }
  void count(const std::string& host, int change) VIGIL_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    if ((under_way[host] += change) <= 0) under_way.erase(host);
  }

  const WebhookRelayConfig config;
  store::JobWebhooks& webhooks;
  WebhookSender& sender;
  Clock& clock;
  LocalWakeup wakeup;
  Mutex turn;
  Mutex mutex;
  std::map<std::string, int> under_way VIGIL_GUARDED_BY(mutex);
  std::atomic<std::uint64_t> delivered{0}, failed{0}, given_up{0};
  std::atomic<bool> away{false};
  std::vector<std::jthread> threads;
};

WebhookRelay::WebhookRelay(WebhookRelayConfig config, store::JobWebhooks& webhooks, WebhookSender& sender, Clock& clock)
    : state_(std::make_unique<State>(config, webhooks, sender, clock)) {}

WebhookRelay::~WebhookRelay() {
  stop();
}

void WebhookRelay::start() {
  auto* state = state_.get();
  for (int i = 0; i < state->config.threads; ++i) {
    // One looks now and then; whoever finds something wakes another.
    const Nanos pace = i == 0 ? Nanos(state->config.poll) : kLongestWait;
    state->threads.emplace_back([this, state, pace](std::stop_token stop) {
      std::uint64_t seen = 0;
      while (!stop.stop_requested()) {
        auto told = deliver_one(stop);
        if (!told && !state->away.exchange(true))
          log::warn("webhooks cannot be looked after", {{"reason", told.error().message}});
        if (told && state->away.exchange(false)) log::info("webhooks are looked after again");
        if (told && *told) continue;
        seen = state->wakeup.wait(seen, pace, stop);
      }
    });
  }
}

void WebhookRelay::stop() {
  for (auto& thread : state_->threads) thread.request_stop();
  state_->threads.clear();
}

Result<bool> WebhookRelay::deliver_one(std::stop_token stop) {
  auto& state = *state_;
  VIGIL_ASSIGN(const auto delivery, state.take());
  if (!delivery) return false;
  state.wakeup.notify();
  WebhookRequest request;
  request.url = delivery->url;
  request.host = delivery->host;
  request.body = webhook_body(delivery->event);
  const auto id = webhook_id(delivery->event);
  const auto timestamp =
      std::chrono::duration_cast<std::chrono::seconds>(state.clock.wall().time_since_epoch()).count();
  request.headers = {{"Content-Type", "application/cloudevents+json; charset=utf-8"},
                     {"webhook-id", id},
                     {"webhook-timestamp", std::to_string(timestamp)}};
  if (!delivery->key.empty())
    request.headers.emplace_back("webhook-signature", webhook_signature(delivery->key, id, timestamp, request.body));
  const auto answer = state.sender.post(request, stop);
  state.count(delivery->host, -1);
  // Whoever comes next tries it again.
  if (!answer && answer.error().kind == ErrorKind::Cancelled) return true;
  const double chance = static_cast<double>(std::stoul(random_hex(2), nullptr, 16)) / 65535.0;
  const auto outcome = outcome_of(*delivery, answer, chance);
  ++(outcome.kind == Kind::Delivered ? state.delivered : outcome.kind == Kind::Failed ? state.failed : state.given_up);
  if (outcome.kind == Kind::GivenUp)
    log::warn("a webhook is given up", {{"of", delivery->event.job_id}, {"reason", outcome.detail}});
  VIGIL_TRY(state.webhooks.settle(*delivery, outcome));
  return true;
}

WebhookFigures WebhookRelay::figures() const {
  return {state_->delivered, state_->failed, state_->given_up};
}

}  // namespace vigil::jobs
