#include "ingest/hls_fetcher.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace vigil::ingest {
namespace {

using model::FailureReason;

constexpr std::size_t kMaxSegment = 256u << 20;
constexpr std::size_t kMaxPlaylist = 2u << 20;
constexpr std::size_t kMaxIdle = 2;
constexpr std::size_t kLongestTag = 64;
constexpr std::string_view kPlaylist = "#EXTM3U";
constexpr std::string_view kDuration = "#EXT-X-TARGETDURATION:";

ErrorKind kind_of(FailureReason reason) {
  switch (reason) {
    case FailureReason::Auth:
      return ErrorKind::Unauthenticated;
    case FailureReason::NotFound:
      return ErrorKind::NotFound;
    case FailureReason::Blocked:
      return ErrorKind::PermissionDenied;
    case FailureReason::Timeout:
      return ErrorKind::DeadlineExceeded;
    case FailureReason::Stopped:
      return ErrorKind::Cancelled;
    default:
      return ErrorKind::Unavailable;
  }
}

}  // namespace

class HlsFetcher::Reader final : public media::ByteReader {
 public:
  Reader(HlsFetcher& fetcher, std::unique_ptr<HttpStream> http, Url from)
      : fetcher_(fetcher), http_(std::move(http)), from_(std::move(from)) {}
  ~Reader() override {
    if (fetcher_.idle_.size() < kMaxIdle) fetcher_.idle_.push_back(std::move(http_));
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Result<std::size_t> read(std::span<std::uint8_t> buffer) override {
    if (at_ == piece_.size() && !over_) VIGIL_TRY(more());
    auto count = std::min(buffer.size(), piece_.size() - at_);
    if (count > 0) std::memcpy(buffer.data(), piece_.data() + at_, count);
    at_ += count;
    return count;
  }

  std::string location() const override { return from_.without_credentials(); }

 private:
  Result<void> more() {
    auto got = http_->read(fetcher_.read_timeout_);
    if (!got.ok()) return fetcher_.fail(got.failure());
    piece_ = std::move(got.value());
    at_ = 0;
    over_ = piece_.empty();
    std::string_view text(reinterpret_cast<const char*>(piece_.data()), piece_.size());
    if (total_ == 0) playlist_ = text.starts_with(kPlaylist);
    total_ += text.size();
    if (!playlist_) return {};
    if (total_ > kMaxPlaylist) {
      return fetcher_.fail({FailureReason::Protocol, "the playlist is longer than 2 MiB"});
    }
    tail_ += text;
    fetcher_.read_along(tail_);
    tail_.erase(0, tail_.size() - std::min(tail_.size(), kLongestTag));
    return {};
  }

  HlsFetcher& fetcher_;
  std::unique_ptr<HttpStream> http_;
  const Url from_;
  std::vector<std::uint8_t> piece_;
  std::size_t at_ = 0, total_ = 0;
  bool over_ = false, playlist_ = false;
  std::string tail_;  // of the playlist: a tag may be cut in two
};

HlsFetcher::HlsFetcher(const Url& base, std::shared_ptr<const EgressPolicy> egress,
                       std::chrono::milliseconds read_timeout, std::stop_token stop)
    : base_(base),
      egress_(std::move(egress)),
      read_timeout_(read_timeout),
      stop_(std::move(stop)),
      silent_since_(system_clock().steady()) {}

Error HlsFetcher::fail(const Failure& failure) {
  failure_ = failure;
  return make_error(kind_of(failure.reason), failure.detail);
}

void HlsFetcher::read_along(std::string_view text) {
  if (text.find("#EXT-X-ENDLIST") != std::string_view::npos) ended_ = true;
  auto found = text.find(kDuration);
  if (found == std::string_view::npos) return;
  auto digits = text.substr(found + kDuration.size());
  int seconds = 0;
  auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  bool whole = end != digits.data() + digits.size();
  if (status == std::errc() && whole) target_duration_ = std::chrono::seconds(std::clamp(seconds, 1, 60));
}

Result<std::unique_ptr<media::ByteReader>> HlsFetcher::open(const std::string& url) {
  // A playlist that is answered again and again without anything new in it looks alive to everybody but us.
  if (system_clock().steady() - silent_since_ > read_timeout_ + target_duration_) {
    if (!failure_) failure_ = Failure{FailureReason::Stalled, "the playlist no longer leads to new pictures"};
    return make_error(kind_of(failure_->reason), failure_->detail);
  }
  auto parsed = parse_url(url);
  if (!parsed.ok()) return fail({FailureReason::Protocol, "the playlist: " + parsed.error().message});
  if (parsed->scheme != "http" && parsed->scheme != "https") {
    return fail(
        {FailureReason::Blocked, "the playlist points at a " + parsed->scheme + " address, which is not fetched"});
  }
  std::unique_ptr<HttpStream> http;
  if (idle_.empty()) {
    http = std::make_unique<HttpStream>(egress_, stop_);
  } else {
    http = std::move(idle_.back());
    idle_.pop_back();
  }
  HttpRequest request;
  request.url = with_credentials_of(base_, std::move(parsed).value());
  request.open_timeout = read_timeout_;
  request.max_body = kMaxSegment;
  auto answer = http->open(request);
  if (!answer.ok()) return fail(answer.failure());
  return std::unique_ptr<media::ByteReader>(
      std::make_unique<Reader>(*this, std::move(http), std::move(answer.value().url)));
}

}  // namespace vigil::ingest
