# Tests and benchmarks.
enable_testing()

add_library(headrace_faults_on OBJECT core/testing/faults/crash_point_on.cpp)
target_include_directories(headrace_faults_on PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(headrace_faults_on PRIVATE headrace_options)

# The command with crash points, for tests that kill it.
add_executable(headrace-faulty core/cli/main.cpp)
target_link_libraries(headrace-faulty PRIVATE headrace_faults_on headrace_cli headrace::nodes headrace_options)

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
if(bench_sources)
  add_executable(headrace-bench ${bench_sources})
  target_link_libraries(headrace-bench PRIVATE headrace::nodes headrace_options TBB::tbb CURL::libcurl)
  add_test(NAME bench_smoke COMMAND headrace-bench --quick)  # that every workload still runs; never how fast
  set_tests_properties(bench_smoke PROPERTIES LABELS bench TIMEOUT 600)
endif()

pkg_check_modules(HEADRACE_GNUTLS REQUIRED QUIET IMPORTED_TARGET gnutls)  # a server of the tests speaks HTTP/2
file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS tests/*.cpp)
list(FILTER test_sources EXCLUDE REGEX "/tests/(fuzz|soak)/")
add_executable(headrace-tests ${test_sources})
target_link_libraries(headrace-tests PRIVATE headrace_faults_on headrace_cli headrace::nodes headrace_options TBB::tbb CURL::libcurl
  PkgConfig::HEADRACE_MICROHTTPD PkgConfig::HEADRACE_GNUTLS)
target_compile_definitions(headrace-tests PRIVATE HEADRACE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" HEADRACE_BINARY_DIR="${PROJECT_BINARY_DIR}")
add_dependencies(headrace-tests headrace headrace-faulty headrace_main)  # tests run them, and link a program of their own

# One entry for each folder of suites, named after it. A guard against hanging, not a measure: sanitizers are slow.
set(suites "")
foreach(source IN LISTS test_sources)
  if(source MATCHES "/tests/(.+)/[^/]*_test\\.cpp$")
    list(APPEND suites ${CMAKE_MATCH_1})
  endif()
endforeach()
list(REMOVE_DUPLICATES suites)
foreach(suite IN LISTS suites)
  string(REGEX MATCH "^[^/]+" label ${suite})
  # The files of this folder, not of those below it: a wildcard matches '/' as well.
  set(below "")
  foreach(folder IN LISTS suites)
    string(FIND "${folder}" "${suite}/" at)
    if(at EQUAL 0)
      list(APPEND below "*tests/${folder}/*")
    endif()
  endforeach()
  list(JOIN below "," below)
  set(without "")
  if(below)
    set(without --source-file-exclude=${below})
  endif()
  add_test(NAME ${suite} COMMAND headrace-tests --source-file=*tests/${suite}/* ${without} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${suite} PROPERTIES LABELS ${label} TIMEOUT 600 FAIL_REGULAR_EXPRESSION "test cases: +0 ")
endforeach()

# The pipelines that ship, by their own tests.
add_test(NAME pipelines/yaml COMMAND headrace test pipelines WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties(pipelines/yaml PROPERTIES LABELS pipelines TIMEOUT 600)

# Fuzz targets. libFuzzer makes a program of each; any other build makes one that replays their corpora and seeds.
file(STRINGS tests/fuzz/targets.txt fuzz_targets)  # name, dictionary, folders of seeds
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS tests/fuzz/targets.txt)
if(HEADRACE_SANITIZE MATCHES fuzzer)
  set(fuzz_programs "")
else()
  set(fuzz_programs headrace-fuzz-replay)
  set(listed "")
  foreach(line IN LISTS fuzz_targets)
    string(REGEX REPLACE " .*" "" name "${line}")
    string(APPEND listed "HEADRACE_FUZZ_TARGET(${name})\n")
  endforeach()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/fuzz_targets.inc CONTENT "${listed}")
  add_executable(headrace-fuzz-replay tests/fuzz/replay.cpp)
  target_include_directories(headrace-fuzz-replay PRIVATE ${PROJECT_BINARY_DIR}/generated)
endif()
foreach(line IN LISTS fuzz_targets)
  string(REPLACE " " ";" line "${line}")
  list(POP_FRONT line name dictionary)
  if(HEADRACE_SANITIZE MATCHES fuzzer)
    add_executable(fuzz-${name} tests/fuzz/${name}.cpp)
    target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
    list(APPEND fuzz_programs fuzz-${name})
  else()
    target_sources(headrace-fuzz-replay PRIVATE tests/fuzz/${name}.cpp)
    set_source_files_properties(tests/fuzz/${name}.cpp PROPERTIES COMPILE_DEFINITIONS LLVMFuzzerTestOneInput=fuzz_${name})
    add_test(NAME fuzz/${name} COMMAND headrace-fuzz-replay ${name} tests/fuzz/corpus/${name} ${line} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 600)
  endif()
endforeach()
foreach(program IN LISTS fuzz_programs)
  target_compile_definitions(${program} PRIVATE HEADRACE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${program} PRIVATE headrace_cli headrace::nodes headrace_options)
endforeach()

# Long runs against faults; a short one among the tests.
file(GLOB soak_sources CONFIGURE_DEPENDS tests/soak/*.cpp)
add_executable(headrace-soak ${soak_sources})
target_link_libraries(headrace-soak PRIVATE headrace_core headrace_options)
target_compile_definitions(headrace-soak PRIVATE HEADRACE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" HEADRACE_BINARY_DIR="${PROJECT_BINARY_DIR}")
add_test(NAME soak/pages COMMAND headrace-soak pages --links 2000 --hosts 100)
add_test(NAME soak/pages_killed COMMAND headrace-soak pages --links 2000 --hosts 100 --kills 3)
add_test(NAME soak/news COMMAND headrace-soak news --links 1000 --hosts 50 --kills 3 --seconds 20)
set_tests_properties(soak/pages soak/pages_killed soak/news PROPERTIES LABELS soak TIMEOUT 600)

# How much a node's translation unit includes; the standard library of another version is another size.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_test(NAME budget COMMAND ${CMAKE_COMMAND} -DCOMPILER=${CMAKE_CXX_COMPILER} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -P ${PROJECT_SOURCE_DIR}/cmake/nodeBudget.cmake
           WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
  set_tests_properties(budget PROPERTIES LABELS core)
endif()
