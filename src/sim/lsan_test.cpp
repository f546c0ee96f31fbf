// For builds with the address sanitizer: Debian 12's x265 never frees some of what it takes when it is opened. Only
// simulated cameras use it here. Nothing calls this but the sanitizer; everything else that leaks is still reported.

extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libx265\n";
}
