# LibTorch as the PyPI wheel lays it out. The wheel's own CMake package wants a CUDA toolkit; this one links
# libtorch_cpu and libc10 alone, and the program opens libtorch_cuda at run time where there is a driver.
#
# Input:  EARSHOT_LIBTORCH  the "torch" folder (default: where scripts/setup.sh unpacks the pinned wheel)
# Output: target LibTorch::LibTorch, LibTorch_VERSION
set(EARSHOT_LIBTORCH_PINNED 2.11.0)
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(_libtorch_cache "$ENV{XDG_CACHE_HOME}")
else()
    set(_libtorch_cache "$ENV{HOME}/.cache")
endif()
set(EARSHOT_LIBTORCH "${_libtorch_cache}/earshot/libtorch-${EARSHOT_LIBTORCH_PINNED}/torch"
    CACHE PATH "The torch folder of an unpacked PyPI wheel or a LibTorch distribution")

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h PATHS ${EARSHOT_LIBTORCH}/include NO_DEFAULT_PATH NO_CACHE)
find_library(LibTorch_CPU_LIBRARY torch_cpu PATHS ${EARSHOT_LIBTORCH}/lib NO_DEFAULT_PATH NO_CACHE)
find_library(LibTorch_C10_LIBRARY c10 PATHS ${EARSHOT_LIBTORCH}/lib NO_DEFAULT_PATH NO_CACHE)
if(LibTorch_INCLUDE_DIR AND EXISTS ${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h)
    file(STRINGS ${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h _version REGEX "define TORCH_VERSION \"")
    string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" LibTorch_VERSION "${_version}")
elseif(LibTorch_INCLUDE_DIR)
    file(STRINGS ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h _version REGEX "define TORCH_VERSION \"")
    string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" LibTorch_VERSION "${_version}")
endif()
if(LibTorch_VERSION AND NOT LibTorch_VERSION STREQUAL EARSHOT_LIBTORCH_PINNED)
    message(WARNING "LibTorch ${LibTorch_VERSION} in ${EARSHOT_LIBTORCH} is untested; Earshot is made for ${EARSHOT_LIBTORCH_PINNED}.")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
    REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
    VERSION_VAR LibTorch_VERSION
    REASON_FAILURE_MESSAGE "looked in ${EARSHOT_LIBTORCH}: scripts/setup.sh puts it there, -DEARSHOT_LIBTORCH=… names another")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
    add_library(LibTorch::LibTorch INTERFACE IMPORTED)
    target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
        ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
    target_link_libraries(LibTorch::LibTorch INTERFACE ${LibTorch_CPU_LIBRARY} ${LibTorch_C10_LIBRARY})
endif()
