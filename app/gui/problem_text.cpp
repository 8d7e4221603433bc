// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/problem_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <array>

namespace earshot {

namespace {

struct Meaning
{
    const char* pattern; // of what the engine says
    const char* summary;
};

// The first that matches.
constexpr std::array meanings{
    Meaning{"; it is set aside as ",
            QT_TRANSLATE_NOOP("Problems",
                              "The unfinished search could not be gone on with: it is of another "
                              "version of Earshot or of other real music, or its file is damaged. "
                              "It was set aside, and the search has begun anew.")},
    Meaning{"cannot be (written|renamed into place).*; what is finished is kept",
            QT_TRANSLATE_NOOP("Problems",
                              "The disk is full, or cannot be written to: make room on it. What "
                              "is finished is kept: the same search (G or Shift+G) or index (F5) "
                              "goes on from there.")},
    Meaning{"unfinished-[^/]*\\.earshot': cannot be (written|renamed into place)",
            QT_TRANSLATE_NOOP("Problems",
                              "The disk is full, or cannot be written to: make room on it, and "
                              "search again (G or Shift+G).")},
    Meaning{"expected 'classifier', found 'generator'",
            QT_TRANSLATE_NOOP("Problems", "This is a generator, and a classifier is needed: choose "
                                          "another folder, or load it as the generator.")},
    Meaning{"expected 'generator', found 'classifier'",
            QT_TRANSLATE_NOOP("Problems", "This is a classifier, and a generator is needed: choose "
                                          "another folder, or load it as the classifier.")},
    Meaning{"needs a generator beside it",
            QT_TRANSLATE_NOOP("Problems", "The classifier is chosen. A generator is needed too, "
                                          "and none came with Earshot: load one.")},
    Meaning{"needs a classifier beside it",
            QT_TRANSLATE_NOOP("Problems", "The generator is chosen. A classifier is needed too, "
                                          "and none came with Earshot: load one.")},
    Meaning{"is not a shipped model here",
            QT_TRANSLATE_NOOP("Problems",
                              "The models that come with Earshot were not found: install it "
                              "again, or load a classifier and a generator from their folders.")},
    Meaning{"is not a model bundle|model\\.json': cannot be read: ",
            QT_TRANSLATE_NOOP("Problems", "There is no model in this folder: choose the one in "
                                          "which model.json lies.")},
    Meaning{"is not the file that model\\.json describes",
            QT_TRANSLATE_NOOP("Problems", "The files of this model do not belong together, or one "
                                          "is damaged: copy or download the whole folder again.")},
    Meaning{"model\\.json': ",
            QT_TRANSLATE_NOOP("Problems",
                              "This model cannot be used: its description, model.json, is "
                              "incomplete, damaged, or of a kind that Earshot does not know.")},
    Meaning{"cannot be (written|renamed into place)",
            QT_TRANSLATE_NOOP("Problems", "The file could not be saved: choose another place, or "
                                          "see whether the disk is full.")},
    Meaning{"cannot be read: No such file",
            QT_TRANSLATE_NOOP("Problems", "The file is not there: it was moved or deleted, or its "
                                          "disk is not connected.")},
    Meaning{"/results/[^/]+/[^/]+~[0-9a-f]{16}\\.earshot': ",
            QT_TRANSLATE_NOOP("Problems", "An explanation that was kept is damaged, and is not "
                                          "used: Explain (E) makes it again.")},
    Meaning{"\\.earshot': (is not a safetensors file|is damaged|has no such tensor|lacks "
            "metadata|has an "
            "unknown format)",
            QT_TRANSLATE_NOOP("Problems", "This is no result of Earshot, or it is incomplete or "
                                          "damaged: copy or save it again.")},
    Meaning{"': (is not a safetensors file|is damaged|has a wrong length|has bad metadata|tensor "
            "'.*' (has (a bad|bad|an unknown|a wrong length)|overlaps|leaves a gap))",
            QT_TRANSLATE_NOOP("Problems", "The file is incomplete or damaged: copy or download it "
                                          "again.")},
    Meaning{"': (cannot be read as audio|cannot be decoded|is cut off)",
            QT_TRANSLATE_NOOP("Problems",
                              "The sound file cannot be read to its end: it is damaged, or of a "
                              "format that Earshot does not know.")}};

} // namespace

ProblemText problemText(const QString& what)
{
    for (const Meaning& meaning : meanings)
        if (QRegularExpression(QString::fromUtf8(meaning.pattern)).match(what).hasMatch())
            return {QCoreApplication::translate("Problems", meaning.summary), what};
    return {what, {}};
}

} // namespace earshot
