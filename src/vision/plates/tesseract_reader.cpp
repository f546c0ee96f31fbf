#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "vision/plates.h"
#include "vision/plates/agree.h"
#include "vision/plates/glyphs.h"
#include "vision/plates/look.h"
#include "vision/plates/shape.h"
#include "vision/read_file.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kMaxData = 64u << 20;
// Heights of a character, in samples, that Tesseract's network likes: it errs differently with each.
constexpr double kUsualQuality = 3;  // of what was seen of a plate
constexpr float kSettled = 0.8F;     // how sure a character is that its shape had to decide
constexpr std::array kGlyphs = {30, 38};

std::string find_data(const std::string& folder) {
  std::vector<std::string> folders;
  if (!folder.empty()) folders.push_back(folder);
  if (folder.empty()) {
    folders = {"/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata"};
  }
  for (const auto& each : folders) {
    std::error_code error;
    const auto path = each + "/eng.traineddata";
    if (std::filesystem::is_regular_file(path, error)) return path;
  }
  return {};
}

class TesseractReader final : public PlateReader {
 public:
  ~TesseractReader() override { engine_.End(); }

  bool begin(const std::string& data) {
    const std::vector<std::string> names = {"load_system_dawg", "load_freq_dawg",     "load_punc_dawg",
                                            "load_number_dawg", "tessedit_do_invert", "debug_file"};
    const std::vector<std::string> values = {"0", "0", "0", "0", "0", "/dev/null"};
    if (engine_.Init(data.data(), static_cast<int>(data.size()), "eng", tesseract::OEM_LSTM_ONLY, nullptr, 0, &names,
                     &values, false, nullptr) != 0) {
      return false;
    }
    engine_.SetVariable("tessedit_char_whitelist", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    try_out();
    return true;
  }

  Result<PlateText> read(const media::Frame& frame, const PlateSpot& spot) override {
    const auto looks = plates::look_for_lines(frame, spot);
    std::vector<plates::Opinion> opinions;
    for (const auto& look : looks) {
      for (const int size : kGlyphs) opinions.push_back(read(look, size));
    }
    auto out = plates::agree(opinions);
    // Fewer characters of one size than plates have: rather something else with a stroke or two.
    if (!looks.empty()) out.confidence *= static_cast<float>(std::min(1.0, looks.front().quality / kUsualQuality));
    return out;
  }
  const std::string& name() const override { return name_; }

 private:
  // A few strokes, read without a resolution, which it complains about: what it sets up at first use, and the file for
  // its complaints, is there from now on. Later it may be too late (a sandbox without files).
  void try_out() {
    constexpr int kWidth = 160, kHeight = 40;
    std::vector<std::uint8_t> samples(std::size_t{kWidth} * kHeight, 255);
    for (int y = 8; y < 32; ++y) {
      for (int x = 20; x < 140; ++x) {
        if (x % 20 < 4) samples[static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x)] = 0;
      }
    }
    engine_.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
    engine_.SetImage(samples.data(), kWidth, kHeight, 1, kWidth);
    static_cast<void>(engine_.Recognize(nullptr));
    engine_.Clear();
  }

  PlateText recognise(const plates::Gray& line) {
    PlateText out;
    engine_.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
    engine_.SetImage(line.samples.data(), line.width, line.height, 1, line.width);
    engine_.SetSourceResolution(300);
    if (engine_.Recognize(nullptr) != 0) return out;
    const std::unique_ptr<tesseract::ResultIterator> symbols(engine_.GetIterator());
    if (!symbols) return out;
    do {
      const std::unique_ptr<const char[]> symbol(symbols->GetUTF8Text(tesseract::RIL_SYMBOL));
      if (!symbol) continue;
      const auto plain = plain_text(symbol.get());
      for (const char c : plain) {
        out.text += c;
        out.characters.push_back(std::clamp(symbols->Confidence(tesseract::RIL_SYMBOL) / 100, 0.F, 1.F));
      }
    } while (symbols->Next(tesseract::RIL_SYMBOL));
    engine_.Clear();
    return out;
  }

  plates::Opinion read(const plates::Look& look, int size) {
    plates::Opinion out;
    auto& text = out.text;
    std::size_t glyphs = 0;
    double sum = 0;
    for (const auto& line : look.lines) {
      glyphs += line.glyphs.size();
      auto read = recognise(plates::draw(look.picture, look.parts, line, size));
      if (read.text.size() == line.glyphs.size()) settle(look, line, read);
      for (std::size_t i = 0; i < read.text.size() && text.text.size() < kMaxPlateLength; ++i) {
        text.text += read.text[i];
        text.characters.push_back(read.characters[i]);
        sum += read.characters[i];
      }
    }
    if (text.text.empty()) return out;
    text.confidence = static_cast<float>(sum / static_cast<double>(text.text.size()));
    // One character read for each that was seen: more likely right.
    const auto off = std::abs(static_cast<double>(glyphs) - static_cast<double>(text.text.size()));
    out.weight = look.quality * std::max(0.1, 1 - 0.4 * off);
    return out;
  }

  static void settle(const plates::Look& look, const plates::GlyphLine& line, PlateText& read) {
    std::vector<plates::Shape> shapes;
    for (const auto& glyph : line.glyphs) shapes.push_back(plates::shape_of(look.parts, glyph, look.picture.width));
    const bool leans =
        std::none_of(shapes.begin(), shapes.end(), [](const plates::Shape& shape) { return shape.upright > 0.9; });
    for (std::size_t i = 0; i < read.text.size(); ++i) {
      const char settled = plates::settle(read.text[i], shapes[i], leans);
      if (settled != read.text[i]) read.characters[i] *= kSettled;
      read.text[i] = settled;
    }
  }

  tesseract::TessBaseAPI engine_;
  std::string name_ = "tesseract";
};

}  // namespace

Result<std::unique_ptr<PlateReader>> make_tesseract_reader(const std::string& data_folder) {
  const auto missing = [] {
    return make_error(
        ErrorKind::Unavailable,
        "plates cannot be read: Tesseract's English data are not there; install tesseract-ocr-eng, or add "
        "a model for read_plates",
        "plates.tesseract");
  };
  const auto path = find_data(data_folder);
  if (path.empty()) return missing();
  VIGIL_ASSIGN(auto data, read_file(path, kMaxData));
  auto out = std::make_unique<TesseractReader>();
  if (!out->begin(data)) return missing();
  return std::unique_ptr<PlateReader>(std::move(out));
}

}  // namespace vigil::vision
