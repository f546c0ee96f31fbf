#include "api/auth/login_throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "api/auth/digest.h"

namespace vigil::api {
namespace {

constexpr std::size_t kLongestName = 64;

// One household has a whole IPv6 /64: its addresses count as one.
std::string network_of(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address.substr(0, kLongestName);
  bool mapped = std::all_of(bytes.begin(), bytes.begin() + 10, [](unsigned char b) { return b == 0; }) &&
                bytes[10] == 0xff && bytes[11] == 0xff;
  if (mapped) {
    std::array<char, INET_ADDRSTRLEN> text{};
    return inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
  }
  return to_hex({reinterpret_cast<const char*>(bytes.data()), 8});
}

std::string key_of(const std::string& name, const std::string& address) {
  auto key = name.substr(0, kLongestName);
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return key + '\n' + network_of(address);
}

std::chrono::seconds delay_after(int failures) {
  if (failures <= LoginThrottle::kFree) return std::chrono::seconds(0);
  int doublings = std::min(failures - LoginThrottle::kFree, 20);
  return std::min(std::chrono::seconds(1LL << doublings), LoginThrottle::kLongest);
}

}  // namespace

std::chrono::seconds LoginThrottle::remaining(const Entry& entry, SteadyTime now) const {
  if (now >= entry.blocked_until) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(entry.blocked_until - now);
}

std::chrono::seconds LoginThrottle::wait(const std::string& name, const std::string& address) const {
  auto key = key_of(name, address);
  auto now = clock_.steady();
  MutexLock lock(mutex_);
  auto found = entries_.find(key);
  return found == entries_.end() ? std::chrono::seconds(0) : remaining(found->second, now);
}

std::chrono::seconds LoginThrottle::begin(const std::string& name, const std::string& address) {
  auto key = key_of(name, address);
  auto now = clock_.steady();
  MutexLock lock(mutex_);
  if (entries_.count(key) == 0) make_room(now);
  auto& entry = entries_[key];
  if (auto left = remaining(entry, now); left.count() > 0) return left;
  if (entry.failures > 0 && now - entry.last >= kMemory) entry.failures = 0;
  ++entry.failures;
  entry.last = now;
  entry.blocked_until = now + delay_after(entry.failures);
  return std::chrono::seconds(0);
}

void LoginThrottle::succeeded(const std::string& name, const std::string& address) {
  auto key = key_of(name, address);
  MutexLock lock(mutex_);
  entries_.erase(key);
}

void LoginThrottle::cancelled(const std::string& name, const std::string& address) {
  auto key = key_of(name, address);
  auto now = clock_.steady();
  MutexLock lock(mutex_);
  auto found = entries_.find(key);
  if (found == entries_.end()) return;
  found->second.blocked_until = now;
  if (--found->second.failures <= 0) entries_.erase(found);
}

void LoginThrottle::make_room(SteadyTime now) {
  if (entries_.size() < kMost) return;
  std::erase_if(entries_, [&](const auto& item) { return now - item.second.last >= kMemory; });
  if (entries_.size() < kMost) return;
  entries_.erase(std::min_element(entries_.begin(), entries_.end(),
                                  [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
}

}  // namespace vigil::api
