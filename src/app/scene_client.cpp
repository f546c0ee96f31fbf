#include "app/scene_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <utility>

#include "app/scene_answer.h"
#include "base/redact.h"
#include "base/url.h"

namespace vigil::app {
namespace {

constexpr long kConnectMilliseconds = 5000;

std::size_t append(char* data, std::size_t size, std::size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  if (body.size() + size * count > kMaxSceneAnswer) return 0;
  body.append(data, size * count);
  return size * count;
}

int stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

}  // namespace

struct SceneClient::State {
  explicit State(SceneEndpoint e) : endpoint(std::move(e)) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    handle = curl_easy_init();
  }
  ~State() {
    if (handle != nullptr) curl_easy_cleanup(handle);
    curl_global_cleanup();
  }
  const SceneEndpoint endpoint;
  CURL* handle = nullptr;
};

Result<void> check_scene_url(const std::string& url) {
  const auto parsed = parse_url(url);
  if (!parsed || (parsed->scheme != "http" && parsed->scheme != "https") || !parsed->query.empty()) {
    return make_error(ErrorKind::InvalidArgument, "expected an address such as https://host/v1");
  }
  if (!parsed->user.empty() || !parsed->password.empty()) {
    return make_error(ErrorKind::InvalidArgument, "takes no password; put the key into the file scene.key_file");
  }
  return {};
}

SceneClient::SceneClient(SceneEndpoint endpoint) : state_(std::make_unique<State>(std::move(endpoint))) {}
SceneClient::~SceneClient() = default;

Result<std::string> SceneClient::describe(std::string_view jpeg, std::stop_token stop) {
  auto* handle = state_->handle;
  if (handle == nullptr) return make_error(ErrorKind::ResourceExhausted, "out of memory");
  const auto& endpoint = state_->endpoint;
  const auto question = scene_question(endpoint.model, jpeg);
  auto url = endpoint.url;
  while (!url.empty() && url.back() == '/') url.pop_back();
  url += "/chat/completions";
  struct Headers {
    curl_slist* list = nullptr;
    ~Headers() { curl_slist_free_all(list); }
    void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
  } headers;
  headers.add("Content-Type: application/json");
  headers.add("Expect:");
  if (!endpoint.key.empty()) headers.add("Authorization: Bearer " + endpoint.key.reveal());
  std::string body, why(CURL_ERROR_SIZE, '\0');
  curl_easy_reset(handle);  // keeps the connection
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.list);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectMilliseconds);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(endpoint.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, stopped);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &stop);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "vigil/" VIGIL_VERSION);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(question.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, question.c_str());
  const auto code = curl_easy_perform(handle);
  if (code == CURLE_ABORTED_BY_CALLBACK) return make_error(ErrorKind::Cancelled, "stopped");
  if (code == CURLE_WRITE_ERROR) {
    return make_error(ErrorKind::MalformedRequest, "the endpoint's answer is too large", "scene.answer");
  }
  if (code != CURLE_OK) {
    std::string text = why.c_str();
    return make_error(ErrorKind::Unavailable,
                      "no answer from the endpoint: " + redact(text.empty() ? curl_easy_strerror(code) : text));
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    return make_error(ErrorKind::Unavailable, fmt::format("the endpoint answers with status {}", status));
  }
  return read_scene_answer(body);
}

}  // namespace vigil::app
