# What including the author's interface costs a node, counted and not timed: the lines that the compiler sees once the
# preprocessor is done, and the headers that it must not drag in. Runs as a test:
#   cmake -DCOMPILER=g++ -DSOURCE_DIR=. -P cmake/nodeBudget.cmake
set(most_lines 70000)  # with g++ 12: 67,400
set(forbidden regex iostream yaml-cpp simdjson spdlog fmt tbb curl rocksdb gumbo unicode microhttpd doctest)

set(node "${CMAKE_CURRENT_BINARY_DIR}/budget_node.cpp")
file(WRITE ${node} "#include \"core/node.hpp\"\n#include \"nodes/keys.hpp\"\n")

function(run)
  execute_process(COMMAND ${COMPILER} -std=c++20 -I${SOURCE_DIR} ${ARGN} ${node} OUTPUT_VARIABLE out COMMAND_ERROR_IS_FATAL ANY)
  set(out "${out}" PARENT_SCOPE)
endfunction()

run(-M)
foreach(library IN LISTS forbidden)
  if(out MATCHES "/${library}(/[^ \n]*)?[ \n]")
    message(SEND_ERROR "core/node.hpp and nodes/keys.hpp include ${CMAKE_MATCH_0}: put what needs <${library}> into a .cpp file")
  endif()
endforeach()

run(-E -P)
string(REGEX MATCHALL "\n" lines "${out}")
list(LENGTH lines count)
message(STATUS "a node that includes core/node.hpp and nodes/keys.hpp compiles ${count} lines; the budget is ${most_lines}")
if(count GREATER most_lines)
  message(SEND_ERROR "the budget of a node is spent: include less in core/node.hpp, nodes/keys.hpp and what they include")
endif()
