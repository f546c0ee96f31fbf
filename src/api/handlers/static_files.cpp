#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "api/handlers/context.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kMaxFile = 32u << 20;

const char* known_type(const std::string& name) {
  static const std::map<std::string, const char*> types = {{".html", "text/html; charset=utf-8"},
                                                           {".js", "text/javascript; charset=utf-8"},
                                                           {".css", "text/css; charset=utf-8"},
                                                           {".json", "application/json"},
                                                           {".svg", "image/svg+xml"},
                                                           {".png", "image/png"},
                                                           {".jpg", "image/jpeg"},
                                                           {".webp", "image/webp"},
                                                           {".ico", "image/x-icon"},
                                                           {".woff2", "font/woff2"},
                                                           {".txt", "text/plain; charset=utf-8"},
                                                           {".webmanifest", "application/manifest+json"},
                                                           {".wasm", "application/wasm"},
                                                           {".map", "application/json"}};
  auto found = types.find(fs::path(name).extension().string());
  return found == types.end() ? nullptr : found->second;
}

// Only names that the build makes: nothing hidden, no way out of the folder.
bool is_plain(const std::string& segment) {
  return !segment.empty() && segment[0] != '.' && segment.size() <= 200 &&
         segment.find_first_of("\\:") == std::string::npos;
}

bool is_file(const fs::path& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

Response serve(const fs::path& file, const Request& request, bool immutable) {
  struct stat found {};
  std::ifstream in(file, std::ios::binary);
  if (::stat(file.c_str(), &found) != 0 || !in || static_cast<std::uintmax_t>(found.st_size) > kMaxFile) {
    return problem(503, "page.unreadable", "A file of the page cannot be read.");
  }
  Response response;
  const auto etag =
      fmt::format("\"{:x}-{:x}\"", found.st_size, found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1000000);
  response.headers.add("ETag", etag);
  // The build puts a hash into the names under /assets; everything else is asked for anew.
  response.headers.add("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.headers.get("If-None-Match") == etag) {
    response.status = 304;
    return response;
  }
  const char* type = known_type(file.filename().string());
  response.headers.add("Content-Type", type != nullptr ? type : "application/octet-stream");
  response.body.resize(static_cast<std::size_t>(found.st_size));
  in.read(response.body.data(), found.st_size);
  response.body.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  return response;
}

}  // namespace

Handler make_file_handler(std::string root) {
  return [folder = fs::path(std::move(root))](const Request& request) {
    const auto nothing = [] { return problem(404, "not_found", "There is nothing at this path."); };
    const auto segments = split_path(request.path);
    if (!segments) return nothing();
    fs::path file = folder;
    for (const auto& segment : *segments) {
      if (segment.empty() && segments->size() == 1) break;  // "/"
      if (!is_plain(segment)) return nothing();
      file /= segment;
    }
    if (is_file(file)) return serve(file, request, request.path.starts_with("/assets/"));
    // A missing script must not be answered with a page: the browser would cache it.
    const bool asset = request.path.starts_with("/assets/") || known_type(request.path) != nullptr;
    const auto index = folder / "index.html";
    return !asset && is_file(index) ? serve(index, request, false) : nothing();
  };
}

}  // namespace vigil::api
