#include "base/rfc3339.h"

#include <optional>

namespace vigil {
namespace {

// Takes what it expects from the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  std::optional<int> digits(std::size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (char c : text_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  bool one_of(std::string_view choices) {
    if (text_.empty() || choices.find(text_.front()) == std::string_view::npos) return false;
    taken_ = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  // Digits of a fraction as microseconds; at least one.
  std::optional<int> micros() {
    int value = 0, places = 0;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; text_.remove_prefix(1), ++places) {
      if (places < 6) value = value * 10 + (text_.front() - '0');
    }
    if (places == 0) return std::nullopt;
    for (; places < 6; ++places) value *= 10;
    return value;
  }
  char taken() const { return taken_; }
  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
  char taken_ = 0;
};

// The offset from UTC in minutes.
std::optional<int> offset(Cursor& in) {
  if (in.one_of("Zz")) return 0;
  if (!in.one_of("+-")) return std::nullopt;
  const int sign = in.taken() == '-' ? -1 : 1;
  auto hours = in.digits(2);
  if (!hours || *hours > 23 || !in.one_of(":")) return std::nullopt;
  auto minutes = in.digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

std::optional<std::chrono::year_month_day> date(Cursor& in) {
  auto year = in.digits(4);
  if (!year || !in.one_of("-")) return std::nullopt;
  auto month = in.digits(2);
  if (!month || !in.one_of("-")) return std::nullopt;
  auto day = in.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day out{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  return out.ok() ? std::optional(out) : std::nullopt;
}

std::optional<WallTime> parse(std::string_view text) {
  Cursor in(text);
  auto day = date(in);
  if (!day || !in.one_of("Tt ")) return std::nullopt;
  auto hour = in.digits(2);
  if (!hour || *hour > 23 || !in.one_of(":")) return std::nullopt;
  auto minute = in.digits(2);
  if (!minute || *minute > 59 || !in.one_of(":")) return std::nullopt;
  auto second = in.digits(2);
  if (!second || *second > 60) return std::nullopt;
  std::optional<int> fraction = 0;
  if (in.one_of(".")) fraction = in.micros();
  auto east = offset(in);
  if (!fraction || !east || !in.at_end()) return std::nullopt;
  return WallTime(std::chrono::sys_days(*day)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute - *east) +
         std::chrono::seconds(*second) + std::chrono::microseconds(*fraction);
}

}  // namespace

Result<WallTime> parse_rfc3339(std::string_view text) {
  if (auto time = parse(text)) return *time;
  return make_error(ErrorKind::InvalidArgument, "is no date and time such as 2026-11-21T11:38:44Z");
}

}  // namespace vigil
