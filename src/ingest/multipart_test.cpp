#include "ingest/multipart.h"

#include <gtest/gtest.h>

namespace vigil::ingest {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::vector<std::string> parts(std::string_view type, std::string_view stream, std::size_t piece) {
  MultipartParser parser(type);
  std::vector<std::string> found;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    if (!parser.push(bytes(stream.substr(at, piece))).ok()) found.emplace_back("BROKEN");
    while (auto part = parser.next()) found.emplace_back(part->begin(), part->end());
  }
  return found;
}

// However the network cuts the bytes, the parts are the same.
void expect_parts(std::string_view type, std::string_view stream, const std::vector<std::string>& expected) {
  for (std::size_t piece : {stream.size(), std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
    EXPECT_EQ(parts(type, stream, piece), expected) << "in pieces of " << piece;
  }
}

constexpr std::string_view kMixed = "multipart/x-mixed-replace; boundary=";
std::string mixed(std::string_view boundary) {
  return std::string(kMixed) + std::string(boundary);
}

TEST(Multipart, ReadsPartsWithLength) {
  expect_parts(mixed("frame"),
               "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\nfirst\r\n"
               "--frame\r\nCONTENT-LENGTH:6\r\n\r\nsecond\r\n--frame--\r\n",
               {"first", "second"});
}

TEST(Multipart, GivesAPartOfKnownLengthWithoutWaitingForTheNextBoundary) {
  expect_parts(mixed("frame"), "--frame\r\nContent-Length: 5\r\n\r\nfirst", {"first"});
}

TEST(Multipart, ReadsPartsWithoutLength) {
  expect_parts(mixed("frame"),
               "--frame\r\nContent-Type: image/jpeg\r\n\r\nfir\r\n-st\n--fram\r\n--frame\r\n\r\nsecond\n--frame--\r\n",
               {"fir\r\n-st\n--fram", "second"});
}

TEST(Multipart, TakesLengthZeroAsUnknown) {
  expect_parts(mixed("frame"), "--frame\r\nContent-Length: 0\r\n\r\nfirst\r\n--frame\r\n", {"first"});
}

TEST(Multipart, ForgivesDashesInTheBoundary) {
  constexpr std::string_view tail = "\r\nContent-Length: 1\r\n\r\na\r\n";
  for (const char* announced : {"--myboundary", "myboundary", "\"--myboundary\"", "\"myboundary\"; charset=x",
                                "myboundary;x=y", " myboundary "}) {
    for (const char* sent : {"--myboundary", "myboundary", "----myboundary"}) {
      expect_parts(mixed(announced), sent + std::string(tail) + sent + "\r\nContent-Length: 1\r\n\r\nb", {"a", "b"});
    }
  }
}

TEST(Multipart, BelievesTheStreamWhenAnotherBoundaryWasAnnounced) {
  expect_parts(mixed("announced"),
               "--used\r\nContent-Type: image/jpeg\r\n\r\na\r\n--used\r\nContent-Type: x\r\n\r\nb\r\n--used\r\n",
               {"a", "b"});
  expect_parts("multipart/x-mixed-replace", "--x\r\nContent-Length: 1\r\n\r\na\r\n--x\r\nContent-Length: 1\r\n\r\nb",
               {"a", "b"});
  expect_parts("", "--x\nContent-Length: 1\n\na", {"a"});
}

TEST(Multipart, PassesOverJunkBetweenParts) {
  expect_parts(mixed("f"),
               "hello\r\n--nonsense\r\nno header\r\n\r\n--f\r\nContent-Length: 1\r\n\r\naJUNK after a short "
               "length\r\n\r\n--f\r\n"
               "Content-Length: 1\r\n\r\nb\r\n\r\n\r\n--f\r\nnot a header\r\n--f\r\nContent-Length: 1\r\n\r\nc",
               {"a", "b", "c"});
}

TEST(Multipart, FindsABoundaryThatBeginsNoLine) {
  expect_parts(mixed("myboundary"),
               "--myboundary\r\nContent-Type: image/jpeg\r\n\r\na--myboundary\r\nContent-Type: "
               "image/jpeg\r\n\r\nb--myboundary\r\n",
               {"a", "b"});
}

TEST(Multipart, PassesOverEmptyParts) {
  expect_parts(mixed("frame"), "--frame\r\n\r\n\r\n--frame\r\n\r\na\r\n--frame\r\n", {"a"});
}

TEST(Multipart, PassesOverLongJunkWithoutKeepingIt) {
  std::string junk(100000, 'j');
  expect_parts(mixed("frame"), junk + "\r\n--frame\r\nContent-Length: 1\r\n\r\na", {"a"});
}

TEST(Multipart, RefusesAPartThatIsTooLarge) {
  MultipartParser counted(mixed("f"));
  ASSERT_TRUE(counted.push(bytes("--f\r\nContent-Length: 16777217\r\n\r\n")).ok());
  EXPECT_FALSE(counted.next());
  EXPECT_EQ(counted.push(bytes("x")).error().kind, ErrorKind::DataLoss);

  MultipartParser absurd(mixed("f"));
  ASSERT_TRUE(absurd.push(bytes("--f\r\nContent-Length: 99999999999999999999999\r\n\r\n")).ok());
  EXPECT_FALSE(absurd.next());
  EXPECT_FALSE(absurd.push(bytes("x")).ok());

  MultipartParser endless(mixed("f"));
  ASSERT_TRUE(endless.push(bytes("--f\r\n\r\n")).ok());
  std::string piece(1 << 20, 'x');
  int taken = 0;
  while (endless.push(bytes(piece)).ok()) {
    EXPECT_FALSE(endless.next());
    ASSERT_LT(++taken, 20);
  }
  EXPECT_GE(taken, 16);
}

TEST(Multipart, RefusesAHeaderThatNeverEnds) {
  MultipartParser lines(mixed("f"));
  std::string header = "--f\r\n";
  for (int i = 0; i < 500; ++i) header += "X-Header: something\r\n";
  ASSERT_TRUE(lines.push(bytes(header)).ok());
  EXPECT_FALSE(lines.next());
  EXPECT_FALSE(lines.push(bytes("x")).ok());

  MultipartParser line(mixed("f"));
  ASSERT_TRUE(line.push(bytes("--f\r\nX: " + std::string(10000, 'x'))).ok());
  EXPECT_FALSE(line.next());
  EXPECT_FALSE(line.push(bytes("x")).ok());
}

}  // namespace
}  // namespace vigil::ingest
