from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("opendata", "0006_no_runs")]

    operations = [
        migrations.AddField(
            model_name="releasedperformance",
            name="tier",
            field=models.CharField(default="", max_length=10),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="releasedperformance", name="released_performance_once"),
        migrations.AddConstraint(
            model_name="releasedperformance",
            constraint=models.UniqueConstraint(
                fields=("release", "agency_code", "period", "tier"), name="released_performance_once"
            ),
        ),
    ]
