// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/device.h"

#include "core/nets/torch_device.h"
#include "core/util/error.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <cpuid.h>
#include <dlfcn.h>
#include <filesystem>
#include <limits>
#include <malloc.h>
#include <mutex>
#include <thread>

namespace earshot {

namespace {

std::string cudaProblem = "initialiseTorch was not called";

// The CUDA half of torch registers itself when it is opened. It must be there before torch first
// asks for it; where a library or the driver is missing, the program goes on without.
std::string openCuda()
{
    Dl_info info{};
    std::filesystem::path folder;
    if (::dladdr(reinterpret_cast<const void*>(&at::globalContext), &info) != 0)
        folder = std::filesystem::path(info.dli_fname).parent_path();
    const std::filesystem::path library = folder / "libtorch_cuda.so";
    if (!std::filesystem::exists(library))
        return "this LibTorch has no CUDA part (" + library.string() + ")";
    if (::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        const char* reason = ::dlerror();
        return std::string("the CUDA part of LibTorch cannot be loaded: ") +
               (reason != nullptr ? reason : "no reason given");
    }
    if (!at::hasCUDA())
        return "there is no NVIDIA driver or no GPU";
    return {};
}

// A batch's tensors are tens of megabytes. Unless told otherwise, glibc hands such memory back at
// once, and the kernel clears it again for every tensor: up to half of all time.
void keepFreedMemory()
{
#ifdef __GLIBC__
    constexpr int atMost = 1 << 30;
    mallopt(M_MMAP_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TRIM_THRESHOLD, atMost);
#endif
}

} // namespace

Device initialiseTorch(DeviceChoice choice, int threads)
{
    static std::once_flag once;
    std::call_once(once, [choice] {
        cudaProblem = choice == DeviceChoice::Cpu ? "the CPU was asked for" : openCuda();
        at::globalContext().setFlushDenormal(true);
        keepFreedMemory();
    });
    const int count =
        threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    at::set_num_threads(count);
    Device device;
    device.threads = count;
    if (choice == DeviceChoice::Cuda && !cudaProblem.empty())
        throw badInput("--device cuda", "cannot be used: " + cudaProblem);
    if (choice != DeviceChoice::Cpu && cudaProblem.empty()) {
        device.isCuda = true;
        device.description = "GPU";
    } else {
        device.description =
            "CPU, " + std::to_string(count) + (count == 1 ? " thread" : " threads");
    }
    return device;
}

DeviceChoice parseDeviceChoice(std::string_view text)
{
    if (text == "auto")
        return DeviceChoice::Auto;
    if (text == "cpu")
        return DeviceChoice::Cpu;
    if (text == "cuda")
        return DeviceChoice::Cuda;
    throw badInput(std::string(text), "is no device", "auto, cpu or cuda");
}

std::string whyNoCuda()
{
    return cudaProblem;
}

void prepareWorkerThread()
{
    at::globalContext().setFlushDenormal(true);
}

bool hasFastBfloat16()
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    // Leaf 7, sub-leaf 1: EAX bit 5 is AVX512_BF16; sub-leaf 0: EDX bit 22 is AMX-BF16.
    const bool avx = __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1U << 5)) != 0;
    const bool amx = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & (1U << 22)) != 0;
    return avx || amx;
}

std::string torchVersion()
{
    return TORCH_VERSION;
}

at::Device torchDevice(const Device& device)
{
    return device.isCuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
}

} // namespace earshot
