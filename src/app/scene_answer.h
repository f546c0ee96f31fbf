#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

// What is asked of an OpenAI-compatible vision endpoint, and what it answers (the API's "chat completions").

namespace vigil::app {

inline constexpr std::size_t kMaxSceneAnswer = 256u << 10;  // bytes
inline constexpr std::size_t kMaxDescription = 1000;        // bytes

// The body of a request: the picture, and that it be described in two or three sentences.
std::string scene_question(const std::string& model, std::string_view jpeg);

// The words of an answer: of the first choice, control characters and runs of blanks made one blank, cut between words
// to kMaxDescription. MalformedRequest: no JSON, larger than kMaxSceneAnswer, or no words in it.
Result<std::string> read_scene_answer(std::string_view body);

}  // namespace vigil::app
