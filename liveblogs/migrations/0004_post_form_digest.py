from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("liveblogs", "0003_former_bylines")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="form_digest",
            field=models.CharField(
                db_default="", default="", editable=False, max_length=64, verbose_name="form digest"
            ),
        ),
    ]
