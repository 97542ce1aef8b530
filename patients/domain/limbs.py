"""The four limbs that a cuff may sit on. Left and right are always the patient's."""

from enum import StrEnum


class Limb(StrEnum):
    """One limb. Its value is the side and the limb as prescriptions name them."""

    LEFT_ARM = "LEFT_ARM"
    RIGHT_ARM = "RIGHT_ARM"
    LEFT_LEG = "LEFT_LEG"
    RIGHT_LEG = "RIGHT_LEG"

    @property
    def words(self) -> str:
        """As a clinician says it."""
        return self.value.replace("_", " ").lower()


ARMS = (Limb.LEFT_ARM, Limb.RIGHT_ARM)
LEGS = (Limb.LEFT_LEG, Limb.RIGHT_LEG)
ALL_LIMBS = tuple(Limb)


def on_side(limb: str, side: str) -> Limb:
    """The limb of a prescription: ARM or LEG, LEFT or RIGHT."""
    return Limb(f"{side}_{limb}")
