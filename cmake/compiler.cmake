# Warnings are errors: they are the cheapest review there is.
add_library(vigil_options INTERFACE)
target_compile_options(vigil_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Wno-missing-field-initializers -Werror)
target_compile_definitions(vigil_options INTERFACE VIGIL_VERSION="${PROJECT_VERSION}")
target_include_directories(vigil_options INTERFACE ${PROJECT_SOURCE_DIR}/src)

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(vigil_options INTERFACE -Wthread-safety)
endif()

if(VIGIL_SANITIZE)
  target_compile_options(vigil_options INTERFACE
    -fsanitize=${VIGIL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(vigil_options INTERFACE -fsanitize=${VIGIL_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports false positives in libstdc++ once sanitizers inline differently.
    target_compile_options(vigil_options INTERFACE
      -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-restrict -Wno-array-bounds -Wno-tsan)
  elseif(VIGIL_SANITIZE MATCHES "undefined")
    # clang 14 cannot put the mark of this check before coroutines ("Cannot represent a difference across sections").
    target_compile_options(vigil_options INTERFACE -fno-sanitize=function)
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # Paths below the checkout count as relative, so that another clone finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(VIGIL_FUZZ)
  target_compile_options(vigil_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
