# ONNX Runtime: the system's where there is one, else what tools/onnxruntime.sh fetches once for all presets of this checkout.
# Only the headers are needed to build. The library is opened when the first model is loaded (docs/adr/0013-onnx-runtime.md):
# the run path leads to the one beside an installed program, or in this checkout.
pkg_check_modules(ONNXRUNTIME QUIET libonnxruntime>=1.21)
add_library(vigil_onnxruntime INTERFACE)
if(ONNXRUNTIME_FOUND)
  target_include_directories(vigil_onnxruntime SYSTEM INTERFACE ${ONNXRUNTIME_INCLUDE_DIRS})
else()
  set(folder ${PROJECT_SOURCE_DIR}/build/onnxruntime)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/onnxruntime.sh ${folder} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "ONNX Runtime is not there; see above")
  endif()
  target_include_directories(vigil_onnxruntime SYSTEM INTERFACE ${folder}/include)
endif()
target_compile_definitions(vigil_onnxruntime INTERFACE ORT_API_MANUAL_INIT)
target_link_libraries(vigil_onnxruntime INTERFACE ${CMAKE_DL_LIBS})
set(CMAKE_BUILD_RPATH "$ORIGIN/../lib/vigil" "$ORIGIN/../onnxruntime/lib")
