"""The tiers that categories had: what was reported under a stricter one keeps what was promised then."""

import django.db.models.deletion
from django.db import migrations, models

REMEMBER = """
CREATE FUNCTION kentongan_former_tier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incidents_formertier (category_id, tier, until) VALUES (OLD.id, OLD.tier, now());
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_category_former_tier AFTER UPDATE OF tier ON incidents_category
    FOR EACH ROW WHEN (OLD.tier IS DISTINCT FROM NEW.tier) EXECUTE FUNCTION kentongan_former_tier();
"""
FORGET = """
DROP TRIGGER incidents_category_former_tier ON incidents_category;
DROP FUNCTION kentongan_former_tier();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0034_kept_out_and_closed_times")]

    operations = [
        migrations.CreateModel(
            name="FormerTier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tier", models.CharField(max_length=10)),
                ("until", models.DateTimeField()),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_tiers",
                        to="incidents.category",
                    ),
                ),
            ],
            options={"ordering": ["until", "id"]},
        ),
        migrations.RunSQL(REMEMBER, FORGET),
    ]
