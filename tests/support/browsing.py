"""Windows of a phone and of a desk, and files that somebody chooses in them."""

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def file(name: str, data: bytes, kind="image/jpeg") -> dict:
    """For ``Locator.set_input_files``."""
    return {"name": name, "mimeType": kind, "buffer": data}
