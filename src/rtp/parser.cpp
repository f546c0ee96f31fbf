#include "rtp/parser.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <string_view>

namespace vigil::rtp {
namespace {

constexpr std::size_t kMaxHead = 16 << 10, kMaxFields = 64, kMaxBody = 64 << 10, kMaxStray = 256 << 10;
constexpr std::size_t kFirstBuffer = 16 << 10, kLeastRoom = 4 << 10;
constexpr std::uint8_t kMostChannels = 32;  // cameras use 0 to 11; more is taken for a stray '$'

std::string_view trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

Error malformed(std::string why) {
  return make_error(ErrorKind::MalformedRequest, "RTSP message: " + std::move(why), "rtsp.malformed");
}

// The next line without its end; LF alone is taken as well, some clients send it.
std::string_view take_line(std::string_view& text) {
  auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Result<void> parse_request_line(std::string_view line, Request& request) {
  auto first = line.find(' ');
  auto last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) return malformed("the first line has not three parts");
  request.method = std::string(line.substr(0, first));
  request.uri = std::string(trimmed(line.substr(first + 1, last - first - 1)));
  request.version = std::string(line.substr(last + 1));
  if (!is_token(request.method)) return malformed("the method is no word");
  const auto& uri = request.uri;
  if (uri.empty() || std::any_of(uri.begin(), uri.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; })) {
    return malformed("the URI is empty or has blanks or control characters");
  }
  return {};
}

// "RTSP/1.0 200 OK"; the phrase may be missing.
Result<void> parse_status_line(std::string_view line, Response& response) {
  line.remove_prefix(std::min(line.find(' '), line.size()));
  line = trimmed(line);
  auto digits = line.substr(0, line.find(' '));
  auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), response.status);
  if (status != std::errc() || end != digits.data() + digits.size() || response.status < 100 || response.status > 999) {
    return malformed("the answer has no status");
  }
  return {};
}

Result<void> parse_field(std::string_view line, Headers& headers) {
  auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("a header field has no colon");
  auto name = trimmed(line.substr(0, colon));
  auto value = trimmed(line.substr(colon + 1));
  if (!is_token(name)) return malformed("a header field has no name");
  if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; })) {
    return malformed("a header field has control characters");
  }
  if (headers.size() >= kMaxFields) return malformed("too many header fields");
  headers.emplace_back(name, value);
  return {};
}

Result<std::size_t> body_length(const Headers& headers) {
  const auto* text = find_header(headers, "Content-Length");
  if (text == nullptr) return std::size_t{0};
  std::size_t length = 0;
  auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (status != std::errc() || end != text->data() + text->size()) return malformed("Content-Length is no number");
  if (length > kMaxBody) return make_error(ErrorKind::PayloadTooLarge, "RTSP message: body above 64 KiB", "rtsp.size");
  return length;
}

// Where the header ends, counted from its beginning; npos: not yet.
std::size_t end_of_head(std::string_view text, std::size_t from) {
  from = from < 3 ? 0 : from - 3;
  auto blank = text.find("\n\r\n", from);
  auto bare = text.find("\n\n", from);
  return std::min(blank == std::string::npos ? blank : blank + 3, bare == std::string::npos ? bare : bare + 2);
}

}  // namespace

std::span<std::uint8_t> MessageParser::room() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (buffer_.empty()) buffer_.resize(kFirstBuffer);
  if (buffer_.size() - end_ < kLeastRoom) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() - end_ < kLeastRoom) buffer_.resize(buffer_.size() * 2);
  }
  return std::span(buffer_).subspan(end_);
}

void MessageParser::feed(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    auto to = room();
    auto count = std::min(to.size(), bytes.size());
    std::memcpy(to.data(), bytes.data(), count);
    received(count);
    bytes = bytes.subspan(count);
  }
}

MessageParser::Next MessageParser::next() {
  // Empty lines between messages are allowed, and some clients send them.
  while (begin_ < end_ && searched_ == 0 && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;
  if (mode_ == Mode::Lenient) VIGIL_TRY(skip_stray());
  if (begin_ == end_) return std::optional<Message>();
  return buffer_[begin_] == '$' ? take_frame() : take_text();
}

// How many of the bytes that wait cannot be the beginning of a frame or a message; 0: they may be one. Looks at no byte
// twice that it passes over, so that a camera that sends nonsense costs no more than one that sends pictures.
std::size_t MessageParser::count_stray() const {
  auto bytes = waiting();
  if (bytes[0] == '$') return bytes.size() > 1 && bytes[1] >= kMostChannels ? 1 : 0;
  if (std::isupper(bytes[0]) == 0) return 1;
  // A message begins with one line of text that names the protocol.
  constexpr std::string_view kProtocol = "RTSP/";
  constexpr std::size_t kLongestLine = 2048;
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kLongestLine));
  const auto end =
      std::find_if(text.begin(), text.end(), [](unsigned char c) { return c < ' ' && c != '\r' && c != '\t'; });
  auto line = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  const bool is_whole = end != text.end() && *end == '\n';
  const bool is_cut = end == text.end() && text.size() < kLongestLine;  // the rest of it may still come
  const auto protocol = line.find(kProtocol);
  if (is_cut || (is_whole && protocol != std::string_view::npos)) return 0;
  // No message can begin before its last letters; a frame can, anywhere.
  auto frame = std::min(line.find('$', 1), line.size());
  if (end == text.end()) frame = std::min({frame, protocol, line.size() - kProtocol.size()});
  return std::max<std::size_t>(frame, 1);
}

Result<void> MessageParser::skip_stray() {
  while (begin_ < end_ && searched_ == 0) {
    const auto count = count_stray();
    if (count == 0) break;
    begin_ += count;
    skipped_ += count;
    stray_ += count;
    if (stray_ > kMaxStray) return malformed("the bytes between the frames are no messages");
    while (begin_ < end_ && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;
  }
  return {};
}

MessageParser::Next MessageParser::take_frame() {
  auto bytes = waiting();
  if (bytes.size() < 4) return std::optional<Message>();
  const auto length = static_cast<std::size_t>(bytes[2] << 8 | bytes[3]);
  if (bytes.size() < 4 + length) return std::optional<Message>();
  begin_ += 4 + length;
  stray_ = 0;
  return std::optional<Message>(Interleaved{bytes[1], bytes.subspan(4, length)});
}

MessageParser::Next MessageParser::take_text() {
  std::string_view all(reinterpret_cast<const char*>(buffer_.data()) + begin_, end_ - begin_);
  auto head = end_of_head(all, searched_);
  if (std::min(head, all.size()) > kMaxHead) {
    return make_error(ErrorKind::PayloadTooLarge, "RTSP message: header above 16 KiB", "rtsp.size");
  }
  if (head == std::string_view::npos) {
    // Until its first line is there nobody knows whether this is a message.
    searched_ = all.find('\n') == std::string_view::npos ? 0 : all.size();
    return std::optional<Message>();
  }
  auto text = all.substr(0, head);
  auto first = take_line(text);
  const bool is_response = first.substr(0, 5) == "RTSP/";
  Request request;
  Response response;
  VIGIL_TRY(is_response ? parse_status_line(first, response) : parse_request_line(first, request));
  auto& headers = is_response ? response.headers : request.headers;
  for (auto line = take_line(text); !line.empty(); line = take_line(text)) {
    auto field = parse_field(line, headers);
    if (!field.ok() && mode_ == Mode::Strict) return std::move(field).error();
  }
  VIGIL_ASSIGN(auto length, body_length(headers));
  if (all.size() < head + length) {
    searched_ = head;
    return std::optional<Message>();
  }
  (is_response ? response.body : request.body) = std::string(all.substr(head, length));
  begin_ += head + length;
  searched_ = stray_ = 0;
  if (is_response) return std::optional<Message>(std::move(response));
  return std::optional<Message>(std::move(request));
}

}  // namespace vigil::rtp
