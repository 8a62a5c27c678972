"""How many pictures are decoded at once, and what an editor reads when there are too many."""

import threading
from contextlib import ExitStack

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from liveblogs import tasks
from liveblogs.models import Image
from liveblogs.pictures import cleaning, slots
from tests.support.factories import ImageFactory, UserFactory
from tests.support.forms import fields, upload, words
from tests.support.pictures import jpeg, photo


@pytest.fixture
def image(db):
    """A picture without renditions: those are made after a commit."""
    return ImageFactory()


@pytest.fixture
def busy(monkeypatch):
    """Every slot is taken, and nobody waits."""
    monkeypatch.setattr(cleaning, "UPLOAD", 0)
    monkeypatch.setattr(slots, "RENDITIONS", 0)
    with ExitStack() as taken:
        for _ in range(slots.AT_ONCE):
            taken.enter_context(slots.slot(0))
        yield


def test_no_more_pictures_are_decoded_at_once_than_there_are_slots(monkeypatch):
    running, most, lock, enough = 0, 0, threading.Lock(), threading.Barrier(slots.AT_ONCE)
    decode = cleaning._decode

    def counted(*args):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        enough.wait(10)  # all slots are taken at some moment
        try:
            return decode(*args)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(cleaning, "_decode", counted)
    monkeypatch.setattr(cleaning, "UPLOAD", 30)
    threads = [
        threading.Thread(target=cleaning.clean, args=(upload(f"{number}.png"),)) for number in range(2 * slots.AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, running) == (slots.AT_ONCE, 0)


@pytest.mark.django_db
def test_upload_that_finds_no_slot_is_told_to_try_again(client, busy):
    client.force_login(UserFactory(group="Editor"))
    answer = client.post(reverse("admin:liveblogs_image_upload"), {"file": upload()})
    assert answer.status_code == 503
    sentence = "“street.png” couldn't be saved: too many pictures are being uploaded. Try again in a moment."
    assert answer.json() == {"error": sentence}
    assert not Image.objects.exists()


@pytest.mark.django_db
def test_form_that_finds_no_slot_keeps_what_was_typed(client, busy):
    client.force_login(UserFactory(group="Editor"))
    add = reverse("admin:liveblogs_image_add")
    response = client.post(add, {"file": upload(), "alt": "Typed", "credit": "Typed"})
    assert "too many pictures are being uploaded" in words(response)
    assert fields(response, "image")["alt"] == "Typed"


@pytest.mark.django_db
def test_slot_is_free_again_after_a_damaged_picture(monkeypatch):
    monkeypatch.setattr(cleaning, "UPLOAD", 0)
    for _ in range(slots.AT_ONCE + 1):
        with pytest.raises(cleaning.Rejected, match="is damaged"):
            cleaning.clean(ContentFile(jpeg(photo((40, 30)))[:200], name="a.jpg"))


def test_renditions_that_find_no_slot_are_made_later(image, busy):
    with pytest.raises(slots.Busy):
        tasks.make_renditions.func(image.pk)
    image.refresh_from_db()
    assert image.missing_renditions()
