#include "sandbox/reading.h"

#include "base/utf8.h"

namespace vigil::sandbox {

Error nonsense(const char* what) {
  return make_error(ErrorKind::DataLoss, std::string("the other side sends nonsense: ") + what);
}

void put_shown(Writer& out, std::string text, std::size_t most) {
  if (text.size() > most) text.resize(most);
  const bool valid = count_code_points(text).has_value();
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f || (!valid && byte >= 0x80)) c = '?';
  }
  out.text(text);
}

std::string shown_text(Reader& in, std::size_t most) {
  auto text = in.text(most);
  if (!count_code_points(text)) in.spoil();
  for (const unsigned char c : text) {
    if (c < ' ' || c == 0x7f) in.spoil();
  }
  return text;
}

}  // namespace vigil::sandbox
