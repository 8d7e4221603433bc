# How targets of this project are made: one static library per core folder, one executable per test class.

add_library(earshot_options INTERFACE)
target_include_directories(earshot_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(earshot_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
    -Wno-missing-field-initializers -ffp-contract=off)
# GCC 12 sees overlapping copies in string concatenation that are not there (gcc.gnu.org/PR105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(earshot_options INTERFACE -Wno-restrict)
endif()
# Outside core/ checks are compiled fast rather than run fast, and without those that would double the code at every
# pointer: there a null pointer ends the program by itself.
if(EARSHOT_SANITIZE)
    set(is_core $<BOOL:$<TARGET_PROPERTY:EARSHOT_CORE>>)
    target_compile_options(earshot_options INTERFACE -fsanitize=${EARSHOT_SANITIZE} -fno-omit-frame-pointer
        $<$<NOT:${is_core}>:-O0> $<$<NOT:${is_core}>:-fno-sanitize=null,alignment,vptr>)
    target_link_options(earshot_options INTERFACE -fsanitize=${EARSHOT_SANITIZE})
endif()

# earshot_core_library(<folder> SOURCES … [PUBLIC <libs>] [PRIVATE <libs>])
# Makes earshot_<folder> of core/<folder>. PUBLIC: what its headers include; PRIVATE: what only its .cpp files do.
function(earshot_core_library folder)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(earshot_${folder} STATIC ${ARG_SOURCES})
    set_target_properties(earshot_${folder} PROPERTIES EARSHOT_CORE ON)
    target_link_libraries(earshot_${folder} PUBLIC earshot_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# earshot_test(<name> <libs>… [THREADS])
# Makes the Qt Test executable tst_<name> of tst_<name>.cpp in the current folder and registers it with ctest.
# THREADS: it starts threads of ours; it gets the label "threads", and the target thread_tests builds it.
add_custom_target(thread_tests)
function(earshot_test name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "THREADS" "" "")
    # moc alone, where AUTOMOC would add two slow steps a test.
    qt6_generate_moc(tst_${name}.cpp tst_${name}.moc)
    add_executable(tst_${name} tst_${name}.cpp ${CMAKE_CURRENT_BINARY_DIR}/tst_${name}.moc)
    target_include_directories(tst_${name} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
    set_target_properties(tst_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_compile_definitions(tst_${name} PRIVATE QT_NO_KEYWORDS
        EARSHOT_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data" EARSHOT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    # What a test tests lies in the libraries; its own code is to be compiled fast.
    target_compile_options(tst_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
    target_link_libraries(tst_${name} PRIVATE earshot_options earshot_test_support Qt6::Test
        ${ARG_UNPARSED_ARGUMENTS})
    add_test(NAME ${name} COMMAND tst_${name})
    # Several tests run at once: OpenMP's idle threads must not spin on the cores of others.
    # TIMEOUT is the only limit: beside others, and where every access is checked, a function may take longer than Qt
    # Test's five minutes.
    set_tests_properties(${name} PROPERTIES TIMEOUT 900
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;OMP_WAIT_POLICY=passive;QTEST_FUNCTION_TIMEOUT=850000")
    if(ARG_THREADS)
        set_tests_properties(${name} PROPERTIES LABELS threads)
        add_dependencies(thread_tests tst_${name})
    endif()
endfunction()

# earshot_ui_library(<folder> SOURCES … [PUBLIC <libs>] [PRIVATE <libs>])
# Makes earshot_ui_<folder> of ui/<folder>. Headers with Q_OBJECT are listed among the sources.
function(earshot_ui_library folder)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(earshot_ui_${folder} STATIC ${ARG_SOURCES})
    set_target_properties(earshot_ui_${folder} PROPERTIES AUTOMOC ON AUTORCC ON)
    target_compile_definitions(earshot_ui_${folder} PUBLIC QT_NO_KEYWORDS)
    target_link_libraries(earshot_ui_${folder} PUBLIC earshot_options earshot_util Qt6::Widgets ${ARG_PUBLIC}
        PRIVATE ${ARG_PRIVATE})
endfunction()
