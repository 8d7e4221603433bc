// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/safetensors.h"

#include <cstring>
#include <string>
#include <vector>

namespace earshot {

// The numbers of tests/data/front_end_reference.py.
class FrontEndReference
{
public:
    template <typename T>
    std::vector<T> values(const std::string& name) const
    {
        const TensorView& tensor = m_file.tensor(name);
        std::vector<T> result(tensor.bytes.size() / sizeof(T));
        if (sizeof(T) != bytesPerElement(tensor.type))
            return {};
        std::memcpy(result.data(), tensor.bytes.data(), tensor.bytes.size());
        return result;
    }

private:
    SafetensorsFile m_file{EARSHOT_TEST_DATA "/front_end_reference.safetensors"};
};

} // namespace earshot
