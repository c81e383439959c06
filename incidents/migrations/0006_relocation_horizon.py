from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0005_emergency_topics"),
    ]

    operations = [
        migrations.AddField(
            model_name="relocation",
            name="horizon",
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
