// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace earshot {

enum class DeviceChoice
{
    Auto,
    Cpu,
    Cuda
};

// The device that computations run on, by value and without torch in the header.
struct Device
{
    bool isCuda = false;
    std::string description; // "CPU, 2 threads" or "GPU"
    int threads = 1;         // CPU threads to compute with
};

// To be called once, before any other call that uses torch: opens libtorch_cuda if it is there,
// flushes denormals (before the thread pool starts), sets the number of CPU threads (0: all cores),
// and lets the process keep up to 1 GiB of freed memory for the next tensors.
// Cuda where there is none is an Error (BadInput) with the reason. Auto falls back to the CPU.
Device initialiseTorch(DeviceChoice choice, int threads = 0);

// "auto", "cpu" or "cuda"; Error (BadInput) otherwise.
DeviceChoice parseDeviceChoice(std::string_view text);

// Why there is no GPU, in words; empty if there is one. Valid after initialiseTorch.
std::string whyNoCuda();

// Denormals are flushed per thread: every thread that computes calls this once.
void prepareWorkerThread();

// Whether the processor multiplies bfloat16 natively (AVX512-BF16, AMX); read at run time.
bool hasFastBfloat16();

// "2.11.0"
std::string torchVersion();

} // namespace earshot
