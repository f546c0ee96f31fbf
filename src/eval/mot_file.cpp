#include "eval/mot_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <utility>

namespace vigil::eval {
namespace {

constexpr std::size_t kLeastColumns = 6, kMostColumns = 10;
constexpr double kLargest = 1e6;  // pixels
constexpr double kLargestId = 1e15;

struct Line {
  std::array<double, kMostColumns> numbers{};
  std::size_t count = 0;
};

std::string_view trimmed(std::string_view text) {
  constexpr auto kBlank = " \t\r";
  auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Empty: it is all right; else what is wrong.
std::string read_line(std::string_view text, Line& line) {
  while (true) {
    auto comma = text.find(',');
    auto field = trimmed(text.substr(0, comma));
    if (line.count == kMostColumns) return fmt::format("more than {} numbers", kMostColumns);
    double value = 0;
    if (!field.empty() && field.front() == '+') field.remove_prefix(1);
    auto [end, failure] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (failure != std::errc() || end != field.data() + field.size() || !std::isfinite(value)) {
      return fmt::format("column {} is not a number", line.count + 1);
    }
    line.numbers[line.count++] = value;
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (line.count < kLeastColumns) {
    return fmt::format("{} numbers where frame,id,x,y,width,height,confidence are expected", line.count);
  }
  return {};
}

std::string check_row(const Line& line, MotIds ids, const MotLimits& limits) {
  const auto& n = line.numbers;
  auto is_whole = [](double value) { return value == std::floor(value); };
  if (!is_whole(n[0]) || n[0] < 1 || n[0] > limits.frames) {
    return fmt::format("the frame must be a whole number from 1 to {}", limits.frames);
  }
  if (ids == MotIds::Unique && (!is_whole(n[1]) || n[1] < 0 || n[1] > kLargestId)) {
    return "the id must be a whole number from 0 on";
  }
  for (std::size_t i = 2; i < 6; ++i) {
    if (std::abs(n[i]) > kLargest) return fmt::format("column {} is not a place in a picture", i + 1);
  }
  if (std::abs(n[6]) > kLargest) return "column 7 is not a confidence";
  if (n[4] < 0 || n[5] < 0) return "width and height cannot be negative";
  return {};
}

}  // namespace

Result<std::vector<MotRow>> parse_mot(std::string_view text, std::string_view name, MotIds ids,
                                      const MotLimits& limits) {
  auto bad = [&](std::size_t number, std::string_view what) {
    return make_error(ErrorKind::MalformedRequest, fmt::format("{}:{}: {}", name, number, what));
  };
  if (text.size() > limits.bytes) {
    return make_error(ErrorKind::PayloadTooLarge, fmt::format("{}: larger than {} bytes", name, limits.bytes));
  }
  struct Numbered {
    MotRow row;
    std::size_t line;
  };
  std::vector<Numbered> rows;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto end = text.find('\n');
    auto content = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (content.empty()) continue;
    if (rows.size() == limits.rows) {
      return make_error(ErrorKind::PayloadTooLarge, fmt::format("{}:{}: more than {} rows", name, number, limits.rows));
    }
    Line line;
    auto wrong = read_line(content, line);
    if (wrong.empty()) wrong = check_row(line, ids, limits);
    if (!wrong.empty()) return bad(number, wrong);
    const auto& n = line.numbers;
    auto f = [&](std::size_t i) { return static_cast<float>(n[i]); };
    const auto id = ids == MotIds::Unique ? static_cast<std::int64_t>(n[1]) : -1;
    rows.push_back({{static_cast<int>(n[0]), id, {f(2), f(3), f(4), f(5)}, line.count > 6 ? f(6) : 1.0F}, number});
  }
  std::stable_sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.row.frame < b.row.frame; });

  std::vector<MotRow> sorted;
  sorted.reserve(rows.size());
  std::unordered_map<std::int64_t, std::size_t> lines;  // of the ids in this frame
  int in_frame = 0;
  for (const auto& [row, line] : rows) {
    if (sorted.empty() || sorted.back().frame != row.frame) {
      lines.clear();
      in_frame = 0;
    }
    if (++in_frame > limits.rows_a_frame) {
      return bad(line, fmt::format("more than {} boxes in frame {}", limits.rows_a_frame, row.frame));
    }
    if (ids == MotIds::Unique) {
      auto [other, is_new] = lines.emplace(row.id, line);
      if (!is_new)
        return bad(line, fmt::format("id {} is in frame {} already, on line {}", row.id, row.frame, other->second));
    }
    sorted.push_back(row);
  }
  return sorted;
}

Result<std::vector<MotRow>> read_mot_file(const std::string& path, MotIds ids, const MotLimits& limits) {
  auto failed = [&] {
    auto kind = errno == ENOENT   ? ErrorKind::NotFound
                : errno == EACCES ? ErrorKind::PermissionDenied
                                  : ErrorKind::Unavailable;
    return make_error(kind, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  };
  auto close = [](std::FILE* file) { std::fclose(file); };
  std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rbe"), close);
  if (!file) return failed();
  std::string text;
  std::array<char, 1 << 16> part{};
  while (text.size() <= limits.bytes) {
    auto got = std::fread(part.data(), 1, part.size(), file.get());
    text.append(part.data(), got);
    if (got == part.size()) continue;
    if (std::ferror(file.get()) != 0) return failed();
    break;
  }
  return parse_mot(text, path, ids, limits);
}

std::string to_mot(std::span<const MotRow> rows) {
  std::string text;
  for (const auto& row : rows) {
    fmt::format_to(std::back_inserter(text), "{},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.4g},-1,-1,-1\n", row.frame, row.id,
                   row.box.x, row.box.y, row.box.width, row.box.height, row.confidence);
  }
  return text;
}

}  // namespace vigil::eval
