#include "ingest/multipart.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace vigil::ingest {
namespace {

constexpr std::size_t kMaxBoundary = 200;  // RFC 2046 allows 70
constexpr std::size_t kSureBoundary = 4;   // one so long is believed even where the line end before it is missing

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view without_dashes(std::string_view text) {
  auto first = text.find_first_not_of('-');
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::string_view announced_boundary(std::string_view content_type) {
  auto at = lower(content_type).find("boundary");
  if (at == std::string::npos) return {};
  auto value = trim(content_type.substr(at + 8));
  if (value.empty() || value.front() != '=') return {};
  value = trim(value.substr(1));
  if (!value.empty() && value.front() == '"') {
    value.remove_prefix(1);
    return trim(value.substr(0, value.find('"')));
  }
  return trim(value.substr(0, value.find(';')));
}

}  // namespace

MultipartParser::MultipartParser(std::string_view content_type) {
  auto core = without_dashes(announced_boundary(content_type));
  if (core.size() <= kMaxBoundary) core_ = core;
}

Result<void> MultipartParser::push(std::span<const std::uint8_t> bytes) {
  if (at_ > buffer_.size() / 2) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
  }
  if (left() + bytes.size() > 2 * kMaxPart) broken_ = true;
  if (broken_) return make_error(ErrorKind::DataLoss, "a part of the multipart stream is larger than we take");
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  return {};
}

std::optional<std::vector<std::uint8_t>> MultipartParser::next() {
  std::optional<std::vector<std::uint8_t>> part;
  bool more = true;
  while (!broken_ && more && !part) {
    switch (state_) {
      case State::Seek:
        more = seek();
        break;
      case State::Header:
        more = header();
        break;
      case State::Counted:
        more = counted(part);
        break;
      case State::Delimited:
        more = delimited(part);
        break;
    }
  }
  return part;
}

// A line without its end, once it is whole. A line that is too long to mean anything is thrown away.
std::optional<std::string_view> MultipartParser::take_line() {
  std::string_view rest(reinterpret_cast<const char*>(buffer_.data()) + at_, left());
  auto end = rest.find('\n');
  if (end == std::string_view::npos) {
    if (rest.size() > kMaxHeader) {
      if (state_ == State::Header) broken_ = true;
      at_ = buffer_.size();
    }
    return std::nullopt;
  }
  at_ += end + 1;
  auto line = rest.substr(0, end);
  while (!line.empty() && blank(line.back())) line.remove_suffix(1);
  return line;
}

bool MultipartParser::is_delimiter(std::string_view line) const {
  auto core = without_dashes(line);
  if (core_.empty() || core.substr(0, core_.size()) != core_) return false;
  auto tail = core.substr(core_.size());
  return tail.empty() || tail == "--";
}

void MultipartParser::enter_header(std::string_view delimiter, bool known) {
  candidate_ = known ? std::string_view() : without_dashes(delimiter);
  state_ = State::Header;
  header_bytes_ = 0;
  header_lines_ = 0;
  length_.reset();
}

bool MultipartParser::seek() {
  auto line = take_line();
  if (!line) return false;
  if (is_delimiter(*line)) {
    enter_header(*line, true);
  } else if (!certain_ && line->size() <= kMaxBoundary && line->substr(0, 2) == "--" &&
             !without_dashes(*line).empty()) {
    enter_header(*line, false);
  }
  return true;
}

bool MultipartParser::header_line(std::string_view line) {
  auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  auto name = lower(trim(line.substr(0, colon)));
  if (name.find_first_of(" \t") != std::string::npos) return false;
  if (name == "content-length") {
    auto value = trim(line.substr(colon + 1));
    std::size_t length = 0;
    auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (status == std::errc::result_out_of_range) broken_ = true;
    // Zero is what some cameras write when they do not know.
    if (status == std::errc() && end == value.data() + value.size() && length > 0) length_ = length;
  }
  return true;
}

bool MultipartParser::header() {
  auto line = take_line();
  if (!line) return false;
  header_bytes_ += line->size() + 2;
  if (header_bytes_ > kMaxHeader) broken_ = true;
  if (line->empty()) {
    if (!candidate_.empty() && header_lines_ == 0) {
      state_ = State::Seek;
      return true;
    }
    if (!candidate_.empty()) core_ = candidate_;
    certain_ = true;
    if (length_ && *length_ > kMaxPart) broken_ = true;
    state_ = length_ ? State::Counted : State::Delimited;
    scanned_ = 0;
    return !broken_;
  }
  if (is_delimiter(*line)) {
    enter_header(*line, true);
  } else if (header_line(*line)) {
    ++header_lines_;
  } else {
    state_ = State::Seek;
  }
  return !broken_;
}

std::vector<std::uint8_t> MultipartParser::cut(std::size_t bytes) {
  auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
  std::vector<std::uint8_t> body(begin, begin + static_cast<std::ptrdiff_t>(bytes));
  at_ += bytes;
  return body;
}

bool MultipartParser::counted(std::optional<std::vector<std::uint8_t>>& part) {
  if (left() < *length_) return false;
  part = cut(*length_);
  state_ = State::Seek;
  return true;
}

bool MultipartParser::delimited(std::optional<std::vector<std::uint8_t>>& part) {
  std::string_view body(reinterpret_cast<const char*>(buffer_.data()) + at_, left());
  for (;;) {
    auto found = body.find(core_, scanned_);
    if (found == std::string_view::npos) {
      scanned_ = std::max(scanned_, body.size() - std::min(body.size(), core_.size() - 1));
      break;
    }
    scanned_ = found;
    auto after = found + core_.size();
    if (after >= body.size()) break;
    auto start = found;
    while (start > 0 && body[start - 1] == '-') --start;
    bool line_begins = start == 0 || body[start - 1] == '\n';
    bool sure = found - start >= 2 && core_.size() >= kSureBoundary;
    if ((line_begins || sure) && (blank(body[after]) || body[after] == '-')) {
      auto length = start;
      if (length > 0 && line_begins) length -= (length > 1 && body[length - 2] == '\r') ? 2 : 1;
      if (length > kMaxPart) break;
      if (length > 0) part = cut(length);
      at_ += start - length;
      state_ = State::Seek;
      return true;
    }
    scanned_ = found + 1;
  }
  if (scanned_ > kMaxPart) broken_ = true;
  return false;
}

}  // namespace vigil::ingest
