"""How many syllables a word has: the groups of vowels that sound as one.

A library for hyphenation counts where a line may break, not syllables: ``over`` and ``idee`` may
break nowhere, and have two. textstat counts Dutch that way, which makes a text look easier than it
is. Counting vowels is what the formulas of Flesch (1948) and Douma (1960) were made with, by hand.
"""

import re
import unicodedata

from analysis.languages import Language

#: Marks that stress a vowel but do not part it from its neighbour: één is one syllable.
_STRESS = {ord(mark): None for mark in "\u0300\u0301\u0302"}
_DIAERESIS = "\u0308"

#: Longest first: niveau, mooi, nieuw, then pairs; a vowel with a diaeresis starts anew.
_DUTCH = re.compile(r"eau|aai|ooi|oei|eeu|ieu|aa|ee|ie|oo|uu|oe|eu|ui|ij|ei|ou|au|ai|[aeiouy]")
#: A consonant in sound, or an English word in Dutch.
_DUTCH_SPELLING = ((re.compile(r"qu"), "kw"), (re.compile(r"team"), "tiem"))

_ENGLISH = re.compile(r"[aeiouy]+")
#: Vowels that are written and not heard: care, makes, worked, statement; not table or rated.
_SILENT = re.compile(
    r"(?<=[aeiouy][^aeiouylsxz])e$|(?<=[aeiouy][^aeiouy]{2})(?<!l)e$|(?<=[aeiouy][lsz])e$"
    r"|(?<=[^aeiouysxzcgh])es$|(?<=[^aeiouytd])ed$|(?<=[aeiouy][^aeiouy])e(?=ments?$)"
)
#: Neighbours that are heard apart: being, idea, various, employee; not nation, people or language.
_APART = re.compile(
    r"[aeiou](?=ing)|(?<![tcsg])i(?=[aou])|(?<=[ct])i(?=at)|ie(?=t|nc)|(?<=[lrs])ie(?=rs?$)|(?<!p)[ue](?=o(?!u))"
    r"|(?<![gq])u(?=a(?!r))|(?<=cr)e(?=at)|(?<=[aeo])y(?=[aeiou])|ea$|sm$"
)


def count_syllables(word: str, language: Language) -> int:
    """Count the syllables of a word; one without vowels, as a number or HR, counts as one."""
    plain = unicodedata.normalize("NFD", word.lower()).translate(_STRESS)
    # What a diaeresis marks begins a syllable: geëerd has three groups, not one.
    plain = re.sub(f"([aeiou]){_DIAERESIS}", r"'\1", plain)
    if language == "nl":
        for written, heard in _DUTCH_SPELLING:
            plain = written.sub(heard, plain)
        return max(len(_DUTCH.findall(plain)), 1)
    heard = _SILENT.sub("", plain)
    return max(len(_ENGLISH.findall(heard)) + len(_APART.findall(heard)), 1)
