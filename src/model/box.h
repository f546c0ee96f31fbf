#pragma once

namespace vigil::model {

// A rectangle in pixels of the source picture, from its top left corner; may reach beyond the picture's edges.
struct Box {
  float x = 0, y = 0, width = 0, height = 0;

  float right() const { return x + width; }
  float bottom() const { return y + height; }
  float area() const { return width * height; }
  bool operator==(const Box&) const = default;
};

// Intersection over union, 0..1; 0 for boxes without area.
float iou(const Box& a, const Box& b);

// The part inside a picture of that size; without area when there is none.
Box clip(const Box& box, int width, int height);

}  // namespace vigil::model
