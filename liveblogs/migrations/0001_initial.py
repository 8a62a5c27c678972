# One initial migration: nothing is deployed before the first release.

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import liveblogs.models.blog
import liveblogs.models.byline
import liveblogs.models.fields
import liveblogs.models.image
import liveblogs.models.post
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Blog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('title', liveblogs.models.fields.LineField(max_length=200, verbose_name='title')),
                ('slug', models.SlugField(help_text="The last part of the page's URL, which can't change after publication.", max_length=80, unique=True, validators=[liveblogs.models.blog.validate_slug_is_free], verbose_name='URL slug')),
                ('summary', models.TextField(blank=True, help_text='“What to know”, shown above the posts.', verbose_name='summary')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('live', 'Live'), ('ended', 'Ended')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('time_zone', models.CharField(default=liveblogs.models.blog.default_time_zone, help_text='All times in this blog are shown in this zone.', max_length=64, validators=[liveblogs.models.blog.validate_time_zone], verbose_name='time zone')),
                ('coverage_starts_at', models.DateTimeField(blank=True, null=True, verbose_name='coverage starts')),
                ('coverage_ends_at', models.DateTimeField(blank=True, null=True, verbose_name='coverage ends')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='updated')),
                ('revision', models.PositiveBigIntegerField(default=0, editable=False, verbose_name='revision')),
                ('revised_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='revised')),
                ('post_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='posts')),
                ('followed_from', models.PositiveBigIntegerField(default=0, editable=False, verbose_name='followed from revision')),
                ('continues', models.ForeignKey(blank=True, help_text='The earlier blog that this one continues; each page links to the other.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='continued_by', to='liveblogs.blog', verbose_name='continues from')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('staff', models.ManyToManyField(blank=True, help_text='Contributors and editors who work on this blog; admins can work on all blogs.', related_name='assigned_blogs', to=settings.AUTH_USER_MODEL, verbose_name='staff')),
            ],
            options={
                'verbose_name': 'blog',
                'verbose_name_plural': 'blogs',
                'ordering': [models.OrderBy(models.F('published_at'), descending=True, nulls_first=True), '-id'],
                'permissions': [('run_blog', 'Can publish, end and unpublish blogs, and has access to all of them')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('public_id', models.CharField(default=liveblogs.models.post.new_public_id, editable=False, max_length=64, validators=[liveblogs.models.post.validate_public_id], verbose_name='public ID')),
                ('headline', liveblogs.models.fields.LineField(blank=True, max_length=300, verbose_name='headline')),
                ('body', models.TextField(blank=True, verbose_name='body')),
                ('label', liveblogs.models.fields.LineField(blank=True, help_text='Shown before the bylines: “Analysis” reads “Analysis from …”.', max_length=60, verbose_name='label')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='scheduled for')),
                ('published_at', models.DateTimeField(blank=True, help_text="Sets the post's position in the timeline.", null=True, verbose_name='first published')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, help_text="The last update that wasn't a minor edit.", null=True, verbose_name='updated')),
                ('pinned_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='pinned')),
                ('is_key_event', models.BooleanField(default=False, help_text="Lists the post among the blog's key events.", verbose_name='key event')),
                ('correction', models.TextField(blank=True, help_text='Tell readers what was wrong and what is correct.', max_length=2000, verbose_name='correction')),
                ('corrected_at', models.DateTimeField(blank=True, null=True, verbose_name='corrected')),
                ('notes', models.TextField(blank=True, help_text='Never shown to readers.', max_length=5000, verbose_name='notes to colleagues')),
                ('review_note', models.TextField(blank=True, editable=False, help_text="The editor's note when the post was sent back.", max_length=2000, verbose_name='review note')),
                ('publish_fault', models.TextField(blank=True, editable=False, help_text="Set when a scheduled post couldn't be published.", verbose_name='publishing error')),
                ('revision', models.PositiveBigIntegerField(default=0, editable=False, verbose_name='revision')),
                ('blog', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='liveblogs.blog', verbose_name='blog')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'ordering': ['-id'],
                'permissions': [('publish_post', 'Can publish, schedule, update, pin and withdraw posts'), ('erase_post', 'Can permanently erase posts')],
            },
        ),
        migrations.CreateModel(
            name='BlogFragment',
            fields=[
                ('blog', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fragment', serialize=False, to='liveblogs.blog')),
                ('revision', models.PositiveBigIntegerField()),
                ('release', models.CharField(max_length=32)),
                ('head', models.TextField()),
                ('head_revision', models.PositiveBigIntegerField()),
                ('about', models.TextField()),
                ('about_revision', models.PositiveBigIntegerField()),
                ('data', models.TextField(default='')),
                ('first_page_ends', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'blog fragment',
                'verbose_name_plural': 'blog fragments',
            },
        ),
        migrations.CreateModel(
            name='Fragment',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fragment', serialize=False, to='liveblogs.post')),
                ('revision', models.PositiveBigIntegerField()),
                ('release', models.CharField(max_length=32)),
                ('html', models.TextField()),
                ('data', models.TextField(default='')),
            ],
            options={
                'verbose_name': 'fragment',
                'verbose_name_plural': 'fragments',
            },
        ),
        migrations.CreateModel(
            name='Autosave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=32)),
                ('fields', models.JSONField(default=dict)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='autosaves', to=settings.AUTH_USER_MODEL)),
                ('blog', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='liveblogs.blog')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='liveblogs.post')),
            ],
            options={
                'verbose_name': 'autosave',
                'verbose_name_plural': 'autosaves',
            },
        ),
        migrations.CreateModel(
            name='HistoricalImage',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('alt', liveblogs.models.fields.LineField(blank=True, help_text="Describe the picture for people who can't see it. Required to publish.", max_length=500, verbose_name='alt text')),
                ('caption', liveblogs.models.fields.LineField(blank=True, max_length=1000, verbose_name='caption')),
                ('credit', liveblogs.models.fields.LineField(blank=True, help_text='Photographer and agency, for example “Ana Ruiz/Overland Wire”. Required to publish.', max_length=200, verbose_name='credit line')),
                ('focal_x', models.FloatField(default=0.5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='focal point, from the left')),
                ('focal_y', models.FloatField(default=0.5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='focal point, from the top')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical image',
                'verbose_name_plural': 'historical images',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPost',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('public_id', models.CharField(default=liveblogs.models.post.new_public_id, editable=False, max_length=64, validators=[liveblogs.models.post.validate_public_id], verbose_name='public ID')),
                ('headline', liveblogs.models.fields.LineField(blank=True, max_length=300, verbose_name='headline')),
                ('body', models.TextField(blank=True, verbose_name='body')),
                ('label', liveblogs.models.fields.LineField(blank=True, help_text='Shown before the bylines: “Analysis” reads “Analysis from …”.', max_length=60, verbose_name='label')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='scheduled for')),
                ('published_at', models.DateTimeField(blank=True, help_text="Sets the post's position in the timeline.", null=True, verbose_name='first published')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, help_text="The last update that wasn't a minor edit.", null=True, verbose_name='updated')),
                ('pinned_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='pinned')),
                ('is_key_event', models.BooleanField(default=False, help_text="Lists the post among the blog's key events.", verbose_name='key event')),
                ('correction', models.TextField(blank=True, help_text='Tell readers what was wrong and what is correct.', max_length=2000, verbose_name='correction')),
                ('corrected_at', models.DateTimeField(blank=True, null=True, verbose_name='corrected')),
                ('notes', models.TextField(blank=True, help_text='Never shown to readers.', max_length=5000, verbose_name='notes to colleagues')),
                ('review_note', models.TextField(blank=True, editable=False, help_text="The editor's note when the post was sent back.", max_length=2000, verbose_name='review note')),
                ('publish_fault', models.TextField(blank=True, editable=False, help_text="Set when a scheduled post couldn't be published.", verbose_name='publishing error')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('blog', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='liveblogs.blog', verbose_name='blog')),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical post',
                'verbose_name_plural': 'historical posts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('file', liveblogs.models.image.CleanedImageField(upload_to=liveblogs.models.image.upload_to, verbose_name='file')),
                ('alt', liveblogs.models.fields.LineField(blank=True, help_text="Describe the picture for people who can't see it. Required to publish.", max_length=500, verbose_name='alt text')),
                ('caption', liveblogs.models.fields.LineField(blank=True, max_length=1000, verbose_name='caption')),
                ('credit', liveblogs.models.fields.LineField(blank=True, help_text='Photographer and agency, for example “Ana Ruiz/Overland Wire”. Required to publish.', max_length=200, verbose_name='credit line')),
                ('focal_x', models.FloatField(default=0.5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='focal point, from the left')),
                ('focal_y', models.FloatField(default=0.5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='focal point, from the top')),
                ('width', models.PositiveIntegerField(default=0, editable=False, verbose_name='width')),
                ('height', models.PositiveIntegerField(default=0, editable=False, verbose_name='height')),
                ('checksum', models.CharField(blank=True, db_index=True, editable=False, help_text='SHA-256 of the uploaded file, used to find duplicates.', max_length=64, verbose_name='checksum')),
                ('renditions', models.JSONField(blank=True, default=dict, editable=False, verbose_name='renditions')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalByline',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('name', liveblogs.models.fields.LineField(help_text='The name readers see, for example “Estmere Bureau”.', max_length=120, verbose_name='name')),
                ('slug', models.SlugField(blank=True, help_text='Leave empty to create it from the name.', max_length=140, verbose_name='URL slug')),
                ('kind', models.CharField(choices=[('person', 'Person'), ('desk', 'Desk'), ('agency', 'Agency')], default='person', max_length=10, verbose_name='kind')),
                ('organisation', liveblogs.models.fields.LineField(blank=True, default=liveblogs.models.byline.default_organisation, help_text='“Fairlead” reads “From Fairlead’s …”; leave empty for an agency that is credited by name alone.', max_length=120, verbose_name='organization')),
                ('job_title', liveblogs.models.fields.LineField(blank=True, max_length=120, verbose_name='job title')),
                ('bio', models.TextField(blank=True, max_length=2000, verbose_name='biography')),
                ('is_active', models.BooleanField(default=True, help_text="An inactive byline keeps its posts but isn't offered for new ones.", verbose_name='active')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, help_text='The user whose byline this is, filled in when they write a post.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('portrait', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='liveblogs.image', verbose_name='portrait')),
            ],
            options={
                'verbose_name': 'historical byline',
                'verbose_name_plural': 'historical bylines',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBlog',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('title', liveblogs.models.fields.LineField(max_length=200, verbose_name='title')),
                ('slug', models.SlugField(help_text="The last part of the page's URL, which can't change after publication.", max_length=80, validators=[liveblogs.models.blog.validate_slug_is_free], verbose_name='URL slug')),
                ('summary', models.TextField(blank=True, help_text='“What to know”, shown above the posts.', verbose_name='summary')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('live', 'Live'), ('ended', 'Ended')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('time_zone', models.CharField(default=liveblogs.models.blog.default_time_zone, help_text='All times in this blog are shown in this zone.', max_length=64, validators=[liveblogs.models.blog.validate_time_zone], verbose_name='time zone')),
                ('coverage_starts_at', models.DateTimeField(blank=True, null=True, verbose_name='coverage starts')),
                ('coverage_ends_at', models.DateTimeField(blank=True, null=True, verbose_name='coverage ends')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('continues', models.ForeignKey(blank=True, db_constraint=False, help_text='The earlier blog that this one continues; each page links to the other.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='liveblogs.blog', verbose_name='continues from')),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cover', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='liveblogs.image', verbose_name='cover picture')),
            ],
            options={
                'verbose_name': 'historical blog',
                'verbose_name_plural': 'historical blogs',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Byline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('name', liveblogs.models.fields.LineField(help_text='The name readers see, for example “Estmere Bureau”.', max_length=120, verbose_name='name')),
                ('slug', models.SlugField(blank=True, help_text='Leave empty to create it from the name.', max_length=140, unique=True, verbose_name='URL slug')),
                ('kind', models.CharField(choices=[('person', 'Person'), ('desk', 'Desk'), ('agency', 'Agency')], default='person', max_length=10, verbose_name='kind')),
                ('organisation', liveblogs.models.fields.LineField(blank=True, default=liveblogs.models.byline.default_organisation, help_text='“Fairlead” reads “From Fairlead’s …”; leave empty for an agency that is credited by name alone.', max_length=120, verbose_name='organization')),
                ('job_title', liveblogs.models.fields.LineField(blank=True, max_length=120, verbose_name='job title')),
                ('bio', models.TextField(blank=True, max_length=2000, verbose_name='biography')),
                ('is_active', models.BooleanField(default=True, help_text="An inactive byline keeps its posts but isn't offered for new ones.", verbose_name='active')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('user', models.OneToOneField(blank=True, help_text='The user whose byline this is, filled in when they write a post.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='byline', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('portrait', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='portrait_of', to='liveblogs.image', verbose_name='portrait')),
            ],
            options={
                'verbose_name': 'byline',
                'verbose_name_plural': 'bylines',
                'ordering': ['name', 'organisation'],
            },
        ),
        migrations.AddField(
            model_name='blog',
            name='cover',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cover_of', to='liveblogs.image', verbose_name='cover picture'),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('is_seen', models.BooleanField(default=False)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='liveblogs.post')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PostCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', liveblogs.models.fields.LineField(blank=True, help_text='“Kestrow” reads “… in Kestrow”.', max_length=120, verbose_name='place')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('byline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='post_credits', to='liveblogs.byline', verbose_name='byline')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='credits', to='liveblogs.post')),
            ],
            options={
                'verbose_name': 'byline',
                'verbose_name_plural': 'bylines',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PostImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('caption', liveblogs.models.fields.LineField(blank=True, help_text='Overrides the library caption in this post only.', max_length=1000, verbose_name='caption in this post')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='liveblogs.image', verbose_name='image')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='liveblogs.post')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post_number', models.PositiveBigIntegerField(blank=True, null=True)),
                ('is_writing', models.BooleanField(default=False)),
                ('seen_at', models.DateTimeField()),
                ('blog', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='present', to='liveblogs.blog')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'presence',
                'verbose_name_plural': 'presences',
            },
        ),
        migrations.CreateModel(
            name='BlogCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('blog', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='credits', to='liveblogs.blog')),
                ('byline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blog_credits', to='liveblogs.byline', verbose_name='byline')),
            ],
            options={
                'verbose_name': 'byline',
                'verbose_name_plural': 'bylines',
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('blog', 'byline'), name='blog_credit_once', violation_error_message='This byline is already on this blog.')],
            },
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(models.F('blog'), models.OrderBy(models.F('published_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('state', 'published')), name='post_timeline'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(models.OrderBy(models.F('published_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('state', 'published')), name='post_latest'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['blog', 'revision'], name='post_changes'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('state', 'scheduled')), fields=['blog', 'publish_at'], name='post_due'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('pinned_at__isnull', False)), fields=['blog', 'pinned_at'], name='post_pinned'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('is_key_event', True), ('state', 'published')), fields=['blog', 'published_at'], name='post_key_events'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['state', '-created_at'], name='post_by_state'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('blog', 'public_id'), name='post_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='post_published_has_published_at', violation_error_message='A published post needs a publication time.'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('publish_at__isnull', False), _connector='OR'), name='post_scheduled_has_publish_at', violation_error_message='A scheduled post needs a publication time.'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('pinned_at__isnull', True), ('state', 'published'), _connector='OR'), name='post_only_published_is_pinned', violation_error_message='Only a published post can be pinned.'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('public_id__in', ['', 'changes', 'feed', 'stream']), _negated=True), name='post_public_id_is_not_our_own', violation_error_message='This post ID is reserved. Choose another.'),
        ),
        migrations.AddConstraint(
            model_name='autosave',
            constraint=models.UniqueConstraint(fields=('user', 'blog', 'place'), name='autosave_once_for_each_place'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('focal_x__gte', 0), ('focal_x__lte', 1), ('focal_y__gte', 0), ('focal_y__lte', 1)), name='image_focal_point_inside', violation_error_message='The focal point is outside the picture.'),
        ),
        migrations.AddConstraint(
            model_name='byline',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), django.db.models.functions.text.Lower('organisation'), name='byline_name_once_per_organisation', violation_error_message='A byline with this name and organization already exists.'),
        ),
        migrations.AddIndex(
            model_name='blog',
            index=models.Index(fields=['status', '-updated_at'], name='blog_by_status'),
        ),
        migrations.AddConstraint(
            model_name='blog',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('published_at__isnull', False), _connector='OR'), name='blog_opened_has_published_at', violation_error_message='A published blog needs a publication time.'),
        ),
        migrations.AddConstraint(
            model_name='blog',
            constraint=models.CheckConstraint(condition=models.Q(('coverage_starts_at__isnull', True), ('coverage_ends_at__isnull', True), ('coverage_ends_at__gte', models.F('coverage_starts_at')), _connector='OR'), name='blog_coverage_ends_after_start', violation_error_message="Coverage can't end before it starts."),
        ),
        migrations.AddConstraint(
            model_name='blog',
            constraint=models.CheckConstraint(condition=models.Q(('slug__in', ['accounts', 'admin', 'api', 'bylines', 'favicon', 'feed', 'healthz', 'media', 'news-sitemap', 'robots', 'sitemap', 'static', 'zones']), _negated=True), name='blog_slug_is_not_our_own', violation_error_message='This URL slug is reserved. Choose another.'),
        ),
        migrations.AddConstraint(
            model_name='blog',
            constraint=models.CheckConstraint(condition=models.Q(('continues__isnull', True), models.Q(('continues', models.F('id')), _negated=True), _connector='OR'), name='blog_does_not_continue_itself', violation_error_message="A blog can't continue from itself."),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['user', 'is_seen'], name='notice_unseen'),
        ),
        migrations.AddConstraint(
            model_name='postcredit',
            constraint=models.UniqueConstraint(fields=('post', 'byline'), name='post_credit_once', violation_error_message='This byline is already credited on this post.'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('user', 'blog'), name='present_once_at_each_desk'),
        ),
    ]
