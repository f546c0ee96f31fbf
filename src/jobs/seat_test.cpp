#include "jobs/seat.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace vigil::jobs {
namespace {

class Seat : public testing::Test {
 protected:
  Seat() {
    auto pattern = (std::filesystem::temp_directory_path() / "vigil-seat-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(folder());
  }
  ~Seat() override { std::filesystem::remove_all(root_); }
  std::string folder() const { return root_ + "/data"; }
  std::string root_;
};

TEST_F(Seat, IsTheSameForWhoeverUsesTheFolderNext) {
  const auto first = seat_of(folder());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->size(), 32u);
  EXPECT_EQ(*seat_of(folder()), *first);
  struct stat status {};
  ASSERT_EQ(::stat((folder() + "/worker.id").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(Seat, IsAnotherOneInACopyOfTheFolder) {
  const auto first = seat_of(folder());
  std::filesystem::copy(folder(), root_ + "/copy", std::filesystem::copy_options::recursive);
  const auto copy = seat_of(root_ + "/copy");
  ASSERT_TRUE(first && copy);
  EXPECT_NE(*copy, *first) << "the one whose folder was copied may be alive";
}

TEST_F(Seat, IsMadeAnewWhereTheFileMakesNoSense) {
  const auto first = seat_of(folder());
  std::ofstream(folder() + "/worker.id") << std::string(5000, 'x');
  const auto second = seat_of(folder());
  ASSERT_TRUE(first && second);
  EXPECT_NE(*second, *first);
  EXPECT_EQ(*seat_of(folder()), *second);
}

TEST_F(Seat, AFolderThatCannotBeWrittenIsAnError) {
  EXPECT_FALSE(seat_of(root_ + "/none"));
}

}  // namespace
}  // namespace vigil::jobs
