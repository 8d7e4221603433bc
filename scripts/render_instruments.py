#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds to a folder of training music what it lacks: instruments that hold their notes as voices do, in other hands than
its own. Free MIDI files are played on sampled instruments, each as it is, on other instruments, and with a few of its
parts alone. Writes FOLDER/instruments/*.wav, and FOLDER/catalogue-instruments.csv: the lines of FOLDER/catalogue.csv and
one for each piece, of the validation split where its author is none of the training's. The same files come out every
time (Debian 12: FluidSynth 2.3.1, mido 1.2.10). Pieces by others again, for asking a classifier that never met them, come
into FOLDER/kept/test/instrumental and into no catalogue.
Usage: render_instruments.py FOLDER
Needs apt-get and dpkg-deb, to fetch the MIDI files, and of apt: fluidsynth fluid-soundfont-gm timgm6mb-soundfont
python3-mido python3-numpy"""

import csv
import random
import subprocess
import sys
import tempfile
import wave
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import mido
import numpy

RATE = 44100
SECONDS = 25
SILENT = 0.003  # of full scale
PEAK = 0.7
SOUND_FONTS = ("/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf2/TimGM6mb.sf2")
# Of each package, the licence of its music.
TRAINING = {
    "freedink-data": "zlib and others",
    "kobodeluxe-data": "GPL-2+",
    "liquidwar-data": "GPL-2+",
    "openttd-openmsx": "GPL-2",
    "simutrans-data": "Artistic-1.0",
}
VALIDATION = {"planetblupi-music-midi": "GPL-3+"}
KEPT = ("pianobooster",)
# General MIDI programs, from 0.
VOICES = {52, 53, 54, 85, 91}
STRINGS = 48
FAMILIES = (
    (21, 23, 22, 20),  # accordions, harmonica, reed organ
    (21,),
    (16, 17, 18, 19, 20),  # organs
    (40, 41, 42, 43, 110),  # bowed strings
    (48, 49, 50, 51, 44),  # string ensembles
    (56, 57, 58, 59, 60, 61),  # brass
    (64, 65, 66, 67),  # saxophones
    (68, 69, 70, 71, 111),  # oboe, English horn, bassoon, clarinet, shanai
    (72, 73, 74, 75, 76, 77, 78, 79),  # flutes
    (80, 81, 82, 83, 84, 86, 87),  # synthetic leads
    (29, 30, 26, 27),  # electric guitars
    (88, 89, 90, 92, 93, 94, 95),  # pads
    (109, 22, 21, 110),  # bagpipe, harmonica, accordion, fiddle
    (104, 105, 106, 107, 24, 25, 46, 108),  # plucked strings, kalimba
)
AS_IT_IS, ARRANGED, FEW_PARTS = range(3)
# What was changed, for those who name the music.
CHANGES = ("MIDI, rendered", "MIDI, on other instruments", "MIDI, some parts on other instruments")
DRUMS = 9  # the channel
FEWEST_NOTES = 12  # of a channel that counts as a part
CHANNELS = 16
MODULATION = 1
# Volume, bank and modulation are the arrangement's own.
REPLACED_CONTROLS = (0, 32, 7, 11, MODULATION)


def notes_of(song):
    """Notes by channel, without drums."""
    notes = {}
    for track in song.tracks:
        for message in track:
            if message.type == "note_on" and message.velocity > 0 and message.channel != DRUMS:
                notes.setdefault(message.channel, []).append(message.note)
    return notes


def arranged(source, kind, draw):
    """The piece as a mido.MidiFile, or None where it has no parts."""
    song = mido.MidiFile(source, clip=True)
    notes = notes_of(song)
    parts = [channel for channel in notes if len(notes[channel]) >= FEWEST_NOTES]
    parts.sort(key=lambda channel: -numpy.mean(notes[channel]))
    if not parts:
        return None
    kept = set(range(CHANNELS))
    programs = {}
    if kind != AS_IT_IS:
        if draw.random() < 0.5:
            families = [draw.choice(FAMILIES)] * CHANNELS
        else:
            families = [draw.choice(FAMILIES) for _ in range(CHANNELS)]
        programs = {channel: draw.choice(families[channel]) for channel in notes}
    if kind == FEW_PARTS:
        highest = sorted(parts[:3])
        kept = set(draw.sample(highest, draw.randint(1, len(highest))))
        if draw.random() < 0.3:
            kept.add(DRUMS)
    shift = 0 if kind == AS_IT_IS else draw.randint(-7, 7)  # semitones

    result = mido.MidiFile(type=song.type or 1, ticks_per_beat=song.ticks_per_beat)
    setup = mido.MidiTrack()
    for channel in range(CHANNELS):
        if channel == DRUMS:
            continue
        if channel in programs:
            setup.append(mido.Message("program_change", channel=channel, program=programs[channel]))
        if kind != AS_IT_IS:
            vibrato = draw.choice([0, 0, 20, 50, 90])
            setup.append(
                mido.Message("control_change", channel=channel, control=MODULATION, value=vibrato)
            )
    result.tracks.append(setup)
    for track in song.tracks:
        result.tracks.append(arranged_track(track, kind, kept, shift))
    return result


def arranged_track(track, kind, kept, shift):
    result = mido.MidiTrack()
    waited = 0
    for message in track:
        waited += message.time
        if not message.is_meta and hasattr(message, "channel"):
            is_note = message.type.startswith("note")
            if is_note and message.channel not in kept:
                continue
            if message.type == "program_change" and message.channel != DRUMS:
                if kind != AS_IT_IS:
                    continue
                if message.program in VOICES:
                    message = message.copy(program=STRINGS)
            if (
                kind != AS_IT_IS
                and message.type == "control_change"
                and message.control in REPLACED_CONTROLS
            ):
                continue
            if is_note and message.channel != DRUMS and shift:
                message = message.copy(note=min(127, max(0, message.note + shift)))
        result.append(message.copy(time=waited))
        waited = 0
    return result


def excerpt_of(sound, draw):
    """Mono; from somewhere in the sound, without silence at its beginning. None where there is too little."""
    loud = numpy.flatnonzero(numpy.abs(sound) > SILENT)
    if len(loud) == 0 or len(sound) < 5 * RATE:
        return None
    sound = sound[loud[0] :]
    room = max(0, len(sound) - SECONDS * RATE)
    start = int(room * draw.random() * 0.7)
    sound = sound[start : start + SECONDS * RATE]
    return sound * (PEAK / max(1e-3, numpy.abs(sound).max()))


def render(source, kind, target, name):
    """Whether target/name.wav was written."""
    draw = random.Random(zlib.crc32(name.encode()))
    try:
        piece = arranged(source, kind, draw)
    except (OSError, ValueError, mido.KeySignatureError) as error:
        print(f"left out: {source.name}: {error}", file=sys.stderr)
        return False
    if piece is None:
        return False
    font = SOUND_FONTS[draw.randrange(len(SOUND_FONTS))]
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = f"{folder}/piece.mid", f"{folder}/piece.wav"
        piece.save(midi)
        subprocess.run(
            ["fluidsynth", "-niq", "-g", "0.5", "-r", str(RATE), "-T", "wav", "-F", wav, font, midi],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with wave.open(wav) as played:
            samples = numpy.frombuffer(played.readframes(played.getnframes()), numpy.int16)
    sound = excerpt_of(samples.reshape(-1, 2).mean(1) / 32768, draw)
    if sound is None:
        return False
    with wave.open(str(target / (name + ".wav")), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
    return True


def midi_files(package, folder):
    """Of Debian's package, unpacked below the folder."""
    subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True)
    (archive,) = folder.glob(package + "_*.deb")
    subprocess.run(["dpkg-deb", "-x", archive, folder / package], check=True)
    return sorted((folder / package).rglob("*.mid"))


def main(folder):
    rows = []
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor() as pool:
        for package in (*TRAINING, *VALIDATION, *KEPT):
            target = folder / ("kept/test/instrumental" if package in KEPT else "instruments")
            target.mkdir(parents=True, exist_ok=True)
            jobs = []
            for source in midi_files(package, Path(scratch)):
                for kind in (AS_IT_IS, ARRANGED, FEW_PARTS):
                    name = f"{source.parent.name}-{source.stem}-{kind}".lower()
                    name = name.replace(" ", "-").replace("'", "")
                    jobs.append((name, kind, pool.submit(render, source, kind, target, name)))
            made = [(name, f"{name} ({CHANGES[kind]})") for name, kind, job in jobs if job.result()]
            print(f"{package}: {len(made)} pieces", file=sys.stderr)
            for split, licences in (("train", TRAINING), ("valid", VALIDATION)):
                if package in licences:
                    rows += [
                        (f"instruments/{name}.wav", "instrumental", split, package, title, licences[package])
                        for name, title in made
                    ]
    catalogue = (folder / "catalogue.csv").read_text(encoding="utf-8")
    columns = next(csv.reader(catalogue.splitlines()))
    values = ("file", "kind", "split", "artist", "title", "licence")
    with open(folder / "catalogue-instruments.csv", "w", encoding="utf-8", newline="") as out:
        out.write(catalogue if catalogue.endswith("\n") else catalogue + "\n")
        writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore", lineterminator="\n")
        for row in sorted(rows):
            writer.writerow(dict(zip(values, row), source="debian/" + row[3]))


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "catalogue.csv").exists():
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
