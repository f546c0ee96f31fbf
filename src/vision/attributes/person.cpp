#include <array>
#include <utility>

#include "vision/attributes.h"
#include "vision/onnx/picture_model.h"

namespace vigil::vision {
namespace {

constexpr float kLeastWidth = 28, kLeastHeight = 64;

struct Question {
  const char* name;
  const char* yes;
  const char* no;
};
constexpr std::array kQuestions = {Question{"gender", "male", "female"}, Question{"bag", "yes", "no"},
                                   Question{"backpack", "yes", "no"},    Question{"hat", "yes", "no"},
                                   Question{"sleeves", "long", "short"}, Question{"trousers", "long", "short"},
                                   Question{"hair", "long", "short"},    Question{"coat", "yes", "no"}};

class PersonAttributes final : public AttributeReader {
 public:
  explicit PersonAttributes(PictureModelPtr model)
      : model_(std::move(model)), name_(model_->card().id()), preprocessor_(model_->preprocessor()) {}

  Result<std::vector<model::Attribute>> read(const media::Frame& frame, const model::Box& box) override {
    std::vector<model::Attribute> out;
    const auto seen = model::clip(box, frame.width, frame.height);
    if (seen.width < kLeastWidth || seen.height < kLeastHeight || seen.area() < 0.8F * box.area()) return out;
    preprocessor_.prepare(frame, {static_cast<int>(seen.x), static_cast<int>(seen.y), static_cast<int>(seen.width),
                                  static_cast<int>(seen.height)});
    VIGIL_ASSIGN(auto outputs, model_->run(preprocessor_.tensor()));
    const auto shares = outputs.floats(0);
    for (std::size_t i = 0; i < kQuestions.size() && i < shares.size(); ++i) {
      const float yes = shares[i];
      if (!(yes >= 0 && yes <= 1)) continue;
      out.push_back(
          {kQuestions[i].name, yes >= 0.5F ? kQuestions[i].yes : kQuestions[i].no, yes >= 0.5F ? yes : 1 - yes, name_});
    }
    return out;
  }
  const std::string& name() const override { return name_; }

 private:
  PictureModelPtr model_;
  std::string name_;
  Preprocessor preprocessor_;
};

}  // namespace

Result<std::unique_ptr<AttributeReader>> make_person_attributes(PictureModelPtr model) {
  const auto& shapes = model->output_shapes();
  const bool fits = !shapes.empty() && shapes[0].size() >= 2 && shapes[0][1] == static_cast<int>(kQuestions.size());
  if (model->card().task != Task::PersonAttributes || !fits) return model->unsuitable("a first output [1,8]");
  return std::unique_ptr<AttributeReader>(std::make_unique<PersonAttributes>(std::move(model)));
}

}  // namespace vigil::vision
