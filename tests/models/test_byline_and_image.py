"""The rules that a byline and an image hold by themselves, and their database for them."""

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from liveblogs.models import Byline, Image, StaleVersion
from tests.support.factories import BylineFactory, ImageFactory, UserFactory, picture
from tests.support.validation import faults

pytestmark = pytest.mark.django_db


# Bylines
# -------


@pytest.mark.parametrize(
    ("name", "organisation"), [("Ana Ruiz", "Fairlead"), ("ANA RUIZ", "fairlead"), ("Ana  Ruiz ", "Fairlead")]
)
def test_name_is_once_in_its_organisation(name, organisation):
    BylineFactory(name="Ana Ruiz", organisation="Fairlead")
    again = Byline(name=name, organisation=organisation)
    assert faults(again) == {"__all__": ["A byline with this name and organization already exists."]}
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_namesakes_elsewhere_get_addresses_of_their_own():
    made = [BylineFactory(name="Ana Ruiz", organisation=name) for name in ("Fairlead", "Tarn Post", "")]
    assert [byline.slug for byline in made] == ["ana-ruiz", "ana-ruiz-2", "ana-ruiz-3"]


@pytest.mark.parametrize(
    ("name", "slug"), [("新华社", "agency"), ("x" * 120, "x" * 120), ("Zoë Müller", "zoe-muller")]
)
def test_address_is_made_from_any_name(name, slug):
    byline = BylineFactory(name=name, kind="agency")
    assert byline.slug == slug
    assert faults(byline) == {}


def test_address_stays_when_the_name_changes():
    byline = BylineFactory(name="Ana Ruiz")
    byline.name = "Ana Ruiz-Ortega"
    byline.save()
    assert Byline.objects.get().slug == "ana-ruiz"


def test_user_has_one_byline_and_may_go():
    user = UserFactory()
    byline = BylineFactory(user=user)
    assert list(faults(Byline(name="Second", user=user))) == ["user"]
    user.delete()
    byline.refresh_from_db()
    assert byline.user is None


def test_save_over_a_newer_byline_is_refused():
    byline = BylineFactory()
    stale = Byline.objects.get(pk=byline.pk)
    byline.bio = "Hers"
    byline.save()
    stale.name = "His"
    with pytest.raises(StaleVersion):
        stale.save()
    byline.delete()
    with pytest.raises(StaleVersion, match="deleted"):
        stale.save()
    assert not Byline.objects.exists()


# Images
# ------


@pytest.mark.parametrize("point", [{"focal_x": -0.01}, {"focal_x": 1.01}, {"focal_y": -1}, {"focal_y": 2}])
def test_focal_point_lies_inside(point):
    image = ImageFactory()
    for name, value in point.items():
        setattr(image, name, value)
    assert list(faults(image)) == list(point)
    with pytest.raises(IntegrityError), transaction.atomic():
        image.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Image.objects.filter(pk=image.pk).update(**point)


def test_corners_are_inside():
    assert faults(ImageFactory(focal_x=0, focal_y=1)) == {}


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, []),
        ({"alt": ""}, ["alt"]),
        ({"alt": " ", "credit": "\t"}, ["alt", "credit"]),
        ({"file": "", "caption": ""}, ["file"]),
    ],
)
def test_missing_names_what_readers_need(fields, missing):
    assert ImageFactory.build(**fields).missing_fields() == missing


def test_words_of_the_same_image_are_under_the_edit_lock():
    image = ImageFactory()
    stale = Image.objects.get(pk=image.pk)
    image.caption = "Hers"
    image.save()
    stale.file = ContentFile(picture("red"), name="x.png")
    with pytest.raises(StaleVersion):
        stale.save()
    stored = Image.objects.get()
    assert (stored.caption, stored.file.name) == ("Hers", image.file.name)


def test_portrait_in_use_is_not_deleted():
    image = ImageFactory()
    BylineFactory(portrait=image)
    with pytest.raises(ProtectedError):
        image.delete()
