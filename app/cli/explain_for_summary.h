// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace earshot {

class Context;
class Explainer;
struct EvaluationSummary;
struct ExplainSettings;

// Explains the classifier's output neuron both ways, makes sounds of everything in a build with
// audio, and asks the classifier and the witness (may be null) about them: fills `response`,
// `settings` and `rows`. The same numbers on every call. Errors: BadInput as Explainer's; Failed on
// a stop.
void explainForSummary(Context& context, const Explainer& explainer, const Explainer* witness,
                       const ExplainSettings& settings, EvaluationSummary& summary);

} // namespace earshot
