#include "api/auth/password.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/assert.h"
#include "base/sync.h"
#include "base/utf8.h"

namespace vigil::api {
namespace {

// The hash of a password that nobody has, made with the same limits: verifying it takes as long as verifying a real
// one.
constexpr const char* kNobody =
    "$argon2id$v=19$m=65536,t=2,p=1$OCU58DqS06ydotHmnwLFBA$xVaypZFObklVmtDctcLWgiS8wnQO8oekpKTh+IjXP8w";

constexpr std::array<std::string_view, 40> kCommonest = {
    "0123456789",  "0987654321",   "1111111111",   "1122334455",   "11223344556677", "1234567890",   "12345678900",
    "12345678901", "1234567891",   "123456789a",   "123456789q",   "12345678910",    "123456789012", "1234567899",
    "1q2w3e4r5t",  "1q2w3e4r5t6y", "1qaz2wsx3edc", "987654321a",   "9876543210",     "abcdefghij",   "administrator",
    "admin12345",  "admin123456",  "adminadmin",   "asdfghjkl1",   "changeme123",    "iloveyou123",  "letmein123",
    "password01",  "password12",   "password123",  "password1234", "passwort123",    "q1w2e3r4t5",   "qazwsxedcrfv",
    "qwerty12345", "qwerty123456", "qwertyuiop",   "vigilvigil",   "welcome123"};

std::string folded(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

Error unfit(std::string why) {
  return make_error(ErrorKind::InvalidArgument, std::move(why), "auth.password_rules", "/password");
}

// A hash takes 64 MiB and a core for tens of milliseconds: whoever sends many sign-ins must not take the machine.
class Gate {
 public:
  bool enter() VIGIL_EXCLUDES(mutex_) {
    constexpr int kWaiting = 16;
    MutexLock lock(mutex_);
    if (running_ >= kHashesAtOnce && waiting_ >= kWaiting) return false;
    ++waiting_;
    free_.wait(lock, [this]() VIGIL_REQUIRES(mutex_) { return running_ < kHashesAtOnce; });
    --waiting_;
    ++running_;
    return true;
  }
  void leave() VIGIL_EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      --running_;
    }
    free_.notify_one();
  }

 private:
  Mutex mutex_;
  CondVar free_;
  int running_ VIGIL_GUARDED_BY(mutex_) = 0;
  int waiting_ VIGIL_GUARDED_BY(mutex_) = 0;
};

template <typename Action>
auto through_gate(Action action) -> Result<decltype(action())> {
  static Gate gate;
  VIGIL_ASSERT(sodium_init() >= 0);
  if (!gate.enter()) {
    return make_error(ErrorKind::ResourceExhausted, "too many sign-ins at once: try again in a moment", "auth.busy");
  }
  auto done = action();
  gate.leave();
  return done;
}

}  // namespace

Result<void> check_password_rules(std::string_view password, std::string_view user_name) {
  if (password.size() > kMaxPassword) return unfit(fmt::format("the password is longer than {} bytes", kMaxPassword));
  auto count = count_code_points(password);
  if (!count) return unfit("the password is not valid UTF-8");
  if (*count < kMinPassword) return unfit(fmt::format("the password needs at least {} characters", kMinPassword));
  auto plain = folded(password);
  if (plain == folded(user_name)) return unfit("the password must not be the user name");
  bool one_character = plain.find_first_not_of(plain[0]) == std::string::npos;
  if (one_character || std::find(kCommonest.begin(), kCommonest.end(), plain) != kCommonest.end()) {
    return unfit("this is one of the passwords that are tried first: choose another");
  }
  return {};
}

Result<std::string> hash_password(std::string_view password) {
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  auto done = through_gate([&] {
    return crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE);
  });
  VIGIL_TRY(done);
  if (*done != 0)
    return make_error(ErrorKind::Unavailable, "not enough memory to hash a password: try again", "auth.busy");
  hash.resize(hash.find('\0'));
  return hash;
}

Result<bool> verify_password(std::string_view password, std::string_view hash) {
  std::string stored(hash.empty() ? kNobody : hash);
  // What is too long to be anybody's password is not hashed at all: that tells nothing about a user.
  if (password.size() > kMaxPassword || stored.size() >= crypto_pwhash_STRBYTES) return false;
  auto done = through_gate([&] { return crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()); });
  VIGIL_TRY(done);
  return *done == 0 && !hash.empty();
}

}  // namespace vigil::api
