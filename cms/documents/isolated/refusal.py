"""Why a file is not taken."""


class Refused(Exception):
    """The file is not taken; `code` names the reason, `detail` a part of the file that shows it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
