"""Sharing in a real browser: each post has its buttons, the keyboard reaches them, what they do is heard."""

import json

import pytest
from playwright.sync_api import expect

from liveblogs import publishing
from liveblogs.models import Blog, Post
from tests.support.factories import BlogFactory, PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = "</script><script>window.broken = true</script><!--"

# As much of a share sheet as the page can see.
SHEET = """
window.shared = [];
Object.defineProperty(navigator, "share", { configurable: true, value: async (data) => {
  window.shared.push(data);
  if (window.refusal) throw new DOMException("no", window.refusal);
} });
"""


@pytest.fixture
def blog() -> Blog:
    blog = BlogFactory(live=True, slug="quake", time_zone="America/New_York")
    PostFactory(blog=blog, state="published", headline="The road north is open", body="")
    PostFactory(blog=blog, state="published", headline="", body="<p>No headline here.</p>")
    return blog


@pytest.fixture
def reader(browser):
    """An open page; nothing on it may fail, and its policy may stop nothing."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def button(page, post: Post, value: str = "copy"):
    return page.locator(f"#post-{post.public_id} .post-share button[value={value}]")


def clipboard(page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def announced(page):
    return page.locator("#sharing-told")


def test_copy_link(reader, live_server, blog):
    plain, titled = Post.objects.order_by("-published_at")
    reader.goto(f"{live_server.url}/quake/?sort=newest")
    for post in (titled, plain):
        button(reader, post).click()
        assert clipboard(reader) == f"{live_server.url}/quake/{post.public_id}/"
        expect(announced(reader)).to_have_text("Link copied")
        expect(announced(reader)).to_be_empty()


def test_buttons_are_named_and_reached_by_the_keyboard(reader, live_server, blog):
    reader.goto(f"{live_server.url}/quake/")
    titled = Post.objects.get(headline__startswith="The road")
    reader.get_by_role("button", name="Copy link The road north is open", exact=True).wait_for()
    assert reader.get_by_role("button", name="Copy link").count() == 2
    reader.locator(f"#post-{titled.public_id} .post-time").focus()
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.id") == f"copy-post-{titled.public_id}"
    reader.keyboard.press("Enter")
    expect(announced(reader)).to_have_text("Link copied")
    assert announced(reader).get_attribute("role") == "status"
    assert clipboard(reader).endswith(f"/quake/{titled.public_id}/")


def test_share_sheet_where_there_is_one(reader, live_server, blog):
    titled = Post.objects.get(headline__startswith="The road")
    reader.goto(f"{live_server.url}/quake/")
    assert reader.evaluate("'share' in navigator") or button(reader, titled, "send").count() == 0
    reader.add_init_script(SHEET)
    reader.goto(f"{live_server.url}/quake/")
    button(reader, titled, "send").click()
    assert reader.evaluate("window.shared") == [
        {"title": "The road north is open", "url": f"{live_server.url}/quake/{titled.public_id}/"}
    ]
    reader.evaluate("window.refusal = 'AbortError'")
    button(reader, titled, "send").click()
    expect(announced(reader)).to_be_empty()
    reader.evaluate("window.refusal = 'NotAllowedError'")
    button(reader, titled, "send").click()
    expect(announced(reader)).to_have_text("Link copied")


def test_copying_without_the_clipboard_of_secure_pages(reader, live_server, blog):
    titled = Post.objects.get(headline__startswith="The road")
    reader.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    reader.goto(f"{live_server.url}/quake/")
    button(reader, titled).focus()
    button(reader, titled).press("Enter")
    expect(announced(reader)).to_have_text("Link copied")
    assert reader.evaluate("document.activeElement.id") == f"copy-post-{titled.public_id}"
    reader.evaluate("document.execCommand = () => false")
    button(reader, titled).click()
    address = f"{live_server.url}/quake/{titled.public_id}/"
    expect(announced(reader)).to_have_text(f"The link could not be copied: {address}")


def test_posts_that_come_later_get_theirs_and_keep_the_focus(reader, live_server, blog):
    titled = Post.objects.get(headline__startswith="The road")
    reader.goto(f"{live_server.url}/quake/")
    button(reader, titled).focus()
    titled.headline = "The road is closed"
    publishing.update(titled)
    another = Post(blog=titled.blog, headline="Another")
    publishing.publish(another)
    reader.evaluate("document.dispatchEvent(new CustomEvent('newsroom:delta'))")
    reader.get_by_role("button", name="Copy link The road is closed").first.wait_for()
    assert reader.locator(f"#post-{another.public_id} .post-share").count() == 1
    assert reader.evaluate("document.activeElement.id") == f"copy-post-{titled.public_id}"
    assert reader.locator(".post-share").count() == 3


def test_stored_posts_do_not_grow(client, blog):
    html = client.get("/quake/").content.decode()
    assert html.count("post-share") == 1
    assert html.index('<template id="sharing"') < html.index("post-share") < html.index("</template>")


def test_without_javascript_the_time_is_the_link(browser, live_server, blog):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/quake/")
    titled = Post.objects.get(headline__startswith="The road")
    assert page.locator(".post-share").count() == 0
    page.locator(f"#post-{titled.public_id} .post-time").click()
    assert page.url == f"{live_server.url}/quake/{titled.public_id}/"
    context.close()


def test_hostile_texts_in_data_blocks_run_nothing(reader, live_server):
    blog = Blog.objects.create(title=HOSTILE, slug="quake", summary=f"<p>{HOSTILE}</p>")
    publishing.open_blog(blog)
    post = Post(blog=blog, headline=HOSTILE, correction=HOSTILE)
    publishing.publish(post)
    for address in ("/quake/", post.get_absolute_url()):
        reader.goto(live_server.url + address)
        assert reader.evaluate("window.broken") is None
        blocks = reader.evaluate(
            "[...document.querySelectorAll('script[type=\"application/ld+json\"]')].map(each => each.textContent)"
        )
        assert len(blocks) == 3
        live = next(block for block in map(json.loads, blocks) if block["@type"] == "LiveBlogPosting")
        assert live["liveBlogUpdate"][0]["headline"] == HOSTILE
        assert reader.locator("h1").inner_text() == HOSTILE
