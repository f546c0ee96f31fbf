#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

// A model inside ONNX Runtime. The only place that sees its interface: exceptions end here.

namespace vigil::vision::onnx {

enum class Element { Float, Int64, Int32, UInt8, Other };
const char* to_string(Element element);

struct Port {
  std::string name;
  std::vector<std::int64_t> shape;  // -1: not fixed
  Element element = Element::Other;
};

// "images float [1,3,416,416], …"
std::string describe(std::span<const Port> ports);

// One input of a run; the data are only read, and only during the run.
struct Input {
  std::vector<std::int64_t> shape;
  std::variant<std::span<const float>, std::span<const std::uint8_t>, std::span<const std::int64_t>> data;
};

// What a run gave, in the order of Session::outputs(). The memory is ONNX Runtime's and lives as long as this does.
class Outputs {
 public:
  struct State;
  explicit Outputs(std::unique_ptr<State> state);  // by Session and split() only
  ~Outputs();
  Outputs(Outputs&&) noexcept;
  Outputs& operator=(Outputs&&) noexcept;

  std::size_t size() const;
  const std::vector<std::int64_t>& shape(std::size_t index) const;
  std::span<const float> floats(std::size_t index) const;           // empty when it is of another type
  std::span<const std::int64_t> integers(std::size_t index) const;  // the same; 32 bits are widened

 private:
  friend Result<std::vector<Outputs>> split(Outputs whole, std::size_t pictures);
  std::unique_ptr<State> state_;
};

// What a run of several pictures gave, for each of them alone, as if it had been run alone: the memory is shared.
// InvalidArgument: an output does not have that many parts along its first side.
Result<std::vector<Outputs>> split(Outputs whole, std::size_t pictures);

constexpr std::size_t kMaxModelBytes = 512u << 20;

// Names of the devices that the library on this machine has: "cpu", and "cuda", "tensorrt", "openvino". Unavailable
// when there is no library.
Result<std::vector<std::string>> devices();

// Immutable and thread-safe: run() is called from as many threads as there are; each call computes on the thread that
// calls. Nothing spins.
class Session {
 public:
  // `model`: the bytes of an ONNX file, read only here. `device`: one of devices(), with ":N" for the N-th graphics
  // card. InvalidArgument: no model, one that this library does not know how to run, a device that is not there (the
  // message names those that are). Unavailable: there is no ONNX Runtime. Custom operators are not taken.
  static Result<std::shared_ptr<const Session>> load(std::string_view model, const std::string& device);
  ~Session();

  const std::vector<Port>& inputs() const;
  const std::vector<Port>& outputs() const;
  const std::string& device() const;

  // One Input for each of inputs(). InvalidArgument: the model does not take that shape.
  Result<Outputs> run(std::span<const Input> inputs) const;

 private:
  struct State;
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vigil::vision::onnx
