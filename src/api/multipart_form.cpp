#include "api/multipart_form.h"

#include <algorithm>
#include <optional>

#include "api/message.h"

namespace vigil::api {
namespace {

Error bad(const std::string& message) {
  return make_error(ErrorKind::MalformedRequest, "multipart form: " + message, "form.malformed");
}

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) ||
                  std::string_view("'()+_,-./:=? ").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

// A parameter's value, quoted or not; browsers escape quotes as %22, curl with a backslash.
std::optional<std::string> take_value(std::string_view& text) {
  std::string out;
  if (!text.starts_with('"')) {
    auto end = std::min(text.find(';'), text.size());
    out = std::string(text.substr(0, end));
    text.remove_prefix(end);
    while (out.ends_with(' ')) out.pop_back();
    return out;
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    out += text[i];
  }
  return std::nullopt;
}

Result<void> parse_disposition(std::string_view text, FormPart& part) {
  auto end = std::min(text.find(';'), text.size());
  if (!equals_ignoring_case(text.substr(0, end), "form-data")) return bad("Content-Disposition is not form-data");
  text.remove_prefix(end);
  while (text.starts_with(';')) {
    text.remove_prefix(1);
    skip_blanks(text);
    auto equals = text.find('=');
    if (equals == std::string_view::npos) return bad("a parameter of Content-Disposition has no value");
    auto key = text.substr(0, equals);
    text.remove_prefix(equals + 1);
    auto value = take_value(text);
    if (!value) return bad("a quoted text has no end");
    if (equals_ignoring_case(key, "name")) {
      part.name = std::move(*value);
    } else if (equals_ignoring_case(key, "filename")) {
      part.filename = std::move(*value);
    }
    skip_blanks(text);
  }
  return text.empty() ? Result<void>() : bad("Content-Disposition is malformed");
}

// The header fields of a part; `text` goes on with its contents.
Result<void> parse_part_header(std::string_view& text, FormPart& part) {
  bool named = false;
  std::size_t used = 0;
  for (;;) {
    auto end = text.substr(0, kMaxPartHeader + 2).find("\r\n");
    if (end == std::string_view::npos) return bad("the header of a part has no end");
    auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.empty()) break;
    if ((used += line.size()) > kMaxPartHeader) return bad("the header of a part is too large");
    auto colon = line.find(':');
    if (colon == std::string_view::npos) return bad("a header line of a part has no colon");
    auto value = line.substr(colon + 1);
    skip_blanks(value);
    if (equals_ignoring_case(line.substr(0, colon), "Content-Disposition")) {
      if (named) return bad("a part has two Content-Disposition");
      VIGIL_TRY(parse_disposition(value, part));
      named = true;
    } else if (equals_ignoring_case(line.substr(0, colon), "Content-Type")) {
      part.content_type = std::string(value);
    } else if (equals_ignoring_case(line.substr(0, colon), "Content-Transfer-Encoding") &&
               !equals_ignoring_case(value, "binary") && !equals_ignoring_case(value, "8bit") &&
               !equals_ignoring_case(value, "7bit")) {
      return bad("Content-Transfer-Encoding is not taken");
    }
  }
  return part.name.empty() ? bad("a part has no name") : Result<void>();
}

}  // namespace

Result<std::vector<FormPart>> parse_multipart_form(std::string_view body, std::string_view boundary) {
  if (!is_boundary(boundary)) return bad("the boundary is missing or malformed");
  const std::string delimiter = "\r\n--" + std::string(boundary);
  const auto opening = std::string_view(delimiter).substr(2);
  // A preamble is allowed by the standard and sent by nobody: the body must begin with the boundary.
  if (!body.starts_with(opening)) return bad("the body does not begin with the boundary");
  body.remove_prefix(opening.size());
  std::vector<FormPart> parts;
  while (!body.starts_with("--")) {
    skip_blanks(body);
    if (!body.starts_with("\r\n")) return bad("a boundary is not at the end of its line");
    body.remove_prefix(2);
    if (parts.size() >= kMaxFormParts) return bad("too many parts");
    FormPart part;
    VIGIL_TRY(parse_part_header(body, part));
    // An empty part's delimiter may follow its header at once.
    auto end = body.starts_with(opening) ? 0 : body.find(delimiter);
    if (end == std::string_view::npos) return bad("a part has no end");
    const bool empty_at_once = end == 0 && body.starts_with(opening);
    part.data = body.substr(0, end);
    body.remove_prefix(empty_at_once ? opening.size() : end + delimiter.size());
    if (std::any_of(parts.begin(), parts.end(), [&](const auto& other) { return other.name == part.name; })) {
      return bad("two parts have the same name");
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace vigil::api
