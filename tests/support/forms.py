"""An admin form as a browser handles it: read as it stands, changed, sent by one of its buttons."""

import html
import re
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture


def fields(page, model="post") -> dict:
    """What a browser would send back of the form: every field as it stands."""
    found: dict = {}
    text = page.content.decode()
    form = text[text.index(f'id="{model}_form"') :]
    form = form[: form.index("</form>")]
    for tag in re.findall(r"<input [^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = attributes.get("type", "text")
        if "name" not in attributes or kind in {"submit", "file"} or (kind == "checkbox" and " checked" not in tag):
            continue
        found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    for name, value in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(value.removeprefix("\n").removeprefix("\r\n"))
    for tag, name, options in re.findall(r'(<select [^>]*?name="([^"]+)"[^>]*>)(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found[name] = chosen if " multiple" in tag else (chosen or [""])[0]
    return {name: value for name, value in found.items() if "__prefix__" not in name and name != "csrfmiddlewaretoken"}


def hidden_fields(page, form="") -> dict:
    """The hidden fields of a page, or of its form with this id; several values of one name as a list."""
    text = page.content.decode()
    if form:
        text = text[text.index(f'id="{form}"') :]
        text = text[: text.index("</form>")]
    found: dict = {}
    for tag in re.findall(r'<input [^>]*type="hidden"[^>]*>', text):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        found.setdefault(attributes["name"], []).append(html.unescape(attributes.get("value", "")))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def send(client, address, act, model="post", **changes):
    """Open the form, change fields, press a button."""
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, {**fields(page, model), f"_{act}": "", **changes}, follow=True)


def messages_of(response) -> str:
    """The messages above the page."""
    return " ".join(html.unescape(str(message)) for message in response.context["messages"])


def words(response) -> str:
    """The whole page as plain text."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def upload(name="street.png", size=(40, 30)):
    data = BytesIO()
    Picture.effect_noise(size, 90).convert("RGB").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")
