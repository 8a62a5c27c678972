"""Archives, in: every property of the table of docs/archive.md, and what happens when it is missing or odd."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image as Picture

from liveblogs import publishing, timeline
from liveblogs.models import Blog, Byline, Fragment, Image, Post
from liveblogs.text import credits, richtext
from tests.support.archives import at, bring_in, draw, media, one_post, valid

pytestmark = pytest.mark.django_db


def post_line(post: Post) -> str:
    return credits.text(credits.post_line([credit.as_credit() for credit in post.credits.all()], post.label))


def blog_line(blog: Blog) -> str:
    return credits.text(credits.blog_line([credit.as_credit() for credit in blog.credits.all()]))


def only_post(tmp_path: Path, **properties: Any) -> Post:
    return bring_in(tmp_path, one_post(**properties)).blog.posts.get()


# The blog
# --------


def test_blog_has_what_the_file_says(tmp_path: Path) -> None:
    imported = bring_in(tmp_path, valid())
    blog = Blog.objects.get()
    assert imported.blog == blog
    assert imported.is_new
    assert imported.notes == []
    assert blog.slug == "oxley-bridge"
    assert blog.title == "Oxley bridge opens"
    assert blog.summary == "<p>The bridge over the Tarn opens after nine years.</p><p>Trains follow in May.</p>"
    assert blog_line(blog) == "By Ida Marsh and Olu Brand, Tarn Post"
    assert blog.status == "ended"
    assert blog.time_zone == "Europe/London"
    assert blog.published_at == at("2024-03-22 07:55")
    assert blog.updated_at == at("2024-03-22 15:30")
    assert blog.coverage_starts_at == at("2024-03-22 08:00")
    assert blog.coverage_ends_at == at("2024-03-22 16:00")
    assert blog.cover.caption == "The bridge at noon"
    assert (blog.post_count, blog.revision) == (3, 1)


def test_summary_is_plain_text_or_html(tmp_path: Path) -> None:
    plain = bring_in(tmp_path / "1", valid(identifier="a", description="Q&A: 3 < 4\nand </3"))
    html = bring_in(
        tmp_path / "2", valid(identifier="b", description="<h2>Why</h2><p>It <b>opens</b><script>x</script>")
    )
    none = bring_in(tmp_path / "3", valid(identifier="c", description=None))
    assert plain.blog.summary == "<p>Q&amp;A: 3 &lt; 4<br>and &lt;/3</p>"
    assert html.blog.summary == "<h3>Why</h3><p>It <strong>opens</strong></p>"
    assert html.notes == ["description: left out: a script"]
    assert none.blog.summary == ""


def test_blog_times_that_are_missing_come_from_the_posts(tmp_path: Path) -> None:
    content = valid(datePublished=None, dateModified=None, coverageStartTime=None, coverageEndTime=None)
    blog = bring_in(tmp_path, content).blog
    assert blog.published_at == at("2024-03-22 08:00")
    assert blog.updated_at == at("2024-03-22 12:40")
    assert (blog.coverage_starts_at, blog.coverage_ends_at) == (None, None)


def test_blog_without_posts_imports(tmp_path: Path) -> None:
    blog = bring_in(tmp_path, valid(liveBlogUpdate=[])).blog
    assert (blog.post_count, blog_line(blog)) == (0, "By Ida Marsh and Olu Brand, Tarn Post")


@pytest.mark.parametrize(
    ("told", "ends", "option", "status"),
    [
        (None, "2024-03-22T16:00:00Z", "", "ended"),
        (None, None, "", "ended"),
        ("live", None, "", "live"),
        ("live", "2999-01-01T00:00:00Z", "", "live"),
        ("ended", None, "", "ended"),
        ("Obsolete", None, "", "ended"),
        (["live"], None, "", "ended"),
        (None, None, "live", "live"),
        ("live", None, "ended", "ended"),
        ("live", None, "draft", "draft"),
    ],
)
def test_status_is_the_wanted_one_or_the_files_or_ended(
    tmp_path: Path, told: Any, ends: Any, option: str, status: str
) -> None:
    blog = bring_in(tmp_path, valid(creativeWorkStatus=told, coverageEndTime=ends), status=option).blog
    assert blog.status == status


def test_coverage_that_is_carried_on_has_no_end(tmp_path: Path) -> None:
    assert bring_in(tmp_path, valid(), status="live").blog.coverage_ends_at is None
    later = valid(identifier="later", coverageEndTime="2999-01-01T00:00:00Z")
    assert bring_in(tmp_path / "2", later, status="live").blog.coverage_ends_at == at("2999-01-01 00:00")


def test_draft_is_hidden_until_it_is_opened_and_then_keeps_its_times(tmp_path: Path, client) -> None:
    blog = bring_in(tmp_path, valid(), status="draft").blog
    addresses = ["/oxley-bridge/", "/oxley-bridge/first-train/"]
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    publishing.open_blog(blog)
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    assert Blog.objects.get().published_at == at("2024-03-22 07:55")


@pytest.mark.parametrize(
    ("identifier", "title", "slug"),
    [
        ("oxley-bridge", "Oxley bridge opens", "oxley-bridge"),
        (None, "Oxley bridge: “It opens!”", "oxley-bridge-it-opens"),
        ("news/2024/oxley", "Oxley bridge opens", "oxley-bridge-opens"),
        (17, "Oxley bridge opens", "oxley-bridge-opens"),
        ("x" * 81, "Oxley bridge opens", "oxley-bridge-opens"),
        (None, " ".join(["bridge"] * 20), "-".join(["bridge"] * 11)),
        (None, "b" * 100, "b" * 80),
        (None, "桥梁开通", "blog-8e53e979"),
    ],
)
def test_slug_is_the_identifier_or_made_from_the_title(tmp_path: Path, identifier: Any, title: str, slug: str) -> None:
    assert bring_in(tmp_path, valid(identifier=identifier, headline=title)).blog.slug == slug


@pytest.mark.parametrize("wrap", [lambda blog: {"@graph": [{"@type": "WebSite"}, blog]}, lambda blog: [blog]])
@pytest.mark.parametrize(
    "kind", ["LiveBlogPosting", ["NewsArticle", "LiveBlogPosting"], "https://schema.org/LiveBlogPosting"]
)
def test_blog_is_found_in_a_graph_and_by_any_form_of_its_type(tmp_path: Path, wrap: Any, kind: Any) -> None:
    assert bring_in(tmp_path, wrap(valid(**{"@type": kind}))).blog.post_count == 3


# Posts
# -----


def test_posts_have_what_the_file_says(tmp_path: Path) -> None:
    bring_in(tmp_path, valid())
    train, crowds, morning = Post.objects.newest_first()
    assert train.public_id == "first-train"
    assert train.headline == "A first train crosses"
    assert train.body == "<p>It ran <strong>empty</strong>.</p><ul><li>Nine coaches</li><li>40 km/h</li></ul>"
    assert post_line(train) == "Analysis from Tarn Post's Ida Marsh in Oxley and Overland Wire"
    assert (train.published_at, train.updated_at) == (at("2024-03-22 12:10"), at("2024-03-22 12:40"))
    assert (train.is_key_event, train.is_pinned) == (True, False)
    assert train.correction == "An earlier version said ten coaches."
    assert train.corrected_at == at("2024-03-22 12:40")
    assert {post.state for post in (train, crowds, morning)} == {"published"}
    assert {post.revision for post in (train, crowds, morning)} == {1}

    assert (crowds.headline, crowds.body, crowds.label) == ("", "", "")
    assert post_line(crowds) == "From Tarn Post's Valley Desk in Oxley"
    assert [
        (row.shown_caption, row.image.alt, row.image.credit, row.image.width, row.image.height)
        for row in crowds.images.all()
    ] == [
        ("Crowds on the east bank", "People with umbrellas", "Olu Brand/Tarn Post", 80, 60),
        ("The bridge, still closed", "A steel bridge over a river", "Ida Marsh/Tarn Post", 64, 48),
    ]

    assert (morning.public_id, morning.updated_at) == ("good-morning", at("2024-03-22 08:00"))
    assert (morning.is_key_event, morning.is_pinned) == (False, True)
    assert post_line(morning) == ""
    assert (morning.correction, morning.corrected_at) == ("", None)


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"headline": "Alone", "text": None},
        {"text": "", "image": "images/crowd.jpg"},
        {"text": None, "image": {"contentUrl": "./images/crowd.jpg"}},
        {"text": "", "articleBody": "Plain."},
        {"@type": None, "author": [], "image": [], "keywords": [], "genre": "", "locationCreated": None},
    ],
)
def test_post_that_leaves_things_out_imports(tmp_path: Path, properties: dict[str, Any]) -> None:
    assert only_post(tmp_path, **properties).state == "published"


@pytest.mark.parametrize(
    ("properties", "body"),
    [
        ({"text": "<p>A</p>", "articleBody": "B"}, "<p>A</p>"),
        ({"text": " ", "articleBody": "A <b>\nsame\n\nnext"}, "<p>A &lt;b&gt;<br>same</p><p>next</p>"),
        ({"text": {"@value": "<p>A</p>", "@language": "en"}}, "<p>A</p>"),
        ({"text": "words\x07 alone\u202e"}, "<p>words alone</p>"),
    ],
)
def test_body_is_html_or_else_plain_text(tmp_path: Path, properties: dict[str, Any], body: str) -> None:
    assert only_post(tmp_path, **properties).body == body


def test_what_cannot_stand_in_a_body_is_left_out_and_noted(tmp_path: Path) -> None:
    text = '<p onclick="x()">Kept <a href="javascript:x()">link</a></p><iframe src="https://example.org"></iframe>'
    imported = bring_in(tmp_path, one_post(text=text))
    assert imported.blog.posts.get().body == "<p>Kept link</p>"
    (note,) = imported.notes
    assert note == (
        'liveBlogUpdate[0].text: left out: the link address "javascript:x()", a script in an attribute, '
        "an embedded frame"
    )


def test_post_of_which_nothing_can_be_shown_is_left_out_and_noted(tmp_path: Path) -> None:
    content = valid()
    content["liveBlogUpdate"][1] = {
        "datePublished": "2024-03-22T10:00:00Z",
        "text": '<iframe src="https://example.org"></iframe>',
        "image": "https://example.org/a.jpg",
    }
    imported = bring_in(tmp_path, content)
    assert list(imported.blog.posts.values_list("public_id", flat=True)) == ["first-train", "good-morning"]
    assert imported.notes == [
        "liveBlogUpdate[1].text: left out: an embedded frame",
        'liveBlogUpdate[1].image: a web address, not fetched: "https://example.org/a.jpg"',
        "liveBlogUpdate[1]: nothing of this post can be shown; it is left out",
    ]


@pytest.mark.parametrize(
    ("told", "zone", "instant"),
    [
        ("2024-07-01T12:00:00Z", "", "2024-07-01 12:00"),
        ("2024-07-01T12:00:00.250+02:00", "", "2024-07-01 10:00:00.250"),
        ("2024-07-01T12:00:00+0530", "", "2024-07-01 06:30"),
        ("2024-07-01 12:00", "", "2024-07-01 12:00"),
        ("2024-07-01T12:00:00", "America/New_York", "2024-07-01 16:00"),
        ("2024-01-01T12:00:00", "America/New_York", "2024-01-01 17:00"),
        ("2024-07-01", "America/New_York", "2024-07-01 04:00"),
        ("2024-11-03T01:30:00", "America/New_York", "2024-11-03 05:30"),  # the first of two
        (" 2024-07-01T12:00:00Z ", "", "2024-07-01 12:00"),
    ],
)
def test_times_without_an_offset_are_those_of_the_blogs_zone(
    tmp_path: Path, told: str, zone: str, instant: str
) -> None:
    content = one_post(datePublished=told)
    in_file = bring_in(tmp_path / "1", content | {"scheduleTimezone": zone or None, "identifier": "a"})
    as_option = bring_in(tmp_path / "2", content | {"identifier": "b"}, time_zone=zone)
    assert [blog.posts.get().published_at for blog in (in_file.blog, as_option.blog)] == [at(instant)] * 2
    assert {in_file.blog.time_zone, as_option.blog.time_zone} == {zone or "UTC"}


def test_zone_of_the_file_wins_over_the_option(tmp_path: Path) -> None:
    assert bring_in(tmp_path, valid(), time_zone="Asia/Tokyo").blog.time_zone == "Europe/London"


def test_change_before_publication_counts_as_none(tmp_path: Path) -> None:
    imported = bring_in(tmp_path, one_post(dateModified="2024-03-22T11:59:59Z"))
    post = imported.blog.posts.get()
    assert post.updated_at == post.published_at == at("2024-03-22 12:00")
    assert imported.notes == [
        "liveBlogUpdate[0].dateModified: before datePublished; the post counts as unchanged since then"
    ]


def test_notes_that_say_the_same_are_told_once(tmp_path: Path) -> None:
    content = valid()
    for post in content["liveBlogUpdate"]:
        post["dateModified"] = "2024-03-01T00:00:00Z"
    assert bring_in(tmp_path, content).notes == [
        "liveBlogUpdate[0].dateModified and 2 more: before datePublished; the post counts as unchanged since then"
    ]


def test_identifiers_are_kept_when_they_can_be_addresses(tmp_path: Path) -> None:
    told = ["60300f5f8f08ad21ea60071e", 12, {"@type": "PropertyValue", "value": "abc"}, ["first", "second"]]
    odd = ["abc", "changes", "no spaces", "x" * 65, "", None, True, {"a": 1}, ["ä"]]
    posts = [
        {"datePublished": f"2024-03-22T12:{number:02}:00Z", "headline": str(number), "identifier": identifier}
        for number, identifier in enumerate([*told, *odd])
    ]
    imported = bring_in(tmp_path, valid(liveBlogUpdate=posts))
    found = list(imported.blog.posts.order_by("published_at").values_list("public_id", flat=True))
    assert found[:4] == ["60300f5f8f08ad21ea60071e", "12", "abc", "first"]
    assert [len(public_id) for public_id in found[4:]] == [10] * 9
    assert len(set(found)) == 13
    assert imported.notes == [
        "liveBlogUpdate[4].identifier: another post has it already; this one gets a new one",
        "liveBlogUpdate[5].identifier and 4 more: cannot be the address of a post here; it gets a new one",
    ]


@pytest.mark.parametrize("newest_first", [True, False])
def test_posts_of_the_same_second_keep_the_files_order(tmp_path: Path, newest_first: bool) -> None:
    days = {"a": 22, "b": 21, "c": 21, "d": 21, "e": 20}
    posts = [{"headline": name, "identifier": name, "datePublished": f"2024-03-{day}"} for name, day in days.items()]
    bring_in(tmp_path, valid(liveBlogUpdate=posts if newest_first else posts[::-1]))
    assert list(Post.objects.newest_first().values_list("public_id", flat=True)) == ["a", "b", "c", "d", "e"]


def test_pinned_posts_lead_in_the_order_of_their_positions_or_of_the_file(tmp_path: Path) -> None:
    posts = [
        {"headline": name, "identifier": name, "datePublished": f"2024-03-2{number}", "keywords": "PINNED"} | more
        for number, (name, more) in enumerate(
            [("a", {}), ("b", {"position": 2}), ("c", {}), ("d", {"position": 1}), ("e", {"keywords": "news"})]
        )
    ]
    bring_in(tmp_path, valid(liveBlogUpdate=posts))
    page = timeline.page(timeline.snapshot("oxley-bridge"), timeline.Place())
    assert [item.public_id for item in page.pinned] == ["d", "b", "a", "c"]
    assert [item.public_id for item in page.posts] == ["e"]


@pytest.mark.parametrize(
    ("keywords", "key_event", "pinned"),
    [
        (["key event"], True, False),
        ("Key Event, Pinned", True, True),
        (["news, pinned "], False, True),
        ([{"@type": "DefinedTerm", "name": "key event"}], True, False),
        ("keyevent", False, False),
        (None, False, False),
    ],
)
def test_keywords_mark_key_events_and_pinned_posts(
    tmp_path: Path, keywords: Any, key_event: bool, pinned: bool
) -> None:
    post = only_post(tmp_path, keywords=keywords)
    assert (post.is_key_event, post.is_pinned) == (key_event, pinned)


@pytest.mark.parametrize(
    "genre", ["Analysis", ["", "Analysis", "Opinion"], {"@type": "DefinedTerm", "name": "Analysis"}]
)
def test_genre_is_the_label(tmp_path: Path, genre: Any) -> None:
    assert only_post(tmp_path, genre=genre).label == "Analysis"


@pytest.mark.parametrize(
    ("told", "text", "when"),
    [
        (" Ten was\r\nwrong.\x07", "Ten was\nwrong.", None),
        ([{"text": "One.", "datePublished": "2024-03-22T12:05:00Z"}, "Two."], "One.\n\nTwo.", "2024-03-22 12:05"),
        ({"datePublished": "2024-03-22T12:05:00Z"}, "", None),
    ],
)
def test_corrections_become_one_note(tmp_path: Path, told: Any, text: str, when: str | None) -> None:
    post = only_post(tmp_path, correction=told)
    assert (post.correction, post.corrected_at) == (text, at(when) if when else None)


# Credits
# -------


@pytest.mark.parametrize(
    ("author", "line", "kinds"),
    [
        ({"@type": "Person", "name": "A", "affiliation": {"name": "P"}}, "From P's A", ["person"]),
        ({"@type": "Person", "name": "A", "affiliation": "P"}, "From P's A", ["person"]),
        ({"@type": "Person", "name": "A", "affiliation": [{}, {"name": "P"}, "Q"]}, "From P's A", ["person"]),
        ({"@type": ["Person"], "name": "A"}, "From A", ["person"]),
        ({"name": "A"}, "From A", ["person"]),
        ({"@type": "Organization", "name": "W"}, "From W", ["agency"]),
        ({"@type": "NewsMediaOrganization", "name": "W"}, "From W", ["agency"]),
        ({"@type": "Organization", "name": "D", "parentOrganization": {"name": "P"}}, "From P's D", ["desk"]),
        ({"@type": "Organization", "name": "D", "additionalType": "desk"}, "From D", ["desk"]),
        ("A", "From A", ["person"]),
        ("A, P", "From A, P", ["person"]),
        (["A", {"@type": "Organization", "name": "W"}, "B"], "From A, W and B", ["person", "agency", "person"]),
        (["A", "a", {"name": "A"}], "From A", ["person"]),
        ([], "", []),
        ([None, ""], "", []),
    ],
)
def test_authors_become_credits(tmp_path: Path, settings, author: Any, line: str, kinds: list[str]) -> None:
    settings.ORGANISATION = "Somebody Else"
    post = only_post(tmp_path, author=author)
    assert post_line(post) == line
    assert [credit.byline.kind for credit in post.credits.all()] == kinds


def test_bylines_that_are_here_are_used_whatever_their_case(tmp_path: Path) -> None:
    ida = Byline.objects.create(name="ida MARSH", organisation="TARN post", job_title="Reporter")
    Byline.objects.create(name="Ida Marsh", organisation="Elsewhere")
    imported = bring_in(tmp_path, valid())
    assert (imported.bylines, imported.new_bylines) == (4, 3)
    assert Post.objects.get(public_id="first-train").credits.first().byline == ida
    assert imported.blog.credits.first().byline == ida
    assert ida.job_title == Byline.objects.get(pk=ida.pk).job_title == "Reporter"


@pytest.mark.parametrize(
    ("here", "organisation", "author", "meant"),
    [
        ([("Ana Ruiz", "Wire")], "", "ana ruiz", "Ana Ruiz (Wire)"),
        ([("Ana Ruiz", "Wire"), ("Ana Ruiz", "Post"), ("Ana Ruiz", "")], "Post", "Ana Ruiz", "Ana Ruiz"),
        ([("Ana Ruiz", "Wire"), ("Ana Ruiz", "Post")], "Post", "Ana Ruiz", "Ana Ruiz (Post)"),
        ([("Ana Ruiz", "Wire"), ("Ana Ruiz", "Post")], "", "Ana Ruiz", "Ana Ruiz"),
        ([("Ana Ruiz", "Wire")], "", "Ana Ruiz, wire", "Ana Ruiz (Wire)"),
        ([("Ana Ruiz", "Wire")], "", "Ana Ruiz (Wire)", "Ana Ruiz (Wire)"),
        ([("Ana Ruiz", "Wire")], "", "Ana Ruiz, Post", "Ana Ruiz, Post"),
        ([("Élan Ó", "Wire")], "", "Élan Ó", "Élan Ó (Wire)"),
    ],
)
def test_bare_name_means_a_byline_that_is_here(
    tmp_path: Path, settings, here: list[tuple[str, str]], organisation: str, author: str, meant: str
) -> None:
    settings.ORGANISATION = organisation
    for name, where in here:
        Byline.objects.create(name=name, organisation=where)
    assert str(only_post(tmp_path, author=author).credits.get().byline) == meant


def test_bare_name_means_somebody_named_in_full_in_the_same_file(tmp_path: Path) -> None:
    content = valid()
    content["liveBlogUpdate"][0]["author"] = [
        "Olu Brand",
        {"@type": "Person", "name": "Olu Brand", "affiliation": "Tarn Post"},
    ]
    bring_in(tmp_path, content)
    assert post_line(Post.objects.get(public_id="first-train")) == "Analysis from Tarn Post's Olu Brand in Oxley"
    assert Byline.objects.filter(name="Olu Brand").count() == 1


@pytest.mark.parametrize(
    ("places", "line"),
    [
        ("London", "From A and B in London"),
        ({"@type": "Place", "name": "London"}, "From A and B in London"),
        (["London"], "From A and B in London"),
        (["London", {"name": "Kyiv"}], "From A in London and B in Kyiv"),
        (["London", ""], "From A in London and B"),
        (["London", "Kyiv", "Paris"], "From A in London and B in Kyiv"),
        (None, "From A and B"),
        (["London", "Kyiv"], "From A in London, B in Kyiv and C"),
    ],
)
def test_places_belong_to_the_credits(tmp_path: Path, places: Any, line: str) -> None:
    authors = [{"@type": "Organization", "name": name} for name in ("ABC" if "C" in line else "AB")]
    post = only_post(tmp_path, author=authors, locationCreated=places)
    assert post_line(post) == line


# Pictures
# --------


def test_alt_text_is_the_description_or_the_caption_or_the_files_own_or_the_headline(tmp_path: Path) -> None:
    draw(tmp_path / "images" / "bare.png", 5)
    picture = Picture.new("RGB", (40, 30), "teal")
    exif = picture.getexif()
    exif[0x010E], exif[0x013B] = "A teal board", "Mo Quill"
    picture.save(tmp_path / "images" / "told.jpg", exif=exif)
    images = [
        {"contentUrl": "images/bare.png", "description": "A", "caption": "B", "creditText": "C"},
        {"contentUrl": "images/bare.png", "caption": "B " * 400, "creditText": "C"},
        "images/told.jpg",
        {"contentUrl": "images/bare.png", "creditText": "C"},
    ]
    imported = bring_in(tmp_path, one_post(headline="The headline", image=images))
    found = [row.image for row in imported.blog.posts.get().images.all()]
    assert [image.alt for image in found] == ["A", "B " * 249 + "B…", "A teal board", "The headline"]
    assert [image.caption for image in found] == ["B", "B " * 399 + "B", "A teal board", ""]
    assert [image.credit for image in found] == ["C", "C", "Mo Quill", "C"]
    assert imported.notes == ["liveBlogUpdate[0].image[3]: nothing says what it shows; the headline stands in"]


def test_picture_without_a_credit_line_imports_and_is_noted(tmp_path: Path) -> None:
    imported = bring_in(tmp_path, one_post(image={"url": "images/crowd.jpg", "description": "People"}))
    row = imported.blog.posts.get().images.get()
    assert (row.image.alt, row.image.credit) == ("People", "")
    assert imported.notes == [
        "liveBlogUpdate[0].image: no credit line; an editor who changes the post will have to add one"
    ]


@pytest.mark.parametrize("address", ["https://example.org/a.jpg", "HTTP://example.org/a.jpg", "//example.org/a.jpg"])
def test_picture_on_the_web_is_noted_and_not_fetched(tmp_path: Path, address: str) -> None:
    imported = bring_in(tmp_path, one_post(image=[{"contentUrl": address}, "images/crowd.jpg"]))
    assert imported.blog.posts.get().images.count() == 1
    assert imported.notes[0] == (f'liveBlogUpdate[0].image[0].contentUrl: a web address, not fetched: "{address}"')


def test_same_picture_is_one_row_with_captions_of_each_post(tmp_path: Path) -> None:
    imported = bring_in(tmp_path, valid())
    bridge = imported.blog.cover
    row = Post.objects.get(public_id="crowds").images.get(image=bridge)
    assert (bridge.caption, row.caption) == ("The bridge at noon", "The bridge, still closed")
    assert Image.objects.count() == imported.pictures == len(media()) == 2


def test_same_picture_with_other_words_or_with_no_caption_is_another_row(tmp_path: Path) -> None:
    images = [
        {"contentUrl": "images/crowd.jpg", "description": "D", "caption": "C", "creditText": "E"},
        {"contentUrl": "images/crowd.jpg", "description": "D", "creditText": "E"},
        {"contentUrl": "images/crowd.jpg", "description": "D", "caption": "C", "creditText": "Else"},
    ]
    post = only_post(tmp_path, image=images)
    assert [(row.shown_caption, row.image.credit) for row in post.images.all()] == [
        ("C", "E"),
        ("", "E"),
        ("C", "Else"),
    ]


def test_picture_that_the_library_has_with_the_same_words_is_used(tmp_path: Path) -> None:
    bring_in(tmp_path, valid())
    known = set(Image.objects.values_list("pk", flat=True))
    imported = bring_in(tmp_path, valid(headline="Another story"), slug="another")
    assert set(Image.objects.values_list("pk", flat=True)) == known
    assert imported.blog.cover_id in known
    assert len(media()) == 2


def test_focal_point_is_read(tmp_path: Path) -> None:
    extra = [{"name": "other", "value": 3}, {"@type": "PropertyValue", "name": "focal point", "value": "0.25 0.75"}]
    post = only_post(tmp_path, image={"contentUrl": "images/crowd.jpg", "additionalProperty": extra})
    image = post.images.get().image
    assert (image.focal_x, image.focal_y) == (0.25, 0.75)


def test_pictures_are_cleaned_and_lose_what_they_said_beside_their_pixels(tmp_path: Path) -> None:
    bring_in(tmp_path, valid())
    image = Image.objects.get(credit="Olu Brand/Tarn Post")
    with image.file.open() as file:
        stored = file.read()
    assert stored != (tmp_path / "images" / "crowd.jpg").read_bytes()
    assert image.file.name.startswith("images/")
    assert "crowd" not in image.file.name
    assert len(image.checksum) == 64


# One change
# ----------


def test_import_is_one_revision_announced_after_the_commit(tmp_path: Path, django_capture_on_commit_callbacks) -> None:
    heard: list[tuple[str, int]] = []

    def hear(slug: str, revision: int, **_more: Any) -> None:
        heard.append((slug, revision))

    publishing.changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks() as callbacks:
            bring_in(tmp_path, valid())
        assert heard == []
        for callback in callbacks:
            callback()
        assert heard == [("oxley-bridge", 1)]
    finally:
        publishing.changed.disconnect(hear)


def test_history_says_where_everything_came_from(tmp_path: Path) -> None:
    blog = bring_in(tmp_path, valid()).blog
    post = Post.objects.get(public_id="first-train")
    reasons = {
        row.history.get().history_change_reason
        for row in (blog, post, Image.objects.first(), Byline.objects.get(name="Ida Marsh"))
    }
    assert len(reasons) == 1
    assert reasons.pop().startswith("imported from an archive, sha256 ")
    assert post.history.get().body == post.body


def test_number_of_queries_does_not_grow_with_the_posts(tmp_path: Path) -> None:
    def queries(count: int) -> int:
        posts = [
            {"headline": str(number), "datePublished": "2024-03-22T12:00:00Z", "author": "A"}
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as context:
            bring_in(tmp_path, one_post() | {"headline": f"{count} posts", "liveBlogUpdate": posts})
        return len(context)

    queries(1)  # makes the byline
    assert queries(2) == queries(30)


@pytest.mark.django_db(transaction=True)
def test_text_is_parsed_before_the_transaction(tmp_path: Path, monkeypatch) -> None:
    clean, within = richtext.clean, []

    def watched(html: str):
        within.append(connection.in_atomic_block)
        return clean(html)

    monkeypatch.setattr(richtext, "clean", watched)
    bring_in(tmp_path, valid())
    assert set(within) == {False}


def test_long_blog_leaves_its_articles_to_the_reading_path(tmp_path: Path, client) -> None:
    posts = [{"headline": f"Post {n}", "datePublished": f"2024-03-22T12:{n:02}:00Z"} for n in range(51)]
    bring_in(tmp_path, valid(liveBlogUpdate=posts))
    assert Fragment.objects.count() == 0
    page = client.get("/oxley-bridge/").content.decode()
    assert page.count("<article") == 31
    assert "Post 50" in page
    bring_in(tmp_path / "short", valid(identifier="short"))
    assert Fragment.objects.filter(post__blog__slug="short").count() == 3


def test_page_of_the_blog_that_is_continued_changes_too(tmp_path: Path, client) -> None:
    first = bring_in(tmp_path / "1", valid()).blog
    assert "Day two" not in client.get("/oxley-bridge/").content.decode()
    before = {"@type": "LiveBlogPosting", "identifier": "oxley-bridge"}
    second = bring_in(tmp_path / "2", valid(identifier="day-two", headline="Day two", isBasedOn=before)).blog
    assert second.continues == first
    first.refresh_from_db()
    assert (first.revision, first.updated_at) == (2, at("2024-03-22 15:30"))
    assert '<a href="/day-two/"' in client.get("/oxley-bridge/").content.decode()


def test_unknown_blog_that_is_continued_is_noted(tmp_path: Path) -> None:
    before = [{"@type": "NewsArticle", "identifier": "x"}, {"@type": "LiveBlogPosting", "identifier": "day-zero"}]
    imported = bring_in(tmp_path, valid(isBasedOn=before))
    assert imported.blog.continues is None
    assert imported.notes == [
        "isBasedOn: there is no blog with the address “day-zero” here; the link to it is left out"
    ]
