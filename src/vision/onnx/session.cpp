#include "vision/onnx/session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <numeric>
#include <type_traits>

#include "vision/onnx/runtime.h"

namespace vigil::vision::onnx {
namespace {

constexpr std::size_t kMaxOutputValues = 256u << 20;

Element element_of(ONNXTensorElementDataType type) {
  switch (type) {
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT:
      return Element::Float;
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64:
      return Element::Int64;
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32:
      return Element::Int32;
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8:
      return Element::UInt8;
    default:
      return Element::Other;
  }
}

const std::map<std::string, std::string>& provider_names() {
  static const std::map<std::string, std::string> names = {{"cpu", "CPUExecutionProvider"},
                                                           {"cuda", "CUDAExecutionProvider"},
                                                           {"openvino", "OpenVINOExecutionProvider"},
                                                           {"tensorrt", "TensorrtExecutionProvider"}};
  return names;
}

std::vector<std::string> present_devices() {
  auto present = Ort::GetAvailableProviders();
  std::vector<std::string> out;
  for (const auto& [name, provider] : provider_names()) {
    if (std::find(present.begin(), present.end(), provider) != present.end()) out.push_back(name);
  }
  return out;
}

// "cuda:1" → "cuda", 1.
Result<std::pair<std::string, int>> take_apart(const std::string& device) {
  auto colon = device.find(':');
  auto name = device.substr(0, colon);
  int number = 0;
  bool good = true;
  if (colon != std::string::npos) {
    const auto* end = device.data() + device.size();
    auto parsed = std::from_chars(device.data() + colon + 1, end, number);
    good = name != "cpu" && parsed.ec == std::errc() && parsed.ptr == end && number >= 0 && number < 64;
  }
  auto present = present_devices();
  if (!good || std::find(present.begin(), present.end(), name) == present.end()) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("there is no device {}; this ONNX Runtime has {}", device, fmt::join(present, ", ")));
  }
  return std::pair(name, number);
}

void add_provider(Ort::SessionOptions& options, const std::string& name, int number) {
  if (name == "cuda" || name == "tensorrt") {
    if (name == "tensorrt") {
      OrtTensorRTProviderOptions tensorrt{};
      tensorrt.device_id = number;
      tensorrt.trt_max_workspace_size = 1u << 30;
      tensorrt.trt_max_partition_iterations = 1000;
      tensorrt.trt_min_subgraph_size = 1;
      options.AppendExecutionProvider_TensorRT(tensorrt);
    }
    OrtCUDAProviderOptions cuda;
    cuda.device_id = number;
    options.AppendExecutionProvider_CUDA(cuda);  // also what TensorRT leaves over
  } else if (name == "openvino") {
    options.AppendExecutionProvider_OpenVINO_V2({{"device_type", "AUTO"}});
  }
}

Ort::SessionOptions session_options(const std::string& name, int number) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  options.AddConfigEntry("session.intra_op.allow_spinning", "0");
  options.AddConfigEntry("session.inter_op.allow_spinning", "0");
  options.AddConfigEntry("session.use_env_allocators", "1");
  add_provider(options, name, number);
  return options;
}

Port port_of(std::string name, const Ort::TypeInfo& type) {
  Port out{std::move(name), {}, Element::Other};
  if (type.GetONNXType() == ONNX_TYPE_TENSOR) {
    auto info = type.GetTensorTypeAndShapeInfo();
    out.shape = info.GetShape();
    out.element = element_of(info.GetElementType());
  }
  return out;
}

Ort::Value tensor_of(const Ort::MemoryInfo& memory, const Input& input) {
  return std::visit(
      [&](auto values) {
        using Value = std::remove_const_t<typename decltype(values)::element_type>;
        return Ort::Value::CreateTensor<Value>(memory, const_cast<Value*>(values.data()), values.size(),
                                               input.shape.data(), input.shape.size());
      },
      input.data);
}

}  // namespace

const char* to_string(Element element) {
  switch (element) {
    case Element::Float:
      return "float";
    case Element::Int64:
      return "int64";
    case Element::Int32:
      return "int32";
    case Element::UInt8:
      return "uint8";
    case Element::Other:
      return "other";
  }
  return "other";
}

std::string describe(std::span<const Port> ports) {
  std::string out;
  for (const auto& port : ports) {
    if (out.size() > 600) return out + ", …";
    out += fmt::format("{}{} {} [{}]", out.empty() ? "" : ", ", port.name.substr(0, 60), to_string(port.element),
                       fmt::join(port.shape, ","));
  }
  return out;
}

struct Outputs::State {
  struct One {
    std::vector<std::int64_t> shape;
    std::span<const float> floats;
    std::span<const std::int64_t> integers;
  };
  std::vector<Ort::Value> values;
  std::vector<One> all;
  std::vector<std::vector<std::int64_t>> widened;
  std::shared_ptr<const State> whole;  // of which this is a part
};

Outputs::Outputs(std::unique_ptr<State> state) : state_(std::move(state)) {}
Outputs::~Outputs() = default;
Outputs::Outputs(Outputs&&) noexcept = default;
Outputs& Outputs::operator=(Outputs&&) noexcept = default;

std::size_t Outputs::size() const {
  return state_->all.size();
}
const std::vector<std::int64_t>& Outputs::shape(std::size_t index) const {
  return state_->all[index].shape;
}
std::span<const float> Outputs::floats(std::size_t index) const {
  return state_->all[index].floats;
}
std::span<const std::int64_t> Outputs::integers(std::size_t index) const {
  return state_->all[index].integers;
}

Result<std::vector<Outputs>> split(Outputs whole, std::size_t pictures) {
  const auto state = std::shared_ptr<const Outputs::State>(std::move(whole.state_));
  std::vector<Outputs> out;
  for (std::size_t picture = 0; picture < pictures; ++picture) {
    auto part = std::make_unique<Outputs::State>();
    for (const auto& all : state->all) {
      if (all.shape.empty() || all.shape[0] != static_cast<std::int64_t>(pictures)) {
        return make_error(ErrorKind::InvalidArgument,
                          fmt::format("the model gives [{}] for {} pictures", fmt::join(all.shape, ","), pictures));
      }
      auto own = [&](auto values) {
        const auto count = values.size() / pictures;
        return values.subspan(picture * count, count);
      };
      part->all.push_back({all.shape, own(all.floats), own(all.integers)});
      part->all.back().shape[0] = 1;
    }
    part->whole = state;
    out.emplace_back(std::move(part));
  }
  return out;
}

Result<std::vector<std::string>> devices() {
  VIGIL_ASSIGN([[maybe_unused]] auto* env, runtime());
  try {
    return present_devices();
  } catch (const std::exception& error) {
    return make_error(ErrorKind::Internal, "ONNX Runtime: " + reason(error));
  }
}

struct Session::State {
  std::unique_ptr<Ort::Session> session;
  Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeDefault);
  std::vector<Port> inputs, outputs;
  std::vector<const char*> input_names, output_names;
  std::string device;
};

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;

const std::vector<Port>& Session::inputs() const {
  return state_->inputs;
}
const std::vector<Port>& Session::outputs() const {
  return state_->outputs;
}
const std::string& Session::device() const {
  return state_->device;
}

Result<std::shared_ptr<const Session>> Session::load(std::string_view model, const std::string& device) {
  if (model.size() > kMaxModelBytes) {
    return make_error(ErrorKind::PayloadTooLarge, fmt::format("the model has more than {} MiB", kMaxModelBytes >> 20));
  }
  VIGIL_ASSIGN(auto* env, runtime());
  try {
    VIGIL_ASSIGN(auto where, take_apart(device));
    auto options = session_options(where.first, where.second);
    auto state = std::make_unique<State>();
    state->device = device;
    state->session = std::make_unique<Ort::Session>(*env, model.data(), model.size(), options);
    Ort::AllocatorWithDefaultOptions allocator;
    auto& session = *state->session;
    for (std::size_t i = 0; i < session.GetInputCount(); ++i)
      state->inputs.push_back(port_of(session.GetInputNameAllocated(i, allocator).get(), session.GetInputTypeInfo(i)));
    for (std::size_t i = 0; i < session.GetOutputCount(); ++i)
      state->outputs.push_back(
          port_of(session.GetOutputNameAllocated(i, allocator).get(), session.GetOutputTypeInfo(i)));
    for (const auto& port : state->inputs) state->input_names.push_back(port.name.c_str());
    for (const auto& port : state->outputs) state->output_names.push_back(port.name.c_str());
    return std::shared_ptr<const Session>(new Session(std::move(state)));
  } catch (const std::exception& error) {
    return make_error(ErrorKind::InvalidArgument, "ONNX Runtime does not take the model: " + reason(error));
  }
}

Result<Outputs> Session::run(std::span<const Input> inputs) const {
  if (inputs.size() != state_->inputs.size())
    return make_error(ErrorKind::InvalidArgument, "the model takes another number of inputs");
  try {
    std::vector<Ort::Value> values;
    for (const auto& input : inputs) values.push_back(tensor_of(state_->memory, input));
    auto out = std::make_unique<Outputs::State>();
    out->values = state_->session->Run(Ort::RunOptions(nullptr), state_->input_names.data(), values.data(),
                                       values.size(), state_->output_names.data(), state_->output_names.size());
    for (auto& value : out->values) {
      Outputs::State::One one;
      if (value.IsTensor()) {
        auto info = value.GetTensorTypeAndShapeInfo();
        auto count = info.GetElementCount();
        if (count > kMaxOutputValues) return make_error(ErrorKind::InvalidArgument, "the model gives too much");
        one.shape = info.GetShape();
        auto element = element_of(info.GetElementType());
        if (element == Element::Float) one.floats = {value.GetTensorData<float>(), count};
        if (element == Element::Int64) one.integers = {value.GetTensorData<std::int64_t>(), count};
        if (element == Element::Int32) {
          const auto* from = value.GetTensorData<std::int32_t>();
          one.integers = out->widened.emplace_back(from, from + count);
        }
      }
      out->all.push_back(std::move(one));
    }
    return Outputs(std::move(out));
  } catch (const std::exception& error) {
    return make_error(ErrorKind::InvalidArgument, "the model fails: " + reason(error));
  }
}

}  // namespace vigil::vision::onnx
