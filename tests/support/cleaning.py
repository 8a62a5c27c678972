"""An upload put through cleaning: the result, the picture read back, or the refusal."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from liveblogs.pictures import cleaning


def cleaned(data, name="picture.jpg"):
    return cleaning.clean(ContentFile(data, name=name))


def opened(result):
    picture = Image.open(io.BytesIO(result.content.read()), formats=[{"jpg": "JPEG", "png": "PNG"}[result.extension]])
    picture.load()
    assert (picture.width, picture.height) == (result.width, result.height)
    return picture


def refusal(data, name="picture.jpg"):
    with pytest.raises(cleaning.Rejected) as caught:
        cleaned(data, name)
    [message] = caught.value.messages
    return caught.value.code, message
