#include "api/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::api {
namespace {

using testing::HasSubstr;

model::AnalysisSettings settings(bool enabled, bool attributes, bool plates) {
  model::AnalysisSettings out;
  out.enabled = enabled;
  out.attributes = attributes;
  out.plates = plates;
  return out;
}

std::string logged(const model::AnalysisSettings& before, const model::AnalysisSettings& after) {
  Request request;
  request.id = "r1";
  request.principal = {Principal::Kind::User, "u1", "anna", store::UserRole::Administrator, ""};
  request.peer.address = "192.0.2.7";
  testing::internal::CaptureStdout();
  audit_analysis(request, "cam_001", before, after);
  return testing::internal::GetCapturedStdout();
}

TEST(Audit, WhatIsNewlyExaminedIsNamed) {
  EXPECT_EQ(newly_examined(settings(true, false, false), settings(true, true, true)), "attributes, plates");
  EXPECT_EQ(newly_examined(settings(true, true, false), settings(true, true, true)), "plates");
  EXPECT_EQ(newly_examined(settings(true, true, false), settings(true, true, false)), "");
  EXPECT_EQ(newly_examined(settings(true, true, true), settings(true, false, false)), "");
}

TEST(Audit, AnalysisThatIsOffExaminesNothing) {
  EXPECT_EQ(newly_examined(settings(false, false, false), settings(false, true, true)), "");
  EXPECT_EQ(newly_examined(settings(false, true, false), settings(true, true, false)), "attributes");
}

TEST(Audit, TheLogSaysWhoWhatAndWhere) {
  const auto on = logged(settings(true, false, false), settings(true, true, false));
  for (const char* part : {"personal analysis switched on", "audit=true", "camera=cam_001", "what=attributes",
                           "by=user", "name=anna", "id=u1", "address=192.0.2.7", "request=r1"}) {
    EXPECT_THAT(on, HasSubstr(part));
  }
  EXPECT_THAT(logged(settings(true, true, true), settings(false, true, true)),
              HasSubstr("personal analysis switched off"));
  EXPECT_EQ(logged(settings(true, true, true), settings(true, true, true)), "");
}

}  // namespace
}  // namespace vigil::api
