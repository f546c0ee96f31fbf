// The redactor: nothing crashes, and a secret in the places that it knows never comes through, whatever the secret is.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/log.h"
#include "base/redact.h"
#include "base/url.h"

namespace {

void expect(std::string_view text, std::string_view wanted) {
  auto got = vigil::redact(text);
  if (got == wanted) return;
  std::fprintf(stderr, "redact(%.*s)\n  gave   %s\n  wanted %.*s\n", static_cast<int>(text.size()), text.data(),
               got.c_str(), static_cast<int>(wanted.size()), wanted.data());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  std::string text(reinterpret_cast<const char*>(data), size);
  redact(text);
  for (auto format : {log::Format::Text, log::Format::Json}) {
    for (char c : log::render(format, log::Level::Info, "T", text, {{"field", text}})) {
      if (c < ' ' || c > '~') std::abort();  // one line, printable, whatever came in
    }
  }

  std::string word;
  for (char c : text) {
    if (static_cast<unsigned char>(c) > ' ') word.push_back(c);
  }
  if (word.empty()) return 0;
  expect("rtsp://user:" + word + "@host/", "rtsp://***@host/");
  expect("open rtsp://:" + percent_encode(text) + "@host/ failed", "open rtsp://***@host/ failed");
  expect("/a?token=" + percent_encode(text) + "&x=1", "/a?token=***&x=1");
  expect("Authorization: " + word + "\r\nX: y", "Authorization: ***\r\nX: y");
  expect(to_text({{"a", 1}, {"password", text}, {"x", 1}}), R"({"a":1,"password":"***","x":1})");
  return 0;
}
