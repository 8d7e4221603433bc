// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/output_path.h"

#include "core/util/error.h"

#include <system_error>

namespace earshot {

void requireNotInput(const std::filesystem::path& output, const std::filesystem::path& input)
{
    std::error_code error; // one of them is not there: they are not the same
    if (!std::filesystem::equivalent(output, input, error) ||
        std::filesystem::is_directory(input, error)) // which nothing overwrites
        return;
    const std::string name = output == input ? "" : ", " + input.string();
    throw badInput(output.string(), "is the input itself" + name + ": give another file");
}

} // namespace earshot
