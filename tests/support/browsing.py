"""What tests in a browser share: window sizes, files to choose, pictures on pages."""

from django.core.files.base import ContentFile

from liveblogs.models import Image

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def make_image(data: bytes, **fields) -> Image:
    words = {"alt": "A street under water", "caption": "Water in Harbour Street", "credit": "Ana Ruiz"} | fields
    return Image.objects.create(file=ContentFile(data, name="a.jpg"), **words)


def file(name: str, data: bytes, kind="image/jpeg") -> dict:
    return {"name": name, "mimeType": kind, "buffer": data}
