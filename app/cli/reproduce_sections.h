// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_results.h"
#include "core/io/html.h"

#include <string>
#include <vector>

namespace earshot {

// The parts of the report, each with its heading.
void addClassifierSection(HtmlWriter& page, const ReproduceResults& results);
void addSettingsSection(HtmlWriter& page, const ReproduceTask& task,
                        const ReproduceResults& results);
void addExamplesSection(HtmlWriter& page, const ReproduceTask& task,
                        const ReproduceResults& results);
void addSoundSection(HtmlWriter& page, const ReproduceTask& task, const ReproduceResults& results);
void addControlsSection(HtmlWriter& page, const ReproduceTask& task,
                        const ReproduceResults& results);
void addMetricSection(HtmlWriter& page, const ReproduceTask& task, const ReproduceResults& results);
// Nothing where no searches were compared.
void addComparisonSection(HtmlWriter& page, const ReproduceResults& results);

// Whether the explanation of this unit shows the classifier or the generator.
std::string verdictOf(const UnitControls& unit, std::uint64_t seed);
bool isGeneratorsOwn(const UnitControls& unit, std::uint64_t seed);
// Whether Eq. 3 chooses what the witness agrees with.
std::string metricVerdict(const ReproduceResults& results);
// How often the quick search chooses as well as a wider one; empty where none were compared.
std::string comparisonVerdict(const ReproduceResults& results);
// Whether C1, C2 and C3 come in the paper's order.
std::string orderVerdict(const ReproduceResults& results);

// RealResponsesFile::pictureRange(), or a wide one without it.
std::pair<double, double> melRange(const ReproduceTask& task);

} // namespace earshot
