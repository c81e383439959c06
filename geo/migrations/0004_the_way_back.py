import django.db.models.deletion
from django.db import migrations, models

# Where editions were in force already: each leads back to the one that came into force before it.
CHAIN = """
UPDATE geo_edition e SET before_id = p.before
FROM (SELECT id, lag(id) OVER (ORDER BY activated_at, id) AS before
      FROM geo_edition WHERE status <> 'draft' AND activated_at IS NOT NULL) p
WHERE p.id = e.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0003_codes_go_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="before",
            field=models.ForeignKey(
                blank=True,
                help_text="the one that was in force when this one took its place: where a roll back leads",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="geo.edition",
            ),
        ),
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
    ]
