#include "footage/analyse_payload.h"

#include <gtest/gtest.h>

namespace vigil::footage {
namespace {

TEST(AnalysePayload, WhatIsMissingIsAsVigilProcessHasIt) {
  const auto request = read_analyse_request("{}");
  ASSERT_TRUE(request.ok()) << request.error().message;
  const auto& settings = request->analysis;
  EXPECT_TRUE(settings.enabled && settings.motion_gate);
  EXPECT_EQ(settings.rate.mode, model::RateMode::EveryFrame);
  EXPECT_EQ(settings.model, "");
  EXPECT_EQ(settings.confidence, 0.5);
  EXPECT_FALSE(request->annotate || settings.plates || settings.attributes || settings.appearance);
}

TEST(AnalysePayload, EverythingComesBack) {
  const auto request = read_analyse_request(
      R"({"model":"yolox-nano","fps":2.5,"classes":["person","car"],"confidence":0.3,"tiles":true,"gate":false,
          "attributes":true,"plates":true,"appearance":true,"scene":true,"annotate":true})");
  ASSERT_TRUE(request.ok()) << request.error().message;
  EXPECT_EQ(request->analysis.rate.fps, 2.5);
  EXPECT_FALSE(request->analysis.motion_gate);
  EXPECT_EQ(*read_analyse_request(to_text(to_json(*request))), *request);
  const auto every = read_analyse_request(R"({"every":3})");
  EXPECT_EQ(every->analysis.rate.nth, 3);
  EXPECT_EQ(*read_analyse_request(to_text(to_json(*every))), *every);
  EXPECT_EQ(read_analyse_request(R"({"every":1})")->analysis.rate.mode, model::RateMode::EveryFrame);
}

TEST(AnalysePayload, WhatIsWrongIsNamed) {
  for (const auto& [text, pointer] :
       std::vector<std::pair<const char*, const char*>>{{R"({"fps":2,"every":3})", "/fps"},
                                                        {R"({"fps":0})", "/fps"},
                                                        {R"({"every":0})", "/every"},
                                                        {R"({"every":1.5})", "/every"},
                                                        {R"({"classes":"person"})", "/classes"},
                                                        {R"({"classes":[""]})", "/classes"},
                                                        {R"({"confidence":2})", "/confidence"},
                                                        {R"({"model":7})", "/model"},
                                                        {R"({"annotate":1})", "/annotate"},
                                                        {R"({"gate":null})", "/gate"},
                                                        {R"({"colour":"red"})", "/colour"}}) {
    const auto request = read_analyse_request(text);
    ASSERT_FALSE(request.ok()) << text;
    EXPECT_EQ(request.error().pointer, pointer) << text;
    EXPECT_EQ(request.error().kind, ErrorKind::InvalidArgument);
  }
  EXPECT_FALSE(read_analyse_request("[]").ok());
  EXPECT_FALSE(read_analyse_request("{").ok());
}

}  // namespace
}  // namespace vigil::footage
