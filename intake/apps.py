"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """The case: its way, its clock, its people's words."""

    name = "intake"
    verbose_name = _("Export difficulties")

    def ready(self) -> None:
        """Say what the case tells, and whom."""
        # The registry is filled once every app is there.
        from intake import workflow  # noqa: PLC0415
        from intake.notices import KINDS  # noqa: PLC0415
        from notifications import catalog  # noqa: PLC0415

        catalog.register(KINDS)
        catalog.name_steps({step.verb: step.label for step in workflow.STEPS.values()})
