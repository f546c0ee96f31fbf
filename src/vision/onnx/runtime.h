#pragma once

#include <onnxruntime_cxx_api.h>

#include <string>
#include <vector>

#include "base/result.h"

// The library itself, opened when it is first needed. Private to this folder: it shows ONNX Runtime's own header.

namespace vigil::vision::onnx {

// Opened once for the process and never closed. Thread-safe. Unavailable, with what to do, when there is none or an old
// one; asked again, it looks again.
Result<Ort::Env*> runtime();

// What an exception of the library means, in one line.
std::string reason(const std::exception& error);

}  // namespace vigil::vision::onnx
