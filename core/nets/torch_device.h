// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"
#include "core/util/error.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>

namespace earshot {

at::Device torchDevice(const Device& device);

// Runs `callable`; an error of torch becomes an Error (Failed) about `subject`, first line only.
template <typename Callable>
decltype(auto) translateTorchErrors(const std::string& subject, Callable&& callable)
{
    try {
        return std::forward<Callable>(callable)();
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        throw Error(ErrorKind::Failed, subject, "failed: " + text.substr(0, text.find('\n')));
    }
}

} // namespace earshot
