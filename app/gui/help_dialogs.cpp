// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/help_dialogs.h"

#include "app/gui/models.h"

#include <QAction>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace earshot {

namespace {

constexpr int pageWidth = 640;
constexpr int pageHeight = 560;

QString tr(const char* text)
{
    return QCoreApplication::translate("Help", text);
}

// A page that stays open beside the window.
void showPage(QWidget* parent, const QString& title, const QString& html)
{
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    auto* text = new QTextBrowser;
    text->setOpenExternalLinks(true);
    text->setHtml(html);
    text->setFrameShape(QFrame::NoFrame);
    text->document()->setDocumentMargin(16);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(text);
    layout->addWidget(buttons);
    dialog->resize(pageWidth, pageHeight);
    dialog->show();
}

QString escaped(const std::string& text)
{
    return QString::fromStdString(text).toHtmlEscaped();
}

} // namespace

void showMethod(QWidget* parent)
{
    const QString html =
        tr("<h2>What has my network learned?</h2>"
           "<p>A classifier is a chain of layers, each with many <b>units</b>. Earshot takes one "
           "unit, or any sum of units, as the <b>response</b>, and looks for sounds that it "
           "responds to most (<b>positive explanation</b>) and least (<b>negative "
           "explanation</b>).</p>"
           "<h3>How the sounds are found</h3>"
           "<p>A <b>generator</b>, trained on music, turns 128 random numbers (the <b>latent</b> "
           "z) into 1.7 seconds of spectrogram. From a random start, z is moved step by step in "
           "the direction that raises the response, or lowers it. A <b>prior</b> holds z "
           "back from lengths that the generator never met in training: ‖z‖ of a random start "
           "lies between 9.9 and 12.7 in 95 of 100 cases. Moving z alone keeps the result nearer "
           "to music than changing the spectrogram itself, which soon finds noise that fools the "
           "network. Too many or too large steps still leave music behind: look at ‖z‖, "
           "<i>Heard</i> and <i>Witness</i>.</p>"
           "<h3>How far to go</h3>"
           "<p>Too few steps change nothing; too many push the response beyond anything that real "
           "music causes. The <b>Fréchet distance</b> (Eq. 3 of the paper) compares the responses "
           "of the explanations with those of the 50 real excerpts that excite the unit most (or "
           "least). <i>Recommended</i> takes the step where it is smallest. The dial goes through "
           "those that were kept.</p>"
           "<p><b>Choose settings</b> looks for more: it explains the unit with nine pairs of "
           "learning rate and prior weight, and shows under <i>Grid</i> how far each is from real "
           "music after every step. <b>Use</b> makes the one that is selected this unit’s "
           "recommended one.</p>"
           "<h3>Music of your own</h3>"
           "<p>Drop a folder of music on the window: the classifier listens to all of it, once for "
           "all units. <i>Song</i> then shows which excerpts excite the unit most and least, and "
           "how it responds along a song, played from its own file. Percentiles, distances and "
           "the recommended step compare with this music, until <b>I</b> goes back to the music "
           "that the classifier was trained on. Few songs say little: what is compared with "
           "stands beside the explanation.</p>"
           "<h3>What to believe</h3>"
           "<ul><li><b>Percentile</b>: where a response lies among the responses to real music. A "
           "bare number means little.</li>"
           "<li><b>Heard</b>: the spectrogram is turned into sound, and the classifier is asked "
           "again about the sound. If the response is lost on the way, so is the explanation.</li>"
           "<li><b>Witness</b>: a second classifier, which had no part in making the explanation, "
           "judges the same sound. About the output neuron it should agree: hear the label in "
           "positive explanations, and not in negative ones; where it does not, the explanation "
           "may be a blind spot of the first. Of inner units it only says whether it hears the "
           "label.</li>"
           "<li><b>Real excerpts</b> with the highest and lowest responses go through the same "
           "resynthesis, for fair listening; press O for the recording.</li>"
           "<li><b>Levels</b> are matched, because the louder of two sounds seems the better "
           "one.</li></ul>"
           "<h3>A first minute</h3>"
           "<p>Press <b>Space</b> and switch with <b>A</b> (negative), <b>B</b> (start), <b>C</b> "
           "(positive) and <b>D</b> (real) at the same position. Drag the dial from <i>less</i> "
           "to <i>more</i>. Click another unit on the left: those of <tt>fc8</tt> of the shipped "
           "classifier are explained already, on others press <b>E</b>.</p>"
           "<p>A channel of a convolution is written <tt>mean(conv4[12])</tt>; "
           "<tt>fc8[3] - fc8[7]</tt> and <tt>norm(fc7)</tt> work too. <tt>layer</tt> is a layer "
           "before its non-linearity, <tt>layer.act</tt> after it: after a sigmoid the gradient "
           "dies, so explain <tt>fc9[0]</tt>, not <tt>fc9.act[0]</tt>.</p>"
           "<p>The method: S. Mishra, D. Stoller, E. Benetos, B. L. Sturm, S. Dixon, “GAN-based "
           "generation and automatic selection of explanations for neural networks”, 2019, <a "
           "href='https://arxiv.org/abs/1904.09533'>arXiv:1904.09533</a>.</p>");
    showPage(parent, tr("How it works"), html);
}

void showKeys(QWidget* parent, const QList<QAction*>& actions)
{
    QString html = QStringLiteral("<table cellspacing='0' cellpadding='4'>");
    for (const QAction* action : actions) {
        if (action->shortcut().isEmpty())
            continue;
        html += QStringLiteral("<tr><td align='right'><b>%1</b></td><td>%2</td></tr>")
                    .arg(QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText)
                             .replace("; ", tr(" or "))
                             .toHtmlEscaped(),
                         action->statusTip().toHtmlEscaped());
    }
    html += QStringLiteral("</table>");
    html += tr("<p>In a spectrogram: the wheel with Ctrl zooms, a double click shows all, "
               "dragging takes the sound out as a WAV file. In the film strip, on the dial and in "
               "the grid: arrow keys; Enter uses the setting that is selected in the grid. Under "
               "Song: Enter or a click plays an excerpt from its file; along the song, arrow keys "
               "go by a second, page up and down by ten.</p>");
    showPage(parent, tr("Keys"), html);
}

void showAbout(QWidget* parent, const Models* models)
{
    QString html =
        tr("<h2>Earshot %1</h2><p>See and hear what a neuron of an audio classifier responds "
           "to.</p><p>GPL-3.0-or-later. It stands on Qt 6 (LGPL-3.0), LibTorch (BSD-3-Clause), "
           "QCustomPlot (GPL-3.0), FFTW 3 (GPL-2.0-or-later), libsndfile and libsoxr (LGPL-2.1), "
           "PortAudio (MIT), nlohmann-json (MIT) and OpenSSL (Apache-2.0).</p>")
            .arg(QCoreApplication::applicationVersion());
    if (models != nullptr) {
        const ModelDescription& classifier = models->explainer->classifier();
        const ModelDescription& generator = models->explainer->generator();
        html += tr("<h3>Models</h3><p>%1: %2<br>%3: %4<br>Their cards, README.md in each "
                   "bundle's folder, name the music they were trained on.</p>")
                    .arg(escaped(classifier.name), escaped(classifier.licence),
                         escaped(generator.name), escaped(generator.licence));
        if (models->examples) {
            html += tr("<h3>Music</h3><p>Excerpts of 1.7 seconds from:</p><ul>");
            for (const Attribution& song : models->examples->attributions())
                html += QStringLiteral("<li>%1%2 (%3)%4</li>")
                            .arg(song.artist.empty() ? QString() : escaped(song.artist) + ": ",
                                 escaped(song.title), escaped(song.licence),
                                 song.source.empty() ? QString()
                                                     : QStringLiteral(", ") + escaped(song.source));
            html += QStringLiteral("</ul>");
        }
    }
    showPage(parent, tr("About Earshot"), html);
}

} // namespace earshot
