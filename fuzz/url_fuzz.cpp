// URLs: nothing crashes, what was read is written the same, credentials are never shown.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  std::string text(reinterpret_cast<const char*>(data), size);
  bool control = false;  // comes through as it is, but not encoded
  for (unsigned char c : text) control = control || c < 0x20 || c == 0x7f;
  auto decoded = percent_decode(text);
  if (decoded && !control && percent_decode(percent_encode(*decoded)) != *decoded) std::abort();

  auto url = parse_url(text);
  if (!url) return 0;
  auto shown = parse_url(url->without_credentials());
  if (!shown || !shown->user.empty() || !shown->password.empty()) std::abort();
  auto full = url->with_credentials();
  if (full.reveal().size() > 2048) return 0;  // encoding may lengthen it beyond what is read
  auto again = parse_url(full.reveal());
  if (!again || !(*again == *url)) std::abort();
  return 0;
}
