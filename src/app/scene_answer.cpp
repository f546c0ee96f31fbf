#include "app/scene_answer.h"

#include <sodium.h>

#include "base/json.h"

namespace vigil::app {
namespace {

constexpr const char* kPrompt =
    "Describe what this picture of a surveillance camera shows, in two or three plain sentences: the place, the light, "
    "how many people and vehicles there are, and what they do. Do not guess who anybody is. No lists, no headings.";
constexpr int kMaxTokens = 200;

std::string base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // its zero
  return out;
}

// A text, or a list of parts of which some are texts.
std::string words_of(const Json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string out;
  if (!content.is_array()) return out;
  for (const auto& part : content) {
    if (!part.is_object()) continue;
    const auto text = part.find("text");
    if (text != part.end() && text->is_string()) out += text->get<std::string>() + " ";
  }
  return out;
}

std::string cleaned(const std::string& text) {
  std::string out;
  for (const unsigned char c : text) {
    const bool blank = c <= ' ' || c == 0x7f;
    if (!blank) {
      out.push_back(static_cast<char>(c));
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (out.size() > kMaxDescription) {
    auto end = out.rfind(' ', kMaxDescription);
    if (end == std::string::npos || end == 0) {
      end = kMaxDescription;
      while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
    }
    out.resize(end);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

Error malformed(const char* why) {
  return make_error(ErrorKind::MalformedRequest, why, "scene.answer");
}

}  // namespace

std::string scene_question(const std::string& model, std::string_view jpeg) {
  const Json content = {{{"type", "text"}, {"text", kPrompt}},
                        {{"type", "image_url"}, {"image_url", {{"url", "data:image/jpeg;base64," + base64(jpeg)}}}}};
  return to_text(Json{{"model", model},
                      {"max_tokens", kMaxTokens},
                      {"messages", Json::array({Json{{"role", "user"}, {"content", content}}})}});
}

Result<std::string> read_scene_answer(std::string_view body) {
  const auto json = parse_json(body, {.max_bytes = kMaxSceneAnswer, .max_depth = 32});
  if (!json || !json->is_object()) return malformed("the endpoint's answer is no JSON object");
  const auto choices = json->find("choices");
  if (choices == json->end() || !choices->is_array() || choices->empty() || !choices->front().is_object()) {
    return malformed("the endpoint's answer has no choices");
  }
  const auto message = choices->front().find("message");
  if (message == choices->front().end() || !message->is_object()) {
    return malformed("the endpoint's answer has no message");
  }
  const auto content = message->find("content");
  auto words = content == message->end() ? "" : cleaned(words_of(*content));
  if (words.empty()) return malformed("the endpoint's answer has no words");
  return words;
}

}  // namespace vigil::app
