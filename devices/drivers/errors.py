"""What can go wrong between us and a controller, each with a sentence for people."""


class ControllerError(Exception):
    """Anything a driver raises. Its text may be shown to people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ControllerLostError(ControllerError):
    """No answer, or one that can't be trusted. What the cuff does now is unknown."""


class ControllerRefusedError(ControllerError):
    """An intact answer that says no. `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The controller refused: {reason}")
        self.reason = reason


class WrongControllerError(ControllerError):
    """Something answers, but not the controller that belongs on this port."""


class PortBusyError(ControllerError):
    """Another program holds the port."""


class PortMissingError(ControllerError):
    """There is no such port, or it may not be opened."""
