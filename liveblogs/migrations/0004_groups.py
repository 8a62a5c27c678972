"""The groups Contributor, Editor and Admin, with the permissions that the rules of ``liveblogs.permissions`` ask for."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

WRITING = [
    "add_post", "change_post", "view_post", "view_blog", "view_byline", "add_image", "view_image",
    *(f"{verb}_{model}" for model in ("postcredit", "postimage") for verb in ("add", "change", "delete", "view")),
]
EDITING = [*WRITING, "publish_post", "delete_post", "change_image", "delete_image"]
MANAGING = [
    *EDITING, "erase_post", "run_blog", "add_blog", "change_blog", "delete_blog",
    *(f"{verb}_{model}" for model in ("blogcredit", "byline") for verb in ("add", "change", "delete", "view")),
]
GROUPS = {
    "Contributor": [("liveblogs", name) for name in WRITING],
    "Editor": [("liveblogs", name) for name in EDITING],
    "Admin": [
        *(("liveblogs", name) for name in MANAGING),
        *(("auth", name) for name in ("add_user", "change_user", "view_user")),
    ],
}


def make_groups(apps, schema_editor):
    # Django makes permissions after the last migration; a new database has none of them yet.
    for label in ("auth", "liveblogs"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
        config.models_module = None
    group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, wanted in GROUPS.items():
        group, _ = group_model.objects.get_or_create(name=name)
        for label, codename in wanted:
            group.permissions.add(permission_model.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    dependencies = [
        ("liveblogs", "0003_blog_staff_and_permissions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
