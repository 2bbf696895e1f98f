import pytest

from analysis.publish.syllables import count_syllables

#: Syllables → words, counted by hand.
DUTCH = {
    1: ("de het zorg werk nieuw mooi groei leeuw team teams één huis eeuw boek HR 2025 ui ei"),
    2: (
        "over eten idee verzuim verloop geëerd nieuwe niveau bijeen ziekte uitkomst "
        "branche geheim sleutel bestuur ouder auto geacht bureau actie"
    ),
    3: (
        "werknemer gegevens pseudoniem onderzoek sociaal patiënt ideeën teamleider "
        "enquête kwaliteit bijzonder reflectie beoordeel regio pensioen interval "
        "leiderschap synthetisch zeggenschap ervaring opleiding"
    ),
    4: (
        "medewerker pseudoniemen financieel beïnvloeden situatie luistersessie reageren "
        "vertrouwelijk hygiëne"
    ),
    5: "organisatie organisaties leidinggevende individueel coördinatie",
    9: "dataverificatiesessie",
}
#: Syllables → words, counted by hand.
ENGLISH = {
    1: (
        "the care makes worked leave leaves use used whole those same time come some are "
        "were have one place trained year each learn real key they who you HR range voice "
        "choice large since else horse ease please rule rules scale while true due closed "
        "based"
    ),
    2: (
        "over table changes rated being nation special absence data report people figure "
        "figures session sessions statement chapter release believe involve little "
        "people's science quiet create social question questions uses measure measured "
        "because language places needed reason secret value sources causes houses"
    ),
    3: (
        "idea various employee employees manager management appendix interval pseudonym "
        "pseudonyms listening reflection evidence area created languages example provided "
        "policy synthetic period serious audience continue"
    ),
    4: "appreciate curriculum society confidential variable experience material",
    5: "organisation organisations association verification individual",
}


@pytest.mark.parametrize(("language", "known"), [("nl", DUTCH), ("en", ENGLISH)])
def test_words_have_the_syllables_that_people_count(language, known):
    for syllables, words in known.items():
        for word in words.split():
            assert count_syllables(word, language) == syllables, word


@pytest.mark.parametrize("word", ["over", "eten", "idee", "elk", "actie"])
def test_a_syllable_of_one_letter_counts(word):
    """Hyphenation does not see it, as a line never breaks there."""
    known = {"over": 2, "eten": 2, "idee": 2, "elk": 1, "actie": 2}
    assert count_syllables(word, "nl") == known[word]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_capitals_do_not_matter_and_every_word_has_one(language):
    assert count_syllables("Zorg", language) == count_syllables("ZORG", language) == 1
    assert count_syllables("2025", language) == count_syllables("vvt", language) == 1
