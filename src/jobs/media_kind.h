#pragma once

#include <string>
#include <string_view>

namespace vigil::jobs {

// What a file's first bytes say that it is: "video/mp4", "video/x-matroska", …; empty: nothing that we take. Looks at
// fixed places of at most kSniffed bytes. What looks right may still be anything: the decoder's sandbox has the last
// word. A playlist, however it is called, is nothing that we take: it names other files.
inline constexpr std::size_t kSniffed = 4096;
std::string media_kind(std::string_view first_bytes);

// Whether somebody may say of a file that it is this: empty, application/octet-stream, or a kind of video that we take.
bool may_be_declared(std::string_view type);

}  // namespace vigil::jobs
