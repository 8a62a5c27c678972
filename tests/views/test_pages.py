"""The public addresses: what they answer, to whom nothing is said, and what caches are told."""

import gzip
import re
from datetime import timedelta

import brotli
import pytest
from django.utils import timezone

from liveblogs import publishing, timeline
from liveblogs.models import Blog, Byline, Post, PostCredit
from tests.support.factories import BlogFactory, ImageFactory, PostFactory
from tests.support.machines import cards, sitemap_of_posts
from tests.support.timelines import make_blog, make_hidden, make_post, make_posts

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog() -> Blog:
    blog = make_blog("quake", summary="<p>What is known so far.</p>")
    make_posts(blog, 3)
    make_hidden(blog)
    return blog


def articles(response) -> list[str]:
    return re.findall(r'<article id="post-([^"]*)"', response.content.decode())


def get(client, address: str, **headers):
    return client.get(address, headers=headers)


# What is answered
# ----------------


def test_blog_page(client, blog):
    response = client.get("/quake/")
    html = response.content.decode()
    posts = [post.public_id for post in Post.objects.published().order_by("-published_at")]
    assert (response.status_code, articles(response)) == (200, posts)
    main = re.search(r"<main [^>]*>", html)[0]
    blog.refresh_from_db()
    assert f'data-blog="quake" data-revision="{blog.revision}" data-status="live"' in main
    assert html.count('<header id="blog-head"') == 1
    assert "3 Posts" in html


def test_oldest_first(client, blog):
    posts = [post.public_id for post in Post.objects.published().order_by("published_at")]
    assert articles(client.get("/quake/?sort=oldest")) == posts
    assert articles(client.get("/quake/?sort=newest")) == posts[::-1]


def test_further_pages_by_their_links(client):
    blog = make_blog()
    posts = [post.public_id for post in make_posts(blog, 61)]
    seen, address = [], "/quake/"
    while address:
        html = client.get(address).content.decode()
        seen += re.findall(r'<article id="post-([^"]*)"', html)
        link = re.search(r'href="([^"]*before=[^"]*)" rel="next"', html)
        address = link and link[1]
    assert seen == posts[::-1]


def test_permalink_is_that_post_first(client, blog):
    newest, middle, _ = Post.objects.published().order_by("-published_at")
    response = client.get(middle.get_absolute_url())
    assert articles(response)[0] == middle.public_id
    assert sorted(articles(response)) == sorted(Post.objects.published().values_list("public_id", flat=True))
    html = response.content.decode()
    assert f"<title>{middle.headline} – " in html
    assert f'rel="canonical" href="http://127.0.0.1:8000{middle.get_absolute_url()}"' in html
    assert newest.headline in html


def test_delta_markup(client, blog):
    blog.refresh_from_db()
    since = blog.revision
    nothing = client.get(f"/quake/changes/?since={since}").content.decode()
    assert re.fullmatch(rf'<div id="delta" [^>]*data-revision="{since}"[^>]*></div>\s*', nothing)
    post = make_post(blog, "just in")
    publishing.withdraw(Post.objects.published().order_by("published_at").first())
    html = client.get(f"/quake/changes/?since={since}").content.decode()
    assert re.match(rf'<div id="delta" [^>]*data-revision="{since + 2}"', html)
    assert html.count('<header id="blog-head"') == 1
    assert f'<article id="post-{post.public_id}"' in html
    assert len(re.findall(r'<article id="post-\w+" data-state="withdrawn" hidden></article>', html)) == 1


# What is not answered
# --------------------


def test_hidden_posts_are_nowhere(client, blog):
    """Every public address, for every post that readers must not see."""
    cursor = Post.objects.published().first().public_id
    addresses = [
        "/", "/quake/", "/quake/?sort=oldest", f"/quake/?before={cursor}", f"/quake/?after={cursor}",
        f"/quake/{cursor}/", "/quake/changes/?since=0",
    ]  # fmt: skip
    hidden = Post.objects.exclude(state="published")
    assert hidden.count() == 4
    for address in addresses:
        html = client.get(address).content.decode()
        for post in hidden:
            assert post.headline not in html
            if post.published_at is None:
                assert post.public_id not in html
    for post in hidden:
        assert client.get(post.get_absolute_url()).status_code == 404


def test_draft_blog_is_nowhere(client):
    draft = Blog.objects.create(title="Secret plans", slug="secret")
    post = make_post(draft, "in secret")
    known = client.get("/nothing-here/")
    for address in ("/secret/", f"/secret/{post.public_id}/", "/secret/changes/?since=0", "/secret/?sort=oldest"):
        response = client.get(address)
        assert (response.status_code, response.content) == (404, known.content)
    assert b"Secret" not in client.get("/").content


def test_taken_down_blog_tells_its_open_pages(client, blog):
    publishing.take_down(blog)
    assert client.get("/quake/").status_code == 404
    assert articles(client.get("/quake/")) == []
    response = client.get("/quake/changes/?since=3")
    gone = b'<div id="delta" data-gone data-blog="quake"></div>'
    assert (response.status_code, response.content.rstrip()) == (404, gone)


@pytest.mark.parametrize(
    "address",
    [
        "/quake/?before=a/b", "/quake/?before=" + "x" * 65, "/quake/?after=%00", "/quake/?after=é",
        "/quake/?before=aaa&after=bbb", "/quake/changes/", "/quake/changes/?since=", "/quake/changes/?since=-1",
        "/quake/changes/?since=1.0", "/quake/changes/?since=٣", "/quake/changes/?since=" + "9" * 19, "/?page=0",
        "/?page=x", "/?page=" + "9" * 5000,
    ],
)  # fmt: skip
def test_malformed_cursor_is_one_plain_sentence(client, blog, address):
    response = client.get(address)
    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().count("\n") == 1


@pytest.mark.parametrize("number", ["1000001", "9" * 18])
def test_list_of_blogs_has_an_end(client, blog, number):
    assert client.get(f"/?page={number}").status_code == 404


def test_cursor_of_another_blog_is_a_404(client, blog):
    stranger = make_post(make_blog("other"), "elsewhere")
    for how in ("before", "after"):
        assert client.get(f"/quake/?{how}={stranger.public_id}").status_code == 404
    assert client.get(f"/quake/{stranger.public_id}/").status_code == 404


def test_only_questions_are_answered(client, blog):
    post = Post.objects.published().first()
    for address in ("/", "/quake/", post.get_absolute_url(), "/quake/changes/?since=0"):
        assert client.post(address).status_code == 405


# Bylines
# -------


def test_byline_page_lists_visible_posts_alone(client, blog):
    byline = Byline.objects.create(name="Ada Grant", organisation="Fairlead", job_title="Reporter")
    assert client.get("/bylines/ada-grant/").status_code == 404  # nobody has read that name yet
    for post in Post.objects.all():
        PostCredit.objects.create(post=post, byline=byline)
    secret = Blog.objects.create(title="Secret plans", slug="secret")
    PostCredit.objects.create(post=make_post(secret, "in secret"), byline=byline)
    html = client.get("/bylines/ada-grant/").content.decode()
    assert re.findall(r"<h3[^>]*><a [^>]*>([^<]*)</a>", html) == ["p2", "p1", "p0"]
    assert "Reporter, Fairlead" in html
    assert "secret" not in html
    publishing.take_down(blog)
    assert client.get("/bylines/ada-grant/").status_code == 404


def test_byline_that_was_renamed_or_merged_is_found_at_its_old_addresses(client, blog):
    [ana, double] = [Byline.objects.create(name=name) for name in ("Ana Ruiz", "A. Ruiz")]
    for byline in (ana, double):
        publishing.publish(Post(blog=blog, headline="By her"))
        PostCredit.objects.create(post=Post.objects.latest("pk"), byline=byline)
    double.slug = "aruiz"
    publishing.update_byline(double)
    publishing.merge_bylines(ana, double)
    for former in ("a-ruiz", "aruiz"):
        response = client.get(f"/bylines/{former}/")
        assert (response.status_code, response["Location"]) == (301, "/bylines/ana-ruiz/"), former
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=5"
    again = Byline.objects.create(name="Another A. Ruiz", slug="a-ruiz")
    PostCredit.objects.create(post=Post.objects.published().first(), byline=again)
    assert b"Another A. Ruiz" in client.get("/bylines/a-ruiz/").content  # the address is hers now
    publishing.take_down(blog)
    assert client.get("/bylines/aruiz/").status_code == 404


# What caches are told
# --------------------


def test_headers_of_pages_and_deltas(client, blog):
    post = Post.objects.published().first()
    for address, tags in {
        "/quake/": "blog-quake",
        "/quake/changes/?since=0": "blog-quake",
        post.get_absolute_url(): f"blog-quake,post-{post.public_id}",
        "/": "home",
    }.items():
        response = client.get(address)
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=5"
        assert response["CDN-Cache-Control"] == "max-age=5, stale-while-revalidate=30, stale-if-error=86400"
        assert (response["Cache-Tag"], response["Surrogate-Key"]) == (tags, tags.replace(",", " "))
        assert response["Vary"] == "Accept-Encoding"
        assert not response.cookies


def test_answers_do_not_depend_on_who_asks(client, admin_client, blog):
    assert client.get("/quake/").content == admin_client.get("/quake/").content
    assert not admin_client.get("/quake/").cookies


def test_policy_names_scripts_by_their_addresses(client, blog):
    policy = dict(part.split(" ", 1) for part in client.get("/quake/")["Content-Security-Policy"].split("; "))
    names = ("links.js", "live.js", "share.js", "stream.js", "timeline.js", "zone.js")
    scripts = [f"http://testserver/static/liveblogs/reader/{name}" for name in names]
    assert policy["script-src"].split() == [*scripts, "'inline-speculation-rules'"]
    assert (policy["require-trusted-types-for"], policy["trusted-types"]) == ("'script'", "newsroom")
    assert policy["default-src"] == "'none'"
    assert "unsafe-inline" not in policy["style-src"]


def test_etag_follows_the_revision(client, blog):
    first = client.get("/quake/")
    again = get(client, "/quake/", if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == first["Cache-Control"]
    assert get(client, "/quake/", if_none_match=f'"x", {first["ETag"]}').status_code == 304
    assert get(client, "/quake/", if_none_match='"x"').status_code == 200
    make_post(blog, "just in")
    after = get(client, "/quake/", if_none_match=first["ETag"])
    assert (after.status_code, after["ETag"] != first["ETag"]) == (200, True)
    assert b"just in" in after.content


def test_etags_differ_by_place(client, blog):
    post = Post.objects.published().first().public_id
    addresses = [
        "/quake/",
        "/quake/?sort=oldest",
        f"/quake/?before={post}",
        f"/quake/?after={post}",
        f"/quake/{post}/",
    ]
    assert len({client.get(address)["ETag"] for address in addresses}) == len(addresses)


def test_matching_etag_renders_nothing(client, blog, monkeypatch):
    etag = client.get("/quake/")["ETag"]
    monkeypatch.setattr(timeline, "page", None)
    assert get(client, "/quake/", if_none_match=etag).status_code == 304


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("GZIP;q=1.0", "gzip"), ("br;q=0, gzip", "gzip"),
        ("br;q=0, gzip;q=0.000", ""), ("identity", ""), ("", ""), ("brr", ""),
    ],
)  # fmt: skip
def test_compression(client, blog, accepted, encoding):
    plain = client.get("/quake/").content
    response = get(client, "/quake/", accept_encoding=accepted)
    assert response.get("Content-Encoding", "") == encoding
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert decode(response.content) == plain


# Changes
# -------


def test_withdrawn_post_is_in_no_cached_answer(client, blog):
    """Each address is asked before and after, with all that was kept of it."""
    post = Post.objects.published().order_by("published_at").first()
    since = Blog.objects.get().revision - 1
    addresses = ["/", "/quake/", "/quake/?sort=oldest", f"/quake/{post.public_id}/", f"/quake/changes/?since={since}"]
    etags = {address: client.get(address)["ETag"] for address in addresses}
    publishing.withdraw(post, reason="wrong")
    for address in addresses:
        response = get(client, address, if_none_match=etags[address])
        assert response.status_code == (404 if post.public_id in address else 200)
        assert post.headline.encode() not in response.content


def test_scheduled_post_through_the_front_door(client, blog, monkeypatch):
    post = Post(blog=blog, headline="on the hour")
    due = timezone.now() + timedelta(minutes=1)
    publishing.schedule(post, due)
    assert b"on the hour" not in client.get("/quake/").content
    monkeypatch.setattr(timezone, "now", lambda: due)
    assert b"on the hour" in client.get("/quake/").content


# Times
# -----


def test_names_of_a_zone(client, settings, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = get(client, "/zones/Europe/Berlin.json")
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"60": "CET", "120": "CEST"}
    assert get(client, "/zones/Europe/Berlin.json", if_none_match=response.headers["ETag"]).status_code == 304
    for unknown in ("Europe/Atlantis", "Factory", "localtime", "../etc/passwd", "europe/berlin"):
        assert get(client, f"/zones/{unknown}.json").status_code == 404, unknown


# Conditional requests
# --------------------


def test_every_address_answers_a_known_etag_with_nothing(client, blog):
    post = Post.objects.published().first()
    byline = Byline.objects.create(name="Ana Ruiz", slug="ana-ruiz")
    PostCredit.objects.create(post=post, byline=byline)
    publishing.update(post)
    addresses = [
        *("/", "/quake/", "/quake/?sort=oldest", f"/quake/?before={post.public_id}", f"/quake/{post.public_id}/"),
        *("/quake/changes/?since=1", "/bylines/ana-ruiz/", "/feed/", "/quake/feed/", "/robots.txt"),
        *("/sitemap.xml", sitemap_of_posts(client), "/sitemap-blogs-0.xml", "/news-sitemap.xml"),
        "/zones/Asia/Tokyo.json",
    ]
    etags = {address: client.get(address)["ETag"] for address in addresses}
    for address, etag in etags.items():
        again = get(client, address, if_none_match=etag)
        assert (again.status_code, again.content, len(again.cookies)) == (304, b"", 0), address
    publishing.withdraw(post)
    for address, etag in etags.items():
        # A blog's time in a sitemap has whole seconds, and this may have been the same one.
        if address not in ("/robots.txt", "/sitemap-blogs-0.xml", "/zones/Asia/Tokyo.json"):
            assert get(client, address, if_none_match=etag).status_code in (200, 404), address


# Addresses as people share them
# ------------------------------


@pytest.mark.parametrize("end", [".", ").", "%22", "%C2%BB", "/.", "/),", "'", "%E2%80%9D.", "]", "%3E", "", "/%20"])
def test_address_with_the_end_of_a_sentence_leads_to_the_page(client, blog, end):
    permalink = timeline.page(timeline.snapshot("quake"), timeline.Place()).posts[0].public_id
    for address in ("/quake", f"/quake/{permalink}", "/bylines/ana-ruiz"):
        response = client.get(address + end)
        assert (response.status_code, response.headers["Location"]) == (301, f"{address}/")
        assert "s-maxage" in response.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/a/b/c.", "/quake/%C3%A9.", "/media/a.jpg.", "/sitemap.xml."])
def test_address_that_no_page_can_have_is_a_404(client, blog, address):
    assert client.get(address).status_code == 404


# The front page, left open
# -------------------------


def front_delta(client, since: int) -> dict[str, str]:
    response = client.get("/", {"since": since})
    assert response.headers["Cache-Tag"] == "home"
    return dict(re.findall(r'data-([a-z]+)(?:="([^"]*)")?', response.content.decode()))


def test_front_page_tells_whether_it_changed_since_a_revision(client, db):
    def revision() -> int:
        return int(re.search(r'data-revision="(\d+)"', client.get("/").content.decode())[1])

    empty = revision()
    assert front_delta(client, empty).keys() == {"revision", "blog", "since", "interval"}
    blog = BlogFactory(live=True)
    seen = [empty, revision()]
    for change in (
        lambda: PostFactory(blog=blog, state="published"),
        lambda: publishing.end_blog(blog),
        lambda: publishing.take_down(blog),
    ):
        change()
        now = revision()
        assert now not in seen[1:]
        assert front_delta(client, now)["revision"] == str(now)
        assert "reload" not in front_delta(client, now)
        delta = front_delta(client, seen[-1])
        assert (delta["reload"], delta["revision"], delta["since"]) == ("", str(now), str(seen[-1]))
        seen.append(now)
    PostFactory(blog=BlogFactory(), state="published")  # in a blog that readers cannot see
    assert revision() == seen[-1]


def test_front_page_refuses_a_malformed_revision(client, db):
    response = client.get("/?since=x")
    assert (response.status_code, response.content) == (400, "“since” must be the number of a revision.\n".encode())


@pytest.mark.parametrize("blogs", [1, 3])
def test_front_delta_costs_two_queries(client, blogs, django_assert_num_queries, db):
    for _ in range(blogs):
        PostFactory(state="published")
    with django_assert_num_queries(2):
        client.get("/?since=0")


def test_front_page_is_shared_with_a_picture(client, settings, db):
    settings.PUBLISHER_LOGO = "/static/ours.png"
    assert cards(client.get("/").content.decode())["og:image"] == "http://127.0.0.1:8000/static/ours.png"
    BlogFactory(ended=True, cover=ImageFactory(colour="red"))
    cover = ImageFactory()
    BlogFactory(live=True, cover=cover)
    BlogFactory(live=True)
    card = cards(client.get("/").content.decode())
    assert cover.file.name.rpartition("/")[2].split(".")[0] in card["og:image"]
    assert (card["og:image:alt"], card["twitter:card"]) == (cover.alt, "summary_large_image")
