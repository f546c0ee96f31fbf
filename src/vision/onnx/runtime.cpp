#include "vision/onnx/runtime.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "base/sync.h"

namespace vigil::vision::onnx {
namespace {

// Found on the run path (beside the program), in LD_LIBRARY_PATH, or in the system: Debian's carries the minor version.
constexpr std::array kNames = {"libonnxruntime.so.1", "libonnxruntime.so.1.21", "libonnxruntime.so"};

// A model that wants more than this for its intermediate results fails instead of taking the machine down.
constexpr std::size_t kMaxArenaBytes = 2ull << 30;

void ORT_API_CALL to_log(void*, OrtLoggingLevel, const char*, const char*, const char* where, const char* message) {
  log::debug("onnxruntime", {{"where", where}, {"message", message}});
}

Result<const OrtApi*> open_library() {
  std::string why;
  for (const char* name : kNames) {
    void* library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      if (why.empty()) why = ::dlerror();
      continue;
    }
    auto base = reinterpret_cast<const OrtApiBase* (*)()>(::dlsym(library, "OrtGetApiBase"));
    if (base == nullptr) return make_error(ErrorKind::Unavailable, fmt::format("{} is no ONNX Runtime", name));
    if (const auto* api = base()->GetApi(ORT_API_VERSION)) return api;
    return make_error(ErrorKind::Unavailable, fmt::format("{} is ONNX Runtime {}, and 1.{} or newer is needed", name,
                                                          base()->GetVersionString(), ORT_API_VERSION));
  }
  return make_error(ErrorKind::Unavailable,
                    fmt::format("ONNX Runtime, which runs models, is not installed; put {} into lib/vigil beside the "
                                "program's folder, or where the system looks for libraries ({})",
                                kNames.front(), why));
}

Result<Ort::Env*> start() {
  VIGIL_ASSIGN(const auto* api, open_library());
  try {
    Ort::InitApi(api);
    auto env = std::make_unique<Ort::Env>(ORT_LOGGING_LEVEL_ERROR, "vigil", to_log, nullptr);
    env->DisableTelemetryEvents();
    Ort::ArenaCfg arena(kMaxArenaBytes, 1 /* as much as is asked for */, -1, -1);
    env->CreateAndRegisterAllocator(Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault), arena);
    return env.release();
  } catch (const std::exception& error) {
    return make_error(ErrorKind::Unavailable, "ONNX Runtime does not start: " + reason(error));
  }
}

}  // namespace

Result<Ort::Env*> runtime() {
  static Mutex mutex;
  static Ort::Env* env = nullptr;  // never destroyed: sessions may live in other static objects
  MutexLock lock(mutex);
  if (env != nullptr) return env;
  auto started = start();
  if (started) env = *started;
  return started;
}

std::string reason(const std::exception& error) {
  std::string text = error.what();
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return text.substr(0, 500);
}

}  // namespace vigil::vision::onnx
