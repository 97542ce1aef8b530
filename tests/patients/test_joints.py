"""The words of the joint map stand in the row of the joints that they name."""

from patients.domain.joints import JOINTS, MIDDLE, OUTSIDE, row_words, shown


def test_where_hips_and_wrists_share_a_row_each_has_its_word():
    full = row_words(JOINTS)

    assert (4, OUTSIDE, "Wrist") in full
    assert (4, MIDDLE, "Hip") in full


def test_without_hips_the_wrists_have_the_middle():
    without_hips = [one for one in JOINTS if one.swells]

    for marked in (without_hips, shown(is_full=False)):
        assert [(column, words) for row, column, words in row_words(marked) if row == 4] == [
            (MIDDLE, "Wrist")
        ]
