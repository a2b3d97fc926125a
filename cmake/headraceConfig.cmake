# find_package(headrace) gives
#   headrace::core   the framework
#   headrace::nodes  the node library, linked whole, so that its registrations are there
#   headrace::main   the command `headrace`, with these nodes and those that your own sources register:
#                      add_executable(mine my_node.cpp)
#                      target_link_libraries(mine PRIVATE headrace::main)
cmake_minimum_required(VERSION 3.24)  # WHOLE_ARCHIVE
include("${CMAKE_CURRENT_LIST_DIR}/headraceDependencies.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/headraceTargets.cmake")

if(NOT TARGET headrace::nodes)
  add_library(headrace::nodes INTERFACE IMPORTED)
  target_link_libraries(headrace::nodes INTERFACE $<LINK_LIBRARY:WHOLE_ARCHIVE,headrace::nodes_archive> headrace::core)
  add_library(headrace::main INTERFACE IMPORTED)
  target_link_libraries(headrace::main INTERFACE headrace::main_archive headrace::nodes)
endif()
