"""Editors at a desk, each in a window of their own."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from liveblogs.models import Blog, Post
from tests.support.factories import UserFactory

BODY = ".ProseMirror[contenteditable=true]"


class Editor:
    """Somebody at the desk of one blog. ``faults`` are what the browser complained of."""

    def __init__(self, context: BrowserContext, site: str, blog: Blog, name: str, group: str = "Editor") -> None:
        self.context, self.blog, self.site = context, blog, site
        self.user = get_user_model().objects.filter(username=name).first() or UserFactory(
            username=name, group=group, first_name=name.capitalize(), last_name=""
        )
        blog.staff.add(self.user)
        self.log_in()
        self.faults: list[str] = []
        self.page = self.new_tab()
        self.open()

    def new_tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def leave(self) -> None:
        """Clean up the windows for whoever sits down next."""
        if not self.page.is_closed():
            self.page.evaluate("localStorage.clear()")
        for page in self.context.pages:
            page.close()
        self.context.clear_cookies()

    def log_in(self) -> None:
        client = Client()
        client.force_login(self.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.site}])

    def open(self, page: Page | None = None) -> None:
        (page or self.page).goto(reverse("admin:liveblogs_blog_desk", args=[self.blog.pk]))
        expect((page or self.page).locator("[data-people]")).not_to_be_empty()  # it follows

    def forget_faults(self) -> None:
        """For a test in which something was to go wrong."""
        self.faults.clear()

    # What stands there

    @property
    def form(self) -> Locator:
        return self.page.locator(".desk-form")

    @property
    def headline(self) -> Locator:
        return self.form.locator("[name=headline]")

    @property
    def message(self) -> Locator:
        return self.page.locator("[data-told]")

    def trouble(self, kind: str) -> Locator:
        return self.page.locator(f"[data-troubles] [data-kind={kind}]")

    @property
    def offers(self) -> Locator:
        return self.page.locator("[data-offers]")

    def card(self, post: Post | str) -> Locator:
        if isinstance(post, str):
            return self.page.locator(".desk-post", has_text=post)
        return self.page.locator(f"#desk-{post.pk}")

    def headlines(self) -> list[str]:
        return self.page.locator(".desk-post h3").all_inner_texts()

    # What is done

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, headline: str, body: str = "") -> None:
        """By keyboard: N, the headline, Tab to the body."""
        self.keys("n")
        expect(self.headline).to_be_focused()
        self.page.keyboard.type(headline)
        if body:
            self.form.locator(BODY).click()
            self.page.keyboard.type(body)

    def edit(self, post: Post, **fields: str) -> None:
        self.card(post).focus()
        self.keys("e")
        expect(self.headline).to_be_focused()
        for name, value in fields.items():
            self.form.locator(f"[name={name}]").fill(value)

    def press(self, name: str) -> None:
        self.form.get_by_role("button", name=name).first.click()

    def act(self, post: Post, name: str) -> None:
        self.card(post).get_by_role("button", name=name, exact=True).click()
