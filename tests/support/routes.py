"""Who gets what from each address: one line for a method, a pattern, what fills it, and the outcome for each role.

Outcomes are in the order of ``world.ROLES``. To GET: ``ok``, ``m`` for a way to somewhere else. To POST: ``done`` when
something else is stored then, ``same`` when it isn't, whatever the page says. To both, what is refused: ``L`` for the
way to the login, ``gone`` for Django's way of saying that there is no such row, or a status. What follows names what
is sent (``SENT``), or is a query.
"""

from dataclasses import dataclass
from typing import Any

from tests.support import world


@dataclass(frozen=True)
class Route:
    method: str
    pattern: str
    filled: tuple[str, ...]
    outcomes: tuple[str, ...]
    sent: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.pattern} {' '.join(self.filled)} {self.sent}".strip()

    @property
    def query(self) -> str:
        return self.sent if self.sent.startswith("?") else ""


SHORT = {"L": "login", "m": "moved"}


def read(table: str) -> list[Route]:
    found = []
    for line in table.strip().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        method, pattern, filled, *rest = line.split()
        outcomes = tuple(SHORT.get(sign, sign) for sign in rest[: len(world.ROLES)])
        values = () if filled == "-" else tuple(filled.split(","))
        found.append(Route(method, pattern.replace('""', ""), values, outcomes, " ".join(rest[len(world.ROLES) :])))
    return found


# What is sent
# ------------


def rows_of(prefix: str, *sent: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """The rows of an inline as a browser sends them."""
    data = {f"{prefix}-TOTAL_FORMS": len(sent), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(sent):
        data |= {f"{prefix}-{number}-{name}": value for name, value in (row | {"position": number}).items()}
    return data


def post_form(post: Any = None, **changes: Any) -> dict[str, Any]:
    """A post's form: of one that is there, with its rows as they are, or of a new one."""
    data: dict[str, Any] = {"headline": "Typed", "body": "<p>Typed</p>", "label": "", "notes": ""}
    if post is None:
        return data | rows_of("credits") | rows_of("images") | changes
    data |= {"blog": post.blog_id, "seen_version": post.version, "seen_state": post.state}
    names = {row.pk: {"byline": row.byline_id, "place": row.place} for row in post.credits.all()}
    pictures = {row.pk: {"image": row.image_id} for row in post.images.all()}
    for prefix, kept in (("credits", names), ("images", pictures)):
        data |= rows_of(prefix, *({"id": pk, "post": post.pk} | row for pk, row in kept.items()), initial=len(kept))
    if post.published_at:
        data["published_at"] = post.published_at.strftime("%Y-%m-%dT%H:%M:%S")
    return data | changes


def words_form(row: Any, **values: Any) -> dict[str, Any]:
    return {"seen_version": row.version} | values


SENT = {
    "": lambda n, role: {},
    "act": lambda n, role: {"post": n.pk["other"], "action": "publish"},
    "typed": lambda n, role: {"place": "new-1", "fields": '{"headline": ["Half"]}'},
    "new-post": lambda n, role: post_form(blog=n.home.pk, _save=""),
    "new-post-away": lambda n, role: post_form(blog=n.away.pk, _save=""),
    "own": lambda n, role: post_form(n.own["draft"], _save=""),
    "other": lambda n, role: post_form(n.others["draft"], _save=""),
    "out": lambda n, role: post_form(n.others["published"], _update=""),
    "hidden": lambda n, role: post_form(n.hidden, _save=""),
    "to-away": lambda n, role: post_form(n.own["draft"], blog=n.away.pk, _save=""),
    "publish-own": lambda n, role: post_form(n.own["draft"], _publish=""),
    "yes": lambda n, role: {"post": "yes"},
    "restore-other": lambda n, role: {"restore": n.pk["post_version"], "version": n.others["draft"].version},
    "restore-hidden": lambda n, role: {"restore": n.pk["hidden_version"], "version": n.hidden.version},
    "restore-blog": lambda n, role: {"restore": n.pk["blog_version"], "version": n.home.version},
    "restore-byline": lambda n, role: {"restore": n.pk["byline_version"], "version": n.byline.version},
    "restore-image": lambda n, role: {"restore": n.pk["image_version"], "version": n.image.version},
    "publish-all": lambda n, role: {
        "action": "publish_posts", "_selected_action": [n.pk["other"], n.pk["hidden"]], "index": 0,
    },
    "html": lambda n, role: {"html": "<p>Pasted</p>"},
    "blog": lambda n, role: words_form(
        n.home, title="Typed", slug="quake", summary="", time_zone="UTC", staff=[n.users["writer elsewhere"].pk],
        **rows_of("credits"), _save="",
    ),
    "new-blog": lambda n, role: {
        "title": "New", "slug": "new", "time_zone": "UTC", **rows_of("credits"), "_save": "",
    },
    "byline": lambda n, role: words_form(n.byline, name="Typed", kind="person", slug=n.byline.slug),
    "new-byline": lambda n, role: {"name": "New", "kind": "person"},
    "split": lambda n, role: {"name": "Bo", "posts": [n.pk["out"]]},
    "image": lambda n, role: words_form(n.image, alt="Typed", credit="Typed", focal_x="0.5", focal_y="0.5"),
    "own-image": lambda n, role: words_form(n.own_image, alt="Typed", credit="Typed", focal_x="0.5", focal_y="0.5"),
    "new-image": lambda n, role: {"file": world.upload(), "alt": "New", "credit": "New"},
    "file": lambda n, role: {"file": world.upload()},
    "notice": lambda n, role: {"notice": n.pk["notice"]},
    "user": lambda n, role: {"username": "writer", "email": "", "is_staff": "on", "is_active": "on", "groups": [],
        "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"},
    "super": lambda n, role: {"username": "taken", "is_superuser": "on", "is_active": "on",
        "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"},
    "new-user": lambda n, role: {"username": "new", "usable_password": "true", **PASSWORD},
    "password": lambda n, role: {"usable_password": "true", **PASSWORD},
    "group": lambda n, role: {"name": "Typed", "permissions": []},
    "own-password": lambda n, role: {"old_password": "secret", "new_password1": LONG, "new_password2": LONG},
}  # fmt: skip
LONG = "Longer-than-8-letters"
PASSWORD = {"password1": LONG, "password2": LONG}


def sent_to(newsroom: Any, role: str, route: Route) -> tuple[dict[str, Any], dict[str, str]]:
    return SENT[route.sent](newsroom, role), {}


#: Roles:  anonymous reader clerk hand, writer elsewhere, writer, editor elsewhere, editor, admin, superuser.
TABLE = r"""
# the front door
GET admin/notices/seen/ - L L m m m m m m m m
POST admin/notices/seen/ - L L same same same same same same same done notice
GET admin/session/ - 401 401 ok ok ok ok ok ok ok ok
POST admin/session/ - 405 405 405 405 405 405 405 405 405 405
GET admin/ - L L ok ok ok ok ok ok ok ok
POST admin/ - L L same same same same same same same same
GET admin/login/ - ok ok m m m m m m m m
POST admin/login/ - same same same same same same same same same same
GET admin/logout/ - m m 405 405 405 405 405 405 405 405
POST admin/logout/ - same same same same same same same same same same
GET admin/password_change/ - L L ok ok ok ok ok ok ok ok
POST admin/password_change/ - L L done done done done done done done done own-password
GET admin/password_change/done/ - L L ok ok ok ok ok ok ok ok
POST admin/password_change/done/ - L L 405 405 405 405 405 405 405 405
GET admin/autocomplete/ - L L 403 403 ok ok ok ok ok ok ?app_label=liveblogs&model_name=postcredit&field_name=byline
GET admin/autocomplete/ - L L 403 403 ok ok ok ok ok ok ?app_label=liveblogs&model_name=postimage&field_name=image
GET admin/autocomplete/ - L L 403 403 ok ok ok ok ok ok ?app_label=liveblogs&model_name=postimage&field_name=post
GET admin/autocomplete/ - L L 403 403 ok ok ok ok ok ok ?app_label=liveblogs&model_name=notice&field_name=post&term=Awaysecret
GET admin/autocomplete/ - L L 403 403 ok ok ok ok ok ok ?app_label=liveblogs&model_name=blog&field_name=continues
GET admin/autocomplete/ - L L 403 403 ok ok ok ok ok ok ?app_label=liveblogs&model_name=post&field_name=blog&term=Awaysecret
GET admin/autocomplete/ - L L 403 403 403 403 403 403 ok ok ?app_label=liveblogs&model_name=blog&field_name=staff
GET admin/autocomplete/ - L L 403 403 403 403 403 403 ok ok ?app_label=liveblogs&model_name=byline&field_name=user
GET admin/autocomplete/ - L L 403 403 403 403 403 403 ok ok ?app_label=liveblogs&model_name=autosave&field_name=user
GET admin/autocomplete/ - L L 403 403 403 403 403 403 ok ok ?app_label=liveblogs&model_name=historicalpost&field_name=history_user
GET admin/autocomplete/ - L L 403 403 403 403 403 403 ok ok ?app_label=admin&model_name=logentry&field_name=user
GET admin/autocomplete/ - L L 403 403 403 403 403 403 403 ok ?app_label=auth&model_name=user&field_name=groups
POST admin/autocomplete/ - L L 405 405 405 405 405 405 405 405
GET admin/jsi18n/ - L L ok ok ok ok ok ok ok ok
POST admin/jsi18n/ - L L 405 405 405 405 405 405 405 405
# blogs and desks
GET admin/liveblogs/blog/<int:pk>/desk/ home L L 404 403 404 ok 404 ok ok ok
GET admin/liveblogs/blog/<int:pk>/desk/ away L L 404 404 ok 404 ok 404 ok ok
POST admin/liveblogs/blog/<int:pk>/desk/ home L L 404 403 404 same 404 same same same
GET admin/liveblogs/blog/<int:pk>/activity/ home L L 404 403 404 ok 404 ok ok ok
POST admin/liveblogs/blog/<int:pk>/activity/ home L L 404 403 404 same 404 same same same
GET admin/liveblogs/blog/<int:pk>/desk/follow/ home L L 404 403 404 405 404 405 405 405
POST admin/liveblogs/blog/<int:pk>/desk/follow/ home L L 404 403 404 same 404 same same same
POST admin/liveblogs/blog/<int:pk>/desk/follow/ away L L 404 404 same 404 same 404 same same
GET admin/liveblogs/blog/<int:pk>/desk/action/ home L L 404 403 404 405 404 405 405 405
POST admin/liveblogs/blog/<int:pk>/desk/action/ home L L 404 403 404 403 404 done done done act
POST admin/liveblogs/blog/<int:pk>/desk/action/ away L L 404 404 404 404 404 404 404 404 act
GET admin/liveblogs/blog/<int:pk>/desk/typed/ home L L 404 403 404 404 404 404 404 404 ?place=new-1
GET admin/liveblogs/blog/<int:pk>/desk/typed/ away L L 404 404 ok 404 404 404 404 404 ?place=new-1
POST admin/liveblogs/blog/<int:pk>/desk/typed/ home L L 404 403 404 done 404 done done done typed
POST admin/liveblogs/blog/<int:pk>/desk/typed/ away L L 404 404 done 404 done 404 done done typed
GET admin/liveblogs/blog/<int:pk>/desk/list/ home L L 404 403 404 ok 404 ok ok ok
GET admin/liveblogs/blog/<int:pk>/desk/list/ away L L 404 404 ok 404 ok 404 ok ok ?q=secret
POST admin/liveblogs/blog/<int:pk>/desk/list/ home L L 404 403 404 405 404 405 405 405
GET admin/liveblogs/blog/<int:pk>/desk/session/ home L L 404 403 404 ok 404 ok ok ok
POST admin/liveblogs/blog/<int:pk>/desk/session/ home L L 404 403 404 405 404 405 405 405
GET admin/liveblogs/blog/^([^/]+)/history/([^/]+)/$ home,blog_version L L 404 403 404 ok 404 ok ok ok
POST admin/liveblogs/blog/^([^/]+)/history/([^/]+)/$ home,blog_version L L 403 403 403 403 403 403 403 403
GET admin/liveblogs/blog/ - L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/blog/ - L L 403 403 same same same same same same
GET admin/liveblogs/blog/add/ - L L 403 403 403 403 403 403 ok ok
POST admin/liveblogs/blog/add/ - L L 403 403 403 403 403 403 done done new-blog
GET admin/liveblogs/blog/<path:object_id>/history/ home L L 404 403 404 ok 404 ok ok ok
GET admin/liveblogs/blog/<path:object_id>/history/ away L L 404 404 ok 404 ok 404 ok ok
POST admin/liveblogs/blog/<path:object_id>/history/ home L L 404 403 404 403 404 403 done done restore-blog
GET admin/liveblogs/blog/<path:object_id>/delete/ home L L 403 403 403 m 403 m m m
POST admin/liveblogs/blog/<path:object_id>/delete/ home L L 403 403 403 403 403 403 403 403 yes
POST admin/liveblogs/blog/<path:object_id>/delete/ away L L 403 403 403 403 403 403 403 403 yes
GET admin/liveblogs/blog/<path:object_id>/change/ home L L 403 403 gone ok gone ok ok ok
GET admin/liveblogs/blog/<path:object_id>/change/ away L L 403 403 ok gone ok gone ok ok
POST admin/liveblogs/blog/<path:object_id>/change/ home L L 403 403 gone 403 gone 403 done done blog
GET admin/liveblogs/blog/<path:object_id>/ home L L m m m m m m m m
POST admin/liveblogs/blog/<path:object_id>/ home L L same same same same same same same same
# bylines
GET admin/liveblogs/byline/^([^/]+)/history/([^/]+)/$ byline,byline_version L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/byline/^([^/]+)/history/([^/]+)/$ byline,byline_version L L 403 403 403 403 403 403 403 403
GET admin/liveblogs/byline/ - L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/byline/ - L L 403 403 same same same same same same
GET admin/liveblogs/byline/add/ - L L 403 403 403 403 403 403 ok ok
POST admin/liveblogs/byline/add/ - L L 403 403 403 403 403 403 done done new-byline
GET admin/liveblogs/byline/<int:pk>/split/ byline L L 403 403 403 403 403 403 ok ok
POST admin/liveblogs/byline/<int:pk>/split/ byline L L 403 403 403 403 403 403 done done split
GET admin/liveblogs/byline/<path:object_id>/history/ byline L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/byline/<path:object_id>/history/ byline L L 403 403 403 403 403 403 done done restore-byline
GET admin/liveblogs/byline/<path:object_id>/delete/ byline L L 403 403 m m m m m m
POST admin/liveblogs/byline/<path:object_id>/delete/ byline L L 403 403 403 403 403 403 403 403 yes
GET admin/liveblogs/byline/<path:object_id>/change/ byline L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/byline/<path:object_id>/change/ byline L L 403 403 403 403 403 403 done done byline
GET admin/liveblogs/byline/<path:object_id>/ byline L L m m m m m m m m
POST admin/liveblogs/byline/<path:object_id>/ byline L L same same same same same same same same
# pictures
GET admin/liveblogs/image/^([^/]+)/history/([^/]+)/$ image,image_version L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/image/^([^/]+)/history/([^/]+)/$ image,image_version L L 403 403 403 403 403 403 403 403
GET admin/liveblogs/image/upload/ - 405 405 405 405 405 405 405 405 405 405
POST admin/liveblogs/image/upload/ - 401 401 403 403 done done done done done done file
GET admin/liveblogs/image/library/ - L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/image/library/ - L L 405 405 405 405 405 405 405 405
GET admin/liveblogs/image/ - L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/image/ - L L 403 403 same same same same same same
GET admin/liveblogs/image/add/ - L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/image/add/ - L L 403 403 done done done done done done new-image
GET admin/liveblogs/image/<path:object_id>/history/ image L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/image/<path:object_id>/history/ image L L 403 403 403 403 403 403 done done restore-image
GET admin/liveblogs/image/<path:object_id>/delete/ own_image L L 403 403 403 403 ok ok ok ok
POST admin/liveblogs/image/<path:object_id>/delete/ own_image L L 403 403 403 403 done done done done yes
POST admin/liveblogs/image/<path:object_id>/delete/ image L L 403 403 403 403 403 403 403 403 yes
GET admin/liveblogs/image/<path:object_id>/change/ image L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/image/<path:object_id>/change/ image L L 403 403 403 403 403 403 done done image
POST admin/liveblogs/image/<path:object_id>/change/ own_image L L 403 403 403 done done done done done own-image
GET admin/liveblogs/image/<path:object_id>/ image L L m m m m m m m m
POST admin/liveblogs/image/<path:object_id>/ image L L same same same same same same same same
# posts
GET admin/liveblogs/post/<int:pk>/preview/ own L L 404 404 404 ok 404 ok ok ok
GET admin/liveblogs/post/<int:pk>/preview/ hidden L L 404 404 ok 404 ok 404 ok ok
GET admin/liveblogs/post/<int:pk>/preview/ nobody L L 404 404 404 404 404 404 404 404
POST admin/liveblogs/post/<int:pk>/preview/ own L L 404 404 404 same 404 same same same
GET admin/liveblogs/post/<int:pk>/erase/ out L L 404 404 404 403 404 403 ok ok
GET admin/liveblogs/post/<int:pk>/erase/ hidden L L 404 404 403 404 403 404 403 403
POST admin/liveblogs/post/<int:pk>/erase/ out L L 404 404 404 403 404 403 done done
POST admin/liveblogs/post/<int:pk>/erase/ own L L 404 404 404 403 404 403 403 403
GET admin/liveblogs/post/picture/<int:pk>/ image L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/post/picture/<int:pk>/ image L L 403 403 same same same same same same
GET admin/liveblogs/post/clean-paste/ - L L 403 403 403 403 403 403 403 403
POST admin/liveblogs/post/clean-paste/ - L L 403 403 same same same same same same html
GET admin/liveblogs/post/^([^/]+)/history/([^/]+)/$ other,post_version L L 404 404 404 ok 404 ok ok ok
GET admin/liveblogs/post/^([^/]+)/history/([^/]+)/$ hidden,hidden_version L L 404 404 ok 404 ok 404 ok ok
GET admin/liveblogs/post/^([^/]+)/history/([^/]+)/$ moved,moved_version L L 404 404 403 404 403 404 ok ok
POST admin/liveblogs/post/^([^/]+)/history/([^/]+)/$ other,post_version L L 403 403 403 403 403 403 403 403
GET admin/liveblogs/post/ - L L 403 403 ok ok ok ok ok ok
GET admin/liveblogs/post/ - L L 403 403 ok ok ok ok ok ok ?q=secret
GET admin/liveblogs/post/ - L L 403 403 ok ok ok ok ok ok ?blog={away}&state__exact=draft
GET admin/liveblogs/post/ - L L 403 403 400 400 400 400 400 400 ?blog__title__startswith=Away
POST admin/liveblogs/post/ - L L 403 403 same same done done done done publish-all
GET admin/liveblogs/post/add/ - L L 403 403 ok ok ok ok ok ok
POST admin/liveblogs/post/add/ - L L 403 403 same done same done done done new-post
POST admin/liveblogs/post/add/ - L L 403 403 done same done same done done new-post-away
GET admin/liveblogs/post/<path:object_id>/history/ other L L 404 404 404 ok 404 ok ok ok
GET admin/liveblogs/post/<path:object_id>/history/ hidden L L 404 404 ok 404 ok 404 ok ok
POST admin/liveblogs/post/<path:object_id>/history/ other L L 404 404 404 403 404 done done done restore-other
POST admin/liveblogs/post/<path:object_id>/history/ hidden L L 404 404 done 404 done 404 done done restore-hidden
GET admin/liveblogs/post/<path:object_id>/delete/ own L L 403 403 403 ok 403 ok ok ok
GET admin/liveblogs/post/<path:object_id>/delete/ hidden L L 403 403 ok 403 ok 403 ok ok
POST admin/liveblogs/post/<path:object_id>/delete/ own L L 403 403 403 done 403 done done done yes
POST admin/liveblogs/post/<path:object_id>/delete/ other L L 403 403 403 403 403 done done done yes
POST admin/liveblogs/post/<path:object_id>/delete/ out L L 403 403 403 403 403 403 403 403 yes
GET admin/liveblogs/post/<path:object_id>/change/ other L L 403 403 gone ok gone ok ok ok
GET admin/liveblogs/post/<path:object_id>/change/ hidden L L 403 403 ok gone ok gone ok ok
POST admin/liveblogs/post/<path:object_id>/change/ own L L 403 403 gone done gone done done done own
POST admin/liveblogs/post/<path:object_id>/change/ own L L 403 403 gone same gone same done done to-away
POST admin/liveblogs/post/<path:object_id>/change/ own L L 403 403 gone same gone done done done publish-own
POST admin/liveblogs/post/<path:object_id>/change/ other L L 403 403 gone 403 gone done done done other
POST admin/liveblogs/post/<path:object_id>/change/ out L L 403 403 gone 403 gone done done done out
POST admin/liveblogs/post/<path:object_id>/change/ hidden L L 403 403 done gone done gone done done hidden
GET admin/liveblogs/post/<path:object_id>/ other L L m m m m m m m m
POST admin/liveblogs/post/<path:object_id>/ other L L same same same same same same same same
# groups and users
GET admin/auth/group/ - L L 403 403 403 403 403 403 403 ok
POST admin/auth/group/ - L L 403 403 403 403 403 403 403 same
GET admin/auth/group/add/ - L L 403 403 403 403 403 403 403 ok
POST admin/auth/group/add/ - L L 403 403 403 403 403 403 403 done group
GET admin/auth/group/<path:object_id>/history/ group L L 403 403 403 403 403 403 403 ok
POST admin/auth/group/<path:object_id>/history/ group L L 403 403 403 403 403 403 403 same
GET admin/auth/group/<path:object_id>/delete/ group L L 403 403 403 403 403 403 403 ok
POST admin/auth/group/<path:object_id>/delete/ group L L 403 403 403 403 403 403 403 done yes
GET admin/auth/group/<path:object_id>/change/ group L L 403 403 403 403 403 403 403 ok
POST admin/auth/group/<path:object_id>/change/ group L L 403 403 403 403 403 403 403 done group
GET admin/auth/group/<path:object_id>/ group L L m m m m m m m m
POST admin/auth/group/<path:object_id>/ group L L same same same same same same same same
GET admin/auth/user/<id>/password/ user:writer L L 403 403 403 403 403 403 ok ok
POST admin/auth/user/<id>/password/ user:writer L L 403 403 403 403 403 403 done done password
POST admin/auth/user/<id>/password/ user:superuser L L 403 403 403 403 403 403 403 done password
GET admin/auth/user/ - L L 403 403 403 403 403 403 ok ok
POST admin/auth/user/ - L L 403 403 403 403 403 403 same same
GET admin/auth/user/add/ - L L 403 403 403 403 403 403 ok ok
POST admin/auth/user/add/ - L L 403 403 403 403 403 403 done done new-user
GET admin/auth/user/<path:object_id>/history/ user:writer L L 403 403 403 403 403 403 ok ok
POST admin/auth/user/<path:object_id>/history/ user:writer L L 403 403 403 403 403 403 same same
GET admin/auth/user/<path:object_id>/delete/ user:writer L L 403 403 403 403 403 403 403 ok
POST admin/auth/user/<path:object_id>/delete/ user:writer L L 403 403 403 403 403 403 403 done yes
GET admin/auth/user/<path:object_id>/change/ user:writer L L 403 403 403 403 403 403 ok ok
POST admin/auth/user/<path:object_id>/change/ user:writer L L 403 403 403 403 403 403 done done user
POST admin/auth/user/<path:object_id>/change/ user:superuser L L 403 403 403 403 403 403 403 done super
GET admin/auth/user/<path:object_id>/ user:writer L L m m m m m m m m
POST admin/auth/user/<path:object_id>/ user:writer L L same same same same same same same same
# everything else
GET admin/^(?P<app_label>liveblogs|auth)/$ liveblogs L L 404 404 ok ok ok ok ok ok
GET admin/^(?P<app_label>liveblogs|auth)/$ auth L L 404 404 404 404 404 404 ok ok
POST admin/^(?P<app_label>liveblogs|auth)/$ liveblogs L L 404 404 same same same same same same
GET admin/(?P<url>.*)$ nowhere/ L L 404 404 404 404 404 404 404 404
POST admin/(?P<url>.*)$ nowhere/ L L 404 404 404 404 404 404 404 404
# what readers have
GET media/<path:name> file 404 404 404 404 404 404 404 404 404 404
GET media/<path:name> nothing.png 404 404 404 404 404 404 404 404 404 404
POST media/<path:name> file 405 405 405 405 405 405 405 405 405 405
GET "" - ok ok ok ok ok ok ok ok ok ok
GET "" - 404 404 404 404 404 404 404 404 404 404 ?page=2
POST "" - 405 405 405 405 405 405 405 405 405 405
GET feed/ - ok ok ok ok ok ok ok ok ok ok
POST feed/ - 405 405 405 405 405 405 405 405 405 405
GET sitemap.xml - ok ok ok ok ok ok ok ok ok ok
POST sitemap.xml - 405 405 405 405 405 405 405 405 405 405
GET sitemap-<slug:kind>-<int:number>.xml posts,1 404 404 404 404 404 404 404 404 404 404
POST sitemap-<slug:kind>-<int:number>.xml posts,1 405 405 405 405 405 405 405 405 405 405
GET news-sitemap.xml - ok ok ok ok ok ok ok ok ok ok
POST news-sitemap.xml - 405 405 405 405 405 405 405 405 405 405
GET robots.txt - ok ok ok ok ok ok ok ok ok ok
POST robots.txt - 405 405 405 405 405 405 405 405 405 405
GET zones/<path:key>.json nothing 404 404 404 404 404 404 404 404 404 404
POST zones/<path:key>.json nothing 405 405 405 405 405 405 405 405 405 405
GET bylines/<slug:slug>/ byline_slug ok ok ok ok ok ok ok ok ok ok
POST bylines/<slug:slug>/ byline_slug 405 405 405 405 405 405 405 405 405 405
GET <blog:slug>/ slug ok ok ok ok ok ok ok ok ok ok
GET <blog:slug>/ hidden_slug 404 404 404 404 404 404 404 404 404 404
POST <blog:slug>/ slug 405 405 405 405 405 405 405 405 405 405
GET <blog:slug>/feed/ slug ok ok ok ok ok ok ok ok ok ok
GET <blog:slug>/feed/ hidden_slug 404 404 404 404 404 404 404 404 404 404
POST <blog:slug>/feed/ slug 405 405 405 405 405 405 405 405 405 405
GET <blog:slug>/changes/ slug ok ok ok ok ok ok ok ok ok ok ?since=0
GET <blog:slug>/changes/ hidden_slug 404 404 404 404 404 404 404 404 404 404 ?since=0
POST <blog:slug>/changes/ slug 405 405 405 405 405 405 405 405 405 405
GET <blog:slug>/<slug:public_id>/ slug,public_out ok ok ok ok ok ok ok ok ok ok
GET <blog:slug>/<slug:public_id>/ slug,public_draft 404 404 404 404 404 404 404 404 404 404
GET <blog:slug>/<slug:public_id>/ slug,public_withdrawn 404 404 404 404 404 404 404 404 404 404
POST <blog:slug>/<slug:public_id>/ slug,public_out 405 405 405 405 405 405 405 405 405 405
"""  # noqa: E501 - a line is a case
ROUTES = read(TABLE)
