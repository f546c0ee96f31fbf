#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "vision/onnx/layout.h"

// Which layout outputs of these shapes are; called by recognise().

namespace vigil::vision::onnx {

using Shape = std::vector<std::int64_t>;

// What the recognisers look at.
struct Seen {
  const Session& session;
  const Outputs& outputs;
  Canvas canvas;
  std::size_t labels;  // 0: not known
  std::vector<Shape> shapes;

  // By what the file says: what suppresses by itself may have found nothing in a gray picture.
  bool floats(std::size_t i) const { return session.outputs()[i].element == Element::Float; }
  bool integers(std::size_t i) const {
    const auto element = session.outputs()[i].element;
    return element == Element::Int64 || element == Element::Int32;
  }
  // Of instance masks: an output [1, count, height, width] that is the tensor in small.
  MaskPlan prototypes() const;
};

using Found = std::optional<Plan>;

// Lists that a model has made itself (list_layouts.cpp).
Found as_ssd(const Seen& seen);
Found as_ssd_parts(const Seen& seen);
Found as_detr(const Seen& seen);
Found as_joined_detr(const Seen& seen);
Found as_detr_decoded(const Seen& seen);
Found as_rows(const Seen& seen);

}  // namespace vigil::vision::onnx
