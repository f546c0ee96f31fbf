#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "extract/child.h"

// The tests' program is its own extraction child; `crash` dies of every video.

int main(int count, char** arguments) {
  if (count == 2 && std::string(arguments[1]) == "extract") return vigil::extract::run_child();
  if (count == 2 && std::string(arguments[1]) == "crash") return std::raise(SIGSEGV);
  testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
