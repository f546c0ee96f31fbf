#include "app/reid_config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "app/value.h"

namespace vigil::app {
namespace {

constexpr std::size_t kMaxLinks = 1000, kMaxCamera = 200, kMaxName = 64;

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c != ' ' && c != '\t') {
      out.back().push_back(c);
    } else if (!out.back().empty()) {
      out.emplace_back();
    }
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

bool is_camera(const std::string& text) {
  return text.size() <= kMaxCamera && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
         });
}

Result<vision::CameraLink> parse_link(const std::string& text) {
  auto wrong = [&](const std::string& why) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("{}; expected two cameras, the least and the most time between them, such as \"gate "
                                  "yard 5s 2m\"",
                                  why),
                      "configuration.value");
  };
  const auto words = words_of(text);
  if (words.size() != 4) return wrong(fmt::format("a link has {} words", words.size()));
  if (!is_camera(words[0]) || !is_camera(words[1])) return wrong("a link names what can be no camera");
  if (words[0] == words[1]) {
    return wrong("a link leads to where it begins (for one camera there is reid.same_camera_window)");
  }
  const auto least = parse_duration(words[2]), most = parse_duration(words[3]);
  if (!least) return wrong("the least time: " + least.error().message);
  if (!most) return wrong("the most time: " + most.error().message);
  if (*least > *most) return wrong("the least time is more than the most");
  if (*most > std::chrono::hours(24 * 7)) return wrong("the most time is more than 7 days");
  return vision::CameraLink{words[0], words[1], *least, *most};
}

}  // namespace

Result<std::vector<vision::CameraLink>> parse_links(const std::vector<std::string>& entries) {
  if (entries.size() > kMaxLinks) {
    return make_error(ErrorKind::InvalidArgument, fmt::format("at most {} links", kMaxLinks), "configuration.value");
  }
  std::vector<vision::CameraLink> out;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto link = parse_link(entries[i]);
    if (!link) {
      return make_error(ErrorKind::InvalidArgument, fmt::format("entry {}: {}", i + 1, link.error().message),
                        "configuration.value");
    }
    out.push_back(std::move(*link));
  }
  return out;
}

vision::GalleryConfig gallery_config(const Settings& settings) {
  vision::GalleryConfig out;
  out.same_camera = static_cast<float>(settings.reid_same_camera);
  out.other_camera = static_cast<float>(settings.reid_other_camera);
  out.margin = static_cast<float>(settings.reid_margin);
  out.same_camera_window = settings.reid_same_camera_window;
  out.other_camera_window = settings.reid_other_camera_window;
  if (auto links = parse_links(settings.reid_links)) out.links = std::move(*links);
  return out;
}

std::string server_name(const Settings& settings) {
  std::array<char, 256> buffer{};
  std::string name = settings.reid_name;
  if (name.empty() && ::gethostname(buffer.data(), buffer.size() - 1) == 0) name = buffer.data();
  std::string out;
  for (const unsigned char c : name.substr(0, kMaxName)) {
    out.push_back(std::isalnum(c) != 0 || c == '_' || c == '-' ? static_cast<char>(c) : '-');
  }
  return out.empty() ? "vigil" : out;
}

}  // namespace vigil::app
