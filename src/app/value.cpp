#include "app/value.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

namespace vigil::app {
namespace {

Error bad(std::string why) {
  return make_error(ErrorKind::InvalidArgument, std::move(why), "configuration.value");
}

std::string_view trimmed(std::string_view text) {
  auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

struct Quantity {
  double number = 0;
  std::string_view unit;
};

// A non-negative number and what follows it.
bool split(std::string_view text, Quantity& out) {
  text = trimmed(text);
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), out.number, std::chars_format::fixed);
  if (status != std::errc() || !std::isfinite(out.number) || out.number < 0) return false;
  out.unit = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  return true;
}

template <std::size_t N>
const double* factor(const std::array<std::pair<std::string_view, double>, N>& units, std::string_view unit) {
  auto found = std::find_if(units.begin(), units.end(), [&](const auto& each) { return each.first == unit; });
  return found == units.end() ? nullptr : &found->second;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  constexpr const char* kForm = "expected ADDRESS:PORT, such as 127.0.0.1:8000, 0.0.0.0:8000 (all) or [::1]:8000";
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad(kForm);
  Address out;
  auto port = parse_integer(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return bad("the port must be a number from 0 to 65535");
  out.port = static_cast<std::uint16_t>(*port);
  auto host = text.substr(0, colon);
  bool bracketed = host.front() == '[' && host.back() == ']';
  out.host = std::string(bracketed ? host.substr(1, host.size() - 2) : host);
  if (out.host == "localhost") out.host = "127.0.0.1";
  std::array<unsigned char, 16> binary{};
  if (::inet_pton(bracketed ? AF_INET6 : AF_INET, out.host.c_str(), binary.data()) != 1) return bad(kForm);
  return out;
}

std::string to_text(const Address& address) {
  bool is_ipv6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}:{}", is_ipv6 ? "[" + address.host + "]" : address.host, address.port);
}

bool is_loopback(const Address& address) {
  return address.host == "::1" || address.host.rfind("127.", 0) == 0;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}}};
  Quantity quantity;
  if (split(text, quantity)) {
    if (quantity.number == 0 && quantity.unit.empty()) return std::chrono::milliseconds(0);
    if (const auto* unit = factor(kUnits, quantity.unit); unit != nullptr && quantity.number * *unit <= 1e12) {
      return std::chrono::milliseconds(std::llround(quantity.number * *unit));
    }
  }
  return bad("expected a duration with its unit, such as 500ms, 5s, 2m, 1h or 30d");
}

Result<std::int64_t> parse_size(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 9> kUnits = {{{"", 1},
                                                                                 {"B", 1},
                                                                                 {"KiB", 1024.0},
                                                                                 {"MiB", 1048576.0},
                                                                                 {"GiB", 1073741824.0},
                                                                                 {"kB", 1e3},
                                                                                 {"KB", 1e3},
                                                                                 {"MB", 1e6},
                                                                                 {"GB", 1e9}}};
  Quantity quantity;
  if (split(text, quantity)) {
    if (const auto* unit = factor(kUnits, quantity.unit); unit != nullptr && quantity.number * *unit <= 1e15) {
      return static_cast<std::int64_t>(std::llround(quantity.number * *unit));
    }
  }
  return bad("expected a size, such as 32MiB, 512KiB or 1GiB");
}

Result<bool> parse_boolean(std::string_view text) {
  std::string lower(trimmed(text));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "true" || lower == "yes" || lower == "on" || lower == "1") return true;
  if (lower == "false" || lower == "no" || lower == "off" || lower == "0") return false;
  return bad("expected true or false");
}

Result<std::int64_t> parse_integer(std::string_view text) {
  text = trimmed(text);
  std::int64_t number = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size()) return bad("expected a whole number");
  return number;
}

Result<double> parse_number(std::string_view text) {
  text = trimmed(text);
  double number = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    return bad("expected a number");
  return number;
}

std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    auto comma = text.find(',');
    auto entry = trimmed(text.substr(0, comma));
    if (!entry.empty()) out.emplace_back(entry);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return out;
}

}  // namespace vigil::app
