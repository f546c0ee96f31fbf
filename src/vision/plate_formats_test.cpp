#include "vision/plate_formats.h"

#include <gtest/gtest.h>

namespace vigil::vision {
namespace {

PlateText text(const std::string& plate, std::vector<float> characters = {}) {
  if (characters.empty()) characters.assign(plate.size(), 0.8F);
  return {plate, characters, 0.8F};
}

PlateFormats compile(const PlateFormatConfig& config) {
  auto out = PlateFormats::compile(config);
  EXPECT_TRUE(out.ok()) << out.error().message;
  return std::move(out).value();
}

TEST(PlateFormats, WithoutAnyEverythingIsAPlate) {
  const auto fit = PlateFormats().fit(text("A1"));
  EXPECT_TRUE(fit.plate);
  EXPECT_EQ(fit.text.text, "A1");
  EXPECT_EQ(fit.format, "");
}

TEST(PlateFormats, PositionsDecideBetweenLettersAndDigits) {
  const auto formats = compile({.formats = {{"HR", "[A-Z]{2}[0-9]{3}[A-Z]{2}"}}});
  const auto fit = formats.fit(text("RK2SIAN"));
  EXPECT_EQ(fit.text.text, "RK251AN");
  EXPECT_EQ(fit.corrections, 2U);
  EXPECT_EQ(fit.format, "HR");
  EXPECT_EQ(formats.fit(text("2A60ABB8")).text.text, "2A60ABB8") << "too far off: left alone";
}

TEST(PlateFormats, AsFewCharactersAreChangedAsPossibleAndTheLeastSureFirst) {
  const auto formats = compile({.formats = {{"any", "[A-Z]{2}[0-9]{4}|[A-Z]{3}[0-9]{3}"}}});
  EXPECT_EQ(formats.fit(text("ABO123")).corrections, 0U);
  const auto either = compile({.formats = {{"one", "[A-Z]0[0-9]{3}|0[A-Z][0-9]{3}"}}});
  EXPECT_EQ(either.fit(text("OO123", {0.9F, 0.4F, 0.9F, 0.9F, 0.9F})).text.text, "O0123");
  EXPECT_EQ(either.fit(text("OO123", {0.4F, 0.9F, 0.9F, 0.9F, 0.9F})).text.text, "0O123");
}

TEST(PlateFormats, TheFirstThatFitsNamesTheRegion) {
  const auto formats = compile({.formats = {{"BR", "[A-Z]{3}[0-9]{4}"}, {"BR-M", "[A-Z]{3}[0-9][A-Z][0-9]{2}"}}});
  EXPECT_EQ(formats.fit(text("AYO9034")).format, "BR");
  EXPECT_EQ(formats.fit(text("AYO9A34")).format, "BR-M");
}

TEST(PlateFormats, WhatFitsNoneIsNoPlateWhereOnlyTheKnownAreWanted) {
  PlateFormatConfig config{.formats = {{"digits", "[0-9]{6}"}}};
  EXPECT_TRUE(compile(config).fit(text("HELLO")).plate);
  config.only_known = true;
  EXPECT_FALSE(compile(config).fit(text("HELLO")).plate);
}

TEST(PlateFormats, ReplacementsComeBeforeFormats) {
  const auto formats =
      compile({.formats = {{"D", "[A-Z]{3}[0-9]{3}"}}, .replacements = {{"^EU", ""}, {"([0-9])X", "\\1"}}});
  const auto fit = formats.fit(text("EUABC12X3X"));
  EXPECT_EQ(fit.text.text, "ABC123");
  EXPECT_EQ(fit.format, "D");
  EXPECT_EQ(fit.text.characters.size(), 6U);
}

TEST(PlateFormats, WrongPatternsAreNamed) {
  auto bad = PlateFormats::compile({.formats = {{"a", "[A-Z]+"}, {"b", "([A-Z]"}}});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().pointer, "/plates/formats/1/pattern");
  bad = PlateFormats::compile({.replacements = {{"A", "\\1"}}});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().pointer, "/plates/replacements/0/replacement");
  EXPECT_FALSE(PlateFormats::compile({.formats = {{"x", "((((((A{100}){100}){100}){100}){100}){100})"}}}).ok());
  EXPECT_FALSE(PlateFormats::compile({.formats = std::vector<PlateFormat>(33, {"x", "A"})}).ok());
  EXPECT_FALSE(PlateFormats::compile({.formats = {{"x", ""}}}).ok());
  EXPECT_FALSE(PlateFormats::compile({.max_corrections = 5}).ok());
}

TEST(PlateFormats, APatternThatMakesOthersHangDoesNot) {
  const auto formats = compile({.formats = {{"x", "(A+)+(A+)+(A|AA)+Z"}}, .max_corrections = 4});
  const auto fit = formats.fit(text("ABABABABABABABAB"));
  EXPECT_EQ(fit.format, "");
}

}  // namespace
}  // namespace vigil::vision
