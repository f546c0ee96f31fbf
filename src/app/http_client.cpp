#include "app/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "app/config_file.h"
#include "app/json_read.h"
#include "base/redact.h"
#include "base/url.h"

namespace vigil::app {
namespace {

constexpr std::size_t kMaxAnswer = 64u << 20;

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread is started
  return value == nullptr ? "" : value;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

std::size_t append(char* data, std::size_t size, std::size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  if (body.size() + size * count > kMaxAnswer) return 0;
  body.append(data, size * count);
  return size * count;
}

struct HeaderList {
  curl_slist* list = nullptr;
  ~HeaderList() { curl_slist_free_all(list); }
  void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

ErrorKind kind_of(int status) {
  switch (status) {
    case 400:
      return ErrorKind::MalformedRequest;
    case 401:
      return ErrorKind::Unauthenticated;
    case 403:
      return ErrorKind::PermissionDenied;
    case 404:
      return ErrorKind::NotFound;
    case 409:
      return ErrorKind::AlreadyExists;
    case 412:
      return ErrorKind::Conflict;
    case 413:
      return ErrorKind::PayloadTooLarge;
    case 422:
      return ErrorKind::InvalidArgument;
    case 429:
      return ErrorKind::ResourceExhausted;
    case 503:
      return ErrorKind::Unavailable;
    case 507:
      return ErrorKind::StorageFull;
    default:
      return ErrorKind::Internal;
  }
}

}  // namespace

struct HttpClient::State {
  CURL* handle = nullptr;
  std::string url;
  Secret key;
  ~State() {
    if (handle != nullptr) curl_easy_cleanup(handle);
  }
};

Error problem(const HttpAnswer& answer) {
  if (answer.status == 401) {
    return make_error(ErrorKind::Unauthenticated,
                      "the server asks for an API key: make one in the page, then put it into VIGIL_API_KEY or a "
                      "file named by --api-key-file");
  }
  auto document = parse_json(answer.body);
  if (!document || text(*document, "detail").empty()) {
    return make_error(kind_of(answer.status),
                      fmt::format("the server answers with status {} and no explanation", answer.status));
  }
  std::string message, pointer;
  for (const auto& each : member(*document, "errors")) {
    if (message.empty()) pointer = text(each, "pointer");
    message += fmt::format("{}{}: {}", message.empty() ? "" : "; ", text(each, "pointer"), text(each, "detail"));
  }
  if (message.empty()) message = text(*document, "detail");  // which else says the same
  return make_error(kind_of(answer.status), redact(message), text(*document, "code"), pointer);
}

Result<HttpClient> HttpClient::make(const Remote& remote) {
  auto state = std::make_unique<State>();
  state->url = remote.url.empty() ? variable("VIGIL_URL") : remote.url;
  if (state->url.empty()) state->url = "http://127.0.0.1:8000";
  while (!state->url.empty() && state->url.back() == '/') state->url.pop_back();
  auto url = parse_url(state->url);
  if (!url || (url->scheme != "http" && url->scheme != "https") || !url->query.empty()) {
    return make_error(ErrorKind::InvalidArgument, "the address of the server must look like http://127.0.0.1:8000");
  }
  if (!url->user.empty() || !url->password.empty()) {
    return make_error(ErrorKind::InvalidArgument, "the address of the server takes no password; use --api-key-file");
  }
  if (!remote.api_key_file.empty()) {
    VIGIL_ASSIGN(auto text, read_text_file(remote.api_key_file, 4096));
    state->key = Secret(trimmed(std::move(text)));
  } else {
    state->key = Secret(trimmed(variable("VIGIL_API_KEY")));
  }
  const auto& key = state->key.reveal();
  if (std::any_of(key.begin(), key.end(), [](unsigned char c) { return c <= ' ' || c >= 0x7f; })) {
    return make_error(ErrorKind::InvalidArgument, "the API key has a character that no key has");
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  state->handle = curl_easy_init();
  if (state->handle == nullptr) return make_error(ErrorKind::ResourceExhausted, "out of memory");
  return HttpClient(std::move(state));
}

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

const std::string& HttpClient::url() const {
  return state_->url;
}

bool HttpClient::has_key() const {
  return !state_->key.empty();
}

Result<HttpAnswer> HttpClient::request(const std::string& method, const std::string& path,
                                       const std::optional<std::string>& body, const std::string& content_type,
                                       const std::string& if_match) {
  HttpAnswer answer;
  HeaderList headers;
  if (!state_->key.empty()) headers.add("Authorization: Bearer " + state_->key.reveal());
  if (!content_type.empty()) headers.add("Content-Type: " + content_type);
  if (!if_match.empty()) headers.add("If-Match: " + if_match);
  headers.add("Expect:");
  auto* handle = state_->handle;
  curl_easy_reset(handle);  // keeps the connection
  std::string url = state_->url + path;
  std::string why(CURL_ERROR_SIZE, '\0');
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.list);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, 3000L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 10000L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "vigil/" VIGIL_VERSION);
  if (body) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body->c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
  }
  auto code = curl_easy_perform(handle);
  if (code != CURLE_OK) {
    std::string text = why.c_str();
    if (text.empty()) text = curl_easy_strerror(code);
    auto hint = code == CURLE_COULDNT_CONNECT ? "; is the server running there? (--url)" : "";
    return make_error(ErrorKind::Unavailable, fmt::format("no answer from {}: {}{}", state_->url, redact(text), hint));
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

Result<Json> HttpClient::get(const std::string& path) {
  VIGIL_ASSIGN(auto answer, request("GET", path));
  if (!answer.ok()) return problem(answer);
  auto json = parse_json(answer.body, {.max_bytes = kMaxAnswer});
  if (!json) return make_error(ErrorKind::DataLoss, fmt::format("{} does not answer like a Vigil server", state_->url));
  return json;
}

}  // namespace vigil::app
