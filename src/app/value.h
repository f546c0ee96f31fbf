#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// The texts that stand for values in vigil.yaml, on the command line and in the environment. Errors are
// InvalidArgument, say which form is expected, and do not echo the text.

namespace vigil::app {

struct Address {
  std::string host;  // numeric IPv4 or IPv6, without brackets
  std::uint16_t port = 0;
  bool operator==(const Address&) const = default;
};

// "127.0.0.1:8000", "[::]:8000", "localhost:8000" (the IPv4 loopback). Port 0: any free one.
Result<Address> parse_address(std::string_view text);
std::string to_text(const Address& address);
bool is_loopback(const Address& address);

// "1500ms", "5s", "2m", "1h", "1.5s"; "0" needs no unit.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// "1048576", "512KiB", "32MiB", "2GiB", and kB, MB, GB as powers of ten. In bytes.
Result<std::int64_t> parse_size(std::string_view text);

// "true", "yes", "on", "1" and their opposites, whatever the case.
Result<bool> parse_boolean(std::string_view text);

Result<std::int64_t> parse_integer(std::string_view text);
Result<double> parse_number(std::string_view text);

// Comma-separated; blanks around entries do not count, empty entries are dropped.
std::vector<std::string> parse_list(std::string_view text);

}  // namespace vigil::app
