#include "blob/s3/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "base/sync.h"
#include "blob/file_io.h"

namespace vigil::blob::s3 {
namespace {

struct Transfer {
  const Upload* body = nullptr;
  std::uint64_t sent = 0;
  std::uint64_t max_answer = 0;
  HttpAnswer answer;
  bool overflow = false;
};

std::uint64_t size_of(const Upload& body) {
  return body.fd >= 0 ? body.size : body.bytes.size();
}

std::size_t give(char* out, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const auto wanted = std::min<std::uint64_t>(size * count, size_of(*transfer.body) - transfer.sent);
  if (transfer.body->fd < 0) {
    std::memcpy(out, transfer.body->bytes.data() + transfer.sent, wanted);
    transfer.sent += wanted;
    return wanted;
  }
  auto piece = read_at(transfer.body->fd, transfer.body->offset + transfer.sent, wanted, "");
  if (!piece || piece->size() != wanted) return CURL_READFUNC_ABORT;
  std::memcpy(out, piece->data(), wanted);
  transfer.sent += wanted;
  return wanted;
}

int rewind_body(void* context, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Transfer*>(context)->sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.answer.body.size() + size * count > transfer.max_answer) {
    transfer.overflow = true;
    return 0;
  }
  transfer.answer.body.append(bytes, size * count);
  return size * count;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& fields = static_cast<Transfer*>(context)->answer.headers;
  std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) fields.clear();  // of a 100 before it
  const auto colon = line.find(':');
  if (colon != std::string_view::npos && fields.size() < 100) {
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
    fields[name] = std::string(value);
  }
  return size * count;
}

// Handles that are not at work, with the connections that they still have: one to a storage far away takes longer to
// make than a small answer.
class Idle {
 public:
  static Idle& all() {
    static auto* idle = new Idle();  // some are still at work when the process ends
    return *idle;
  }
  CURL* take() VIGIL_EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      if (!handles_.empty()) {
        auto* last = handles_.back();
        handles_.pop_back();
        return last;
      }
    }
    return curl_easy_init();
  }
  void give(CURL* handle) VIGIL_EXCLUDES(mutex_) {
    curl_easy_reset(handle);
    {
      MutexLock lock(mutex_);
      if (handles_.size() < kMost) {
        handles_.push_back(handle);
        return;
      }
    }
    curl_easy_cleanup(handle);
  }

 private:
  static constexpr std::size_t kMost = 16;
  Mutex mutex_;
  std::vector<CURL*> handles_ VIGIL_GUARDED_BY(mutex_);
};

struct GiveBack {
  void operator()(CURL* handle) const { Idle::all().give(handle); }
};

struct List {
  curl_slist* head = nullptr;
  ~List() { curl_slist_free_all(head); }
  void add(const std::string& line) { head = curl_slist_append(head, line.c_str()); }
};

void set_method(CURL* curl, const HttpRequest& request, Transfer& transfer) {
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  if (request.body == nullptr) return;
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size_of(*request.body)));
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, rewind_body);
  curl_easy_setopt(curl, CURLOPT_SEEKDATA, &transfer);
}

}  // namespace

Result<HttpAnswer> perform(const HttpRequest& request) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, GiveBack> curl(Idle::all().take());
  if (!curl) return make_error(ErrorKind::Unavailable, "no memory for a connection", "blob.s3");
  Transfer transfer;
  transfer.body = request.body;
  transfer.max_answer = request.max_answer;
  List headers;
  for (const auto& [name, value] : request.headers) {
    if (name != "host") headers.add(name + ": " + value);
  }
  headers.add("Expect:");
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.head);
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1024L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME,
                   std::max(1L, static_cast<long>(request.stall_timeout.count() / 1000)));
  // A piece of at most 64 MiB, at a kilobyte a second at the slowest: LOW_SPEED says what is too slow, this is the end.
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 3600L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &transfer);
  set_method(curl.get(), request, transfer);

  const CURLcode code = curl_easy_perform(curl.get());
  if (transfer.overflow)
    return make_error(ErrorKind::DataLoss, "the storage answered more than was asked for", "blob.s3");
  if (code == CURLE_PARTIAL_FILE)
    return make_error(ErrorKind::Unavailable, "the storage's answer ended before its end", "blob.s3_short");
  if (code != CURLE_OK) {
    return make_error(ErrorKind::Unavailable, std::string("the storage cannot be reached: ") + curl_easy_strerror(code),
                      "blob.s3");
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.answer.status = static_cast<int>(status);
  return std::move(transfer.answer);
}

}  // namespace vigil::blob::s3
