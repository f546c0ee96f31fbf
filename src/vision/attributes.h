#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/frame.h"
#include "model/box.h"
#include "model/observation.h"
#include "vision/picture_model.h"

// What can be said about somebody or something besides its class. Guesses, told as such: with a confidence, and as
// "unknown" where it is low. About persons only where the camera's settings ask for it (AnalysisSettings::attributes).

namespace vigil::vision {

// Not thread-safe; one for each thread that uses it.
class AttributeReader {
 public:
  virtual ~AttributeReader() = default;
  // What this one picture says; nothing where too little can be seen.
  virtual Result<std::vector<model::Attribute>> read(const media::Frame& frame, const model::Box& box) = 0;
  virtual const std::string& name() const = 0;
};

// Clothing, bags and gender of a person as a whole, from a model with eight shares (is_male, has_bag, has_backpack,
// has_hat, has_longsleeves, has_longpants, has_longhair, has_coat_jacket), as Open Model Zoo's person-attributes have.
Result<std::unique_ptr<AttributeReader>> make_person_attributes(PictureModelPtr model);

// Gender and age from a face that is found within a person's box: a face finder (YuNet's prior boxes) and a model with
// a share for each gender and an age. Faces of fewer than 40 pixels say nothing.
Result<std::unique_ptr<AttributeReader>> make_face_attributes(PictureModelPtr faces, PictureModelPtr age_gender);

// Colour words of a person's clothing ("upper_colour", "lower_colour") or of a vehicle ("colour"), from the picture
// alone. Nothing from a gray picture.
std::vector<model::Attribute> colours(const media::Frame& frame, const model::Box& box, std::string_view label);

// "vehicle_type" of a vehicle's class: car, truck, bus, motorcycle, bicycle, …; nothing for other classes.
std::optional<model::Attribute> vehicle_type(std::string_view label, float confidence);

// What all pictures of one track say together: for each attribute the value with the largest share of the confidence.
// Not thread-safe.
class AttributeVote {
 public:
  // A value must have this share of what was said, and this confidence on average; else it is "unknown".
  explicit AttributeVote(float least_share = 0.6F, float least_confidence = 0.6F)
      : least_share_(least_share), least_confidence_(least_confidence) {}

  void add(const std::vector<model::Attribute>& said);
  std::vector<model::Attribute> result() const;  // by name; "unknown" where nothing is sure enough

  static constexpr std::size_t kMaxNames = 32, kMaxValues = 32;

 private:
  struct Said {
    double sum = 0;
    std::size_t count = 0;
    std::string model;
  };
  float least_share_, least_confidence_;
  std::map<std::string, std::map<std::string, Said>> said_;
};

}  // namespace vigil::vision
